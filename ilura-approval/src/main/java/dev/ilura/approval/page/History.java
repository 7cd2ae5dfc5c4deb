package dev.ilura.approval.page;

import dev.ilura.ApprovalTicket;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What became of the last questions, newest first; the log has all of them. Guarded by the lock of its {@link Desk}. */
final class History {
    private static final int REMEMBERED = 100;

    private final Deque<Settled> settled = new ArrayDeque<>();

    void add(ApprovalTicket ticket, String how, String who, Instant at) {
        add(new Settled(ticket.call().target(), ticket.lane(), how, who, ticket.digest(), at));
    }

    void add(Settled over) {
        settled.addFirst(over);
        if (settled.size() > REMEMBERED) {
            settled.removeLast();
        }
    }

    List<Settled> newestFirst() {
        return List.copyOf(settled);
    }
}
