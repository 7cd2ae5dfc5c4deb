package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.spi.ApprovalHandler;
import java.util.EnumMap;
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
        Map<RiskLane, ApprovalHandler> lanes = new EnumMap<>(RiskLane.class);
        lanes.putAll(handlers);
        return ticket -> {
            ApprovalHandler handler = lanes.get(ticket.lane());
            return handler == null ? nobodyFor(ticket.lane()) : handler.ask(ticket);
        };
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

    private static ApprovalAnswer nobodyFor(RiskLane lane) {
        return new ApprovalAnswer.Unanswered(
                "none",
                "ILR-APPROVAL-005: Nobody is there to ask in lane " + lane.label() + ". Give that lane a handler.");
    }
}
