package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.ClientDialogue;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** One handler for each lane. */
final class LaneHandlers implements ApprovalHandler, AutoCloseable {
    private final Map<RiskLane, ApprovalHandler> lanes = new EnumMap<>(RiskLane.class);

    LaneHandlers(Map<RiskLane, ? extends ApprovalHandler> handlers) {
        lanes.putAll(handlers);
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        return ask(ticket, ClientDialogue.none());
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket, ClientDialogue client) throws InterruptedException {
        ApprovalHandler handler = lanes.get(ticket.lane());
        return handler == null
                ? new ApprovalAnswer.Unanswered(
                        "none",
                        "ILR-APPROVAL-005: Nobody is there to ask in lane "
                                + ticket.lane().label() + ". Give that lane a handler.")
                : handler.ask(ticket, client);
    }

    @Override
    public void reads(AuditTrail log) {
        lanes.values().forEach(handler -> handler.reads(log));
    }

    @Override
    public void close() {
        FirstAnswer.closeAll(List.copyOf(new LinkedHashSet<>(lanes.values())));
    }
}
