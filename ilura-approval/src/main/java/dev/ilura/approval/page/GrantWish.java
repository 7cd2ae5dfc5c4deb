package dev.ilura.approval.page;

import dev.ilura.ApprovalTicket;
import dev.ilura.ToolCall;
import dev.ilura.approval.internal.Deadline;
import dev.ilura.approval.passkey.Proof;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a person wants to let pass without being asked again, as the page sends it.
 *
 * @param uses how many further calls
 * @param minutes for how long
 * @param fixed places, from zero, of the arguments that must stay as they are
 */
record GrantWish(long uses, long minutes, List<Long> fixed) {
    private static final int MAX_USES = 50;
    private static final int MAX_MINUTES = 480;

    GrantWish {
        fixed = List.copyOf(fixed);
    }

    /** Reads the member {@code grant}, if there is one; what is missing in it is out of bounds. */
    static Optional<GrantWish> in(JsonValue body) {
        return body.member("grant")
                .map(wish -> new GrantWish(
                        number(wish, "uses"),
                        number(wish, "minutes"),
                        wish.member("fixed").map(JsonValue::elements).orElse(List.of()).stream()
                                .flatMap(place -> place.integer().stream())
                                .toList()));
    }

    /** Why it cannot be granted. */
    Optional<Ruling> objection(ApprovalTicket ticket) {
        if (uses < 1 || uses > MAX_USES || minutes < 1 || minutes > MAX_MINUTES) {
            return Optional.of(Ruling.refused(
                    "A standing permission is for 1 to " + MAX_USES + " calls and 1 to " + MAX_MINUTES + " minutes."));
        }
        int count = ticket.call().arguments().json().members().size();
        boolean known = fixed.stream().allMatch(place -> place >= 0 && place < count);
        return known ? Optional.empty() : Optional.of(Ruling.refused("There is no such argument to hold fast."));
    }

    /** The grant itself; only for what nothing was objected to. */
    Grant grant(String id, ApprovalTicket ticket, Optional<String> reason, Proof proof, TimeSource time) {
        return new Grant(
                id,
                ticket,
                held(ticket),
                (int) uses,
                Deadline.in(Duration.ofMinutes(minutes), time),
                reason,
                terms(ticket),
                proof);
    }

    /** The capability in full, canonical: this is what a passkey signs. */
    byte[] terms(ApprovalTicket ticket) {
        ToolCall call = ticket.call();
        Map<String, Object> terms = new TreeMap<>();
        terms.put("v", 1);
        terms.put("gateway", ticket.gateway());
        terms.put("pod", call.pod());
        terms.put("session", call.session());
        terms.put("principal", call.principal());
        terms.put("server", call.server());
        terms.put("serverIdentity", call.serverIdentity());
        terms.put("tool", call.tool().name());
        terms.put("toolDigest", call.tool().digest());
        terms.put("policyVersion", ticket.policyVersion());
        terms.put("rule", ticket.rule().id());
        terms.put("lane", ticket.lane().label());
        terms.put("ticket", ticket.digest());
        terms.put("uses", uses);
        terms.put("minutes", minutes);
        terms.put(
                "names",
                call.arguments().json().members().keySet().stream().sorted().toList());
        Map<String, Object> sha256 = new TreeMap<>();
        held(ticket).forEach((name, value) -> sha256.put(name, Digests.sha256Hex(value.bytes())));
        terms.put("fixedSha256", sha256);
        return CanonicalJson.of(terms);
    }

    private Map<String, JsonValue> held(ApprovalTicket ticket) {
        List<Map.Entry<String, JsonValue>> members =
                List.copyOf(ticket.call().arguments().json().members().entrySet());
        Map<String, JsonValue> held = new HashMap<>();
        for (long place : fixed) {
            Map.Entry<String, JsonValue> member = members.get((int) place);
            held.put(member.getKey(), member.getValue());
        }
        return held;
    }

    private static long number(JsonValue wish, String name) {
        return wish.member(name).flatMap(JsonValue::integer).orElse(0L);
    }
}
