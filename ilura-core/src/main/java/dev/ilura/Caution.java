package dev.ilura;

import java.util.Objects;

/**
 * How much a human has to do about a call at least, whatever the policy allows, and why. It only ever makes a decision
 * stricter.
 *
 * @param lane the least lane
 * @param reason one sentence for the approver
 */
public record Caution(RiskLane lane, String reason) {
    public Caution {
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(reason, "reason");
    }
}
