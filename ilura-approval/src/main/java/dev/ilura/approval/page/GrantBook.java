package dev.ilura.approval.page;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The standing permissions, and how often each was used. They end with the gateway: a restart asks again, and a session
 * of the gateway before is none of the new one's anyway. Guarded by the lock of its {@link Desk}.
 */
final class GrantBook {
    /** The channel in answers that a grant gives. */
    static final String CHANNEL = "grant";

    private static final int MAX_GRANTS = 32;

    /** Uses are remembered for the meter this long. */
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final Deque<Long> usedAt = new ArrayDeque<>();

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** A grant and its uses. */
    record Entry(Grant grant, int used) {
        boolean spent() {
            return used >= grant.uses() || grant.until().passed();
        }
    }

    boolean isFull() {
        forget();
        return entries.size() >= MAX_GRANTS;
    }

    void add(Grant grant) {
        entries.put(grant.id(), new Entry(grant, 0));
    }

    /** Whether there was one to revoke. */
    boolean revoke(String id) {
        return entries.remove(id) != null;
    }

    /** Uses a grant that covers the ticket, if there is one. */
    Optional<ApprovalAnswer> answer(ApprovalTicket ticket, long now) {
        entries.values().removeIf(entry -> entry.grant().isVoidedBy(ticket));
        forget();
        Optional<ApprovalAnswer> answer = entries.values().stream()
                .filter(entry -> entry.grant().covers(ticket))
                .findFirst()
                .map(entry -> use(entry, ticket));
        answer.ifPresent(used -> usedAt.addLast(now));
        return answer;
    }

    /** How many questions they answered in the last hour. */
    int usesThisHour(long now) {
        while (!usedAt.isEmpty() && now - usedAt.getFirst() > HOUR) {
            usedAt.removeFirst();
        }
        return usedAt.size();
    }

    /** Those that still serve, oldest first. */
    List<Entry> open() {
        forget();
        return new ArrayList<>(entries.values());
    }

    private ApprovalAnswer use(Entry entry, ApprovalTicket ticket) {
        Grant grant = entry.grant();
        Entry next = new Entry(grant, entry.used() + 1);
        entries.put(grant.id(), next);
        return new ApprovalAnswer.Approved(
                ticket.digest(), grant.person(), CHANNEL, grant.reason(), Optional.of(evidence(next)));
    }

    /** Points at the ticket that a person saw, so that each use can be traced to it in the log. */
    private static JsonValue evidence(Entry entry) {
        return JsonValue.parse(
                CanonicalJson.of(Map.of(
                        "type", "grant",
                        "grant", entry.grant().id(),
                        "approvalId", entry.grant().granted().id(),
                        "ticket", entry.grant().granted().digest(),
                        "termsSha256", Digests.sha256Hex(entry.grant().terms()),
                        "use", entry.used(),
                        "of", entry.grant().uses())),
                JsonLimits.RECORD);
    }

    private void forget() {
        entries.values().removeIf(Entry::spent);
    }
}
