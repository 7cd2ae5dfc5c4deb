package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.spi.ApprovalHandler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Handlers made of other handlers or of the application's own code. */
public final class Approvals {
    private static final String CALLBACK = "callback";

    private Approvals() {}

    /** Nobody is asked; what a policy wants asked is denied. */
    public static ApprovalHandler none() {
        return ticket -> new ApprovalAnswer.Unanswered(
                "none", "ILR-APPROVAL-005: This gateway has nobody to ask. Give it an approval handler.");
    }

    /**
     * Asks the embedding application, for example its own dialog. The function runs on the thread of the call, may block
     * until {@link ApprovalTicket#expiresAt()}, and is interrupted then; {@link #approve} and {@link #refuse} make its
     * answer. An exception or null is a no.
     */
    public static ApprovalHandler callback(Function<ApprovalTicket, ApprovalAnswer> callback) {
        Objects.requireNonNull(callback, "callback");
        return callback::apply;
    }

    /** Agreement of a person to exactly this ticket; enough for lane medium. */
    public static ApprovalAnswer approve(ApprovalTicket ticket, String approver) {
        return new ApprovalAnswer.Approved(ticket.digest(), approver, CALLBACK, Optional.empty(), Optional.empty());
    }

    /** Agreement of a person to exactly this ticket with the reason they typed; enough for lane high. */
    public static ApprovalAnswer approve(ApprovalTicket ticket, String approver, String reason) {
        return new ApprovalAnswer.Approved(ticket.digest(), approver, CALLBACK, Optional.of(reason), Optional.empty());
    }

    /** A person's no. */
    public static ApprovalAnswer refuse(String approver, String why) {
        return new ApprovalAnswer.Refused(approver, CALLBACK, why);
    }

    /** One handler for each lane; a ticket of a lane without one stays unanswered. */
    public static ApprovalHandler byLane(Map<RiskLane, ? extends ApprovalHandler> handlers) {
        return new LaneHandlers(handlers);
    }

    /**
     * Starts to say who is asked in which lane.
     *
     * <pre>{@code
     * Approvals.byLane()
     *         .medium(page, ElicitationApprovals.atClient(), WebhookApprovals.to(chat, secret))
     *         .others(page)
     * }</pre>
     */
    public static ByLane byLane() {
        return new ByLane();
    }

    /**
     * Asks over all channels at once until as many different people have agreed as the ticket wants; one no ends it. Each
     * channel stands for a person of its own; the page alone can tell several people apart by itself.
     *
     * @throws IllegalArgumentException if there is no handler
     */
    public static ApprovalHandler quorum(List<? extends ApprovalHandler> handlers) {
        if (handlers.isEmpty()) {
            throw new IllegalArgumentException("quorum needs at least one handler");
        }
        return new Quorum(handlers);
    }

    /**
     * Asks over all channels at once and takes the first yes or no; the others are interrupted. A channel that could ask
     * nobody does not count while another may still answer.
     *
     * @throws IllegalArgumentException if there is no handler
     */
    public static ApprovalHandler firstOf(List<? extends ApprovalHandler> handlers) {
        if (handlers.isEmpty()) {
            throw new IllegalArgumentException("firstOf needs at least one handler");
        }
        return handlers.size() == 1 ? handlers.get(0) : new FirstAnswer(handlers);
    }
}
