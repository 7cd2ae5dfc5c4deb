package dev.ilura.approval.page;

import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.approval.internal.Deadline;
import dev.ilura.approval.passkey.Proof;
import dev.ilura.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A person's standing yes to calls like one they saw: same caller, same session, same server, same pinned tool, same
 * rule, the arguments they chose to hold fast byte for byte, a number of times, for a while. Whatever of this changes,
 * the next call is asked for again. Immutable.
 *
 * @param id names it in the log and on the page
 * @param granted the ticket that was on the table
 * @param fixed arguments that must stay as they are, by name; all names must stay the same in any case
 * @param uses how often it serves
 * @param until when it ends
 * @param reason what they typed; from lane high on
 * @param terms what the grant allows, canonical: what the passkey signed
 * @param proof the signature over the terms, and whose it is
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier inside this package; nobody compares two of them
record Grant(
        String id,
        ApprovalTicket granted,
        Map<String, JsonValue> fixed,
        int uses,
        Deadline until,
        Optional<String> reason,
        byte[] terms,
        Proof proof) {

    /** Where a call goes and who makes it. */
    private static final List<String> PLACE = List.of("gateway", "pod", "session", "principal", "server", "tool");

    /** What a permission stands on. */
    private static final List<String> GROUNDS = List.of("serverIdentity", "toolDigest", "policyVersion");

    Grant {
        fixed = Map.copyOf(fixed);
        if (!isPossibleFor(granted)) {
            throw new IllegalArgumentException("this is asked for each time");
        }
    }

    /** Never for lane critical, and never for what takes several people. */
    static boolean isPossibleFor(ApprovalTicket ticket) {
        return ticket.lane().compareTo(RiskLane.CRITICAL) < 0 && ticket.approvers() == 1;
    }

    /** Who gave it. */
    String person() {
        return proof.person();
    }

    /** What the log keeps with the first call: the terms, and the signature over them. */
    JsonValue evidence() {
        return Proof.evidence(terms, granted.nonce(), List.of(proof));
    }

    /**
     * Whether the ticket shows that what was permitted is no longer what it was: the same tool by name, under another
     * definition, server, policy or rule. What changed once stays void, even if it is changed back.
     */
    boolean isVoidedBy(ApprovalTicket ticket) {
        Map<String, Object> now = circumstances(ticket);
        Map<String, Object> then = circumstances(granted);
        return PLACE.stream().allMatch(name -> Objects.equals(now.get(name), then.get(name)))
                && GROUNDS.stream().anyMatch(name -> !Objects.equals(now.get(name), then.get(name)));
    }

    /** Whether a ticket is for a call like the one that was seen. */
    boolean covers(ApprovalTicket ticket) {
        return isPossibleFor(ticket)
                && !until.passed()
                && circumstances(ticket).equals(circumstances(granted))
                && holdsFast(ticket.call().arguments().json());
    }

    private boolean holdsFast(JsonValue arguments) {
        Map<String, JsonValue> members = arguments.members();
        return members.keySet()
                        .equals(granted.call().arguments().json().members().keySet())
                && members.entrySet().containsAll(fixed.entrySet());
    }

    private static Map<String, Object> circumstances(ApprovalTicket ticket) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("gateway", ticket.gateway());
        all.put("pod", ticket.call().pod());
        all.put("session", ticket.call().session());
        all.put("principal", ticket.call().principal());
        all.put("server", ticket.call().server());
        all.put("tool", ticket.call().tool().name());
        all.put("serverIdentity", ticket.call().serverIdentity());
        all.put("toolDigest", ticket.call().tool().digest());
        all.put("policyVersion", ticket.policyVersion());
        all.put("rule", ticket.rule());
        all.put("lane", ticket.lane());
        all.put("reason", ticket.reason());
        return all;
    }
}
