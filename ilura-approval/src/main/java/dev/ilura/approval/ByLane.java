package dev.ilura.approval;

import dev.ilura.RiskLane;
import dev.ilura.spi.ApprovalHandler;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects who is asked in which lane; see {@link Approvals#byLane()}. Not thread-safe; what
 * {@link #others(ApprovalHandler...)} and {@link #othersDenied()} give is.
 */
public final class ByLane {
    private final Map<RiskLane, ApprovalHandler> lanes = new EnumMap<>(RiskLane.class);

    ByLane() {}

    /** In lane medium these are asked, all at once; the first answer counts. */
    public ByLane medium(ApprovalHandler... handlers) {
        return lane(RiskLane.MEDIUM, handlers);
    }

    /** In lane high these are asked; one that cannot take a typed reason leaves the question to the others. */
    public ByLane high(ApprovalHandler... handlers) {
        return lane(RiskLane.HIGH, handlers);
    }

    /** In lane critical these are asked; of Ilura's own only the page can. */
    public ByLane critical(ApprovalHandler... handlers) {
        return lane(RiskLane.CRITICAL, handlers);
    }

    /** Whoever is asked in all lanes that were not named. */
    public ApprovalHandler others(ApprovalHandler... handlers) {
        for (RiskLane lane : List.of(RiskLane.MEDIUM, RiskLane.HIGH, RiskLane.CRITICAL)) {
            lanes.computeIfAbsent(lane, unnamed -> Approvals.firstOf(List.of(handlers)));
        }
        return othersDenied();
    }

    /** Nobody is asked in the lanes that were not named, and what would be asked there is denied. */
    public ApprovalHandler othersDenied() {
        return new LaneHandlers(lanes);
    }

    private ByLane lane(RiskLane lane, ApprovalHandler... handlers) {
        if (lanes.putIfAbsent(lane, Approvals.firstOf(List.of(handlers))) != null) {
            throw new IllegalArgumentException("lane " + lane.label() + " was named before");
        }
        return this;
    }
}
