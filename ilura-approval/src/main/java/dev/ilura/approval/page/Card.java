package dev.ilura.approval.page;

import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.approval.passkey.Proof;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What lies on the desk: one ticket, or several that ask for the very same thing. Guarded by the lock of its
 * {@link Desk}, except for what never changes.
 */
final class Card {
    private final String id;
    private final ApprovalTicket first;
    private final ArgumentSheet sheet;
    private final List<FileChange> changes;
    private final Optional<String> kind;
    private final long laidDownAt;
    private final Map<String, Pending> byDigest = new LinkedHashMap<>();
    private final Map<String, Agreement> agreements = new LinkedHashMap<>();

    /** One person's yes that waits for others. */
    record Agreement(Proof proof, Optional<String> reason) {}

    Card(String id, Pending pending, long now) {
        this.id = id;
        this.first = pending.ticket();
        this.changes = FileChange.of(first.call());
        this.sheet = ArgumentSheet.of(first.call().arguments(), changes.stream().anyMatch(FileChange::coversContent));
        this.kind = kindOf(first);
        this.laidDownAt = now;
        add(pending);
    }

    String id() {
        return id;
    }

    /** The ticket that is shown; all others differ only in what names the single call. */
    ApprovalTicket ticket() {
        return first;
    }

    ArgumentSheet sheet() {
        return sheet;
    }

    List<FileChange> changes() {
        return changes;
    }

    long laidDownAt() {
        return laidDownAt;
    }

    Map<String, Pending> byDigest() {
        return byDigest;
    }

    Map<String, Agreement> agreements() {
        return agreements;
    }

    void add(Pending pending) {
        byDigest.put(pending.ticket().digest(), pending);
    }

    /** Whether a yes here takes a signature, not just a click: it must, to tell people apart. */
    static boolean needsPasskey(ApprovalTicket ticket) {
        return ticket.lane() == RiskLane.CRITICAL || ticket.approvers() > 1;
    }

    /**
     * Tickets with one kind are one question: same caller, same server, same tool, same bytes, same rule. Empty for
     * tickets that are never lumped together, because a signature is for one call.
     */
    Optional<String> kind() {
        return kind;
    }

    private static Optional<String> kindOf(ApprovalTicket ticket) {
        if (needsPasskey(ticket)) {
            return Optional.empty();
        }
        Map<String, Object> kind = new TreeMap<>();
        kind.put("pod", ticket.call().pod());
        kind.put("session", ticket.call().session());
        kind.put("principal", ticket.call().principal());
        kind.put("server", ticket.call().server());
        kind.put("serverIdentity", ticket.call().serverIdentity());
        kind.put("toolDigest", ticket.call().tool().digest());
        kind.put("args", ticket.call().arguments().sha256());
        kind.put("policyVersion", ticket.policyVersion());
        kind.put("rule", ticket.rule().id());
        kind.put("reason", ticket.reason());
        kind.put("lane", ticket.lane().label());
        kind.put("display", Digests.sha256Hex(ticket.display()));
        return Optional.of(Digests.sha256Hex(CanonicalJson.of(kind)));
    }

    List<Pending> waiting() {
        return List.copyOf(byDigest.values());
    }
}
