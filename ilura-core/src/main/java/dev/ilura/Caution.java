package dev.ilura;

import java.util.ArrayList;
import java.util.List;
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

    /** The stricter of a policy's decision and this. */
    public Decision applyTo(Decision decision) {
        if (decision instanceof Decision.Deny) {
            return decision;
        }
        RiskLane decided = decision instanceof Decision.Ask ask ? ask.lane() : RiskLane.LOW;
        if (lane.compareTo(decided) <= 0) {
            return decision;
        }
        Decision.Terms terms = decision instanceof Decision.Ask ask ? ask.terms() : ((Decision.Allow) decision).terms();
        List<String> trace = new ArrayList<>(decision.trace());
        trace.add("lane " + lane.label() + " at least: " + reason);
        return new Decision.Ask(decision.rule(), lane, reason, terms, trace);
    }
}
