package dev.ilura.approval.page;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.approval.internal.Deadline;
import dev.ilura.spi.TimeSource;
import java.util.concurrent.CompletableFuture;

/** One ticket that waits for its one answer. */
public final class Pending {
    private final ApprovalTicket ticket;
    private final Deadline deadline;
    private final CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
    private volatile TimeSource.Timer clock = () -> {};

    Pending(ApprovalTicket ticket, Deadline deadline) {
        this.ticket = ticket;
        this.deadline = deadline;
    }

    public ApprovalTicket ticket() {
        return ticket;
    }

    void endsBy(TimeSource.Timer timer) {
        clock = timer;
    }

    void stopClock() {
        clock.cancel();
    }

    Deadline deadline() {
        return deadline;
    }

    /** Completed once, by whoever comes first: a person, the clock, or the end of the page. */
    public CompletableFuture<ApprovalAnswer> answer() {
        return answer;
    }
}
