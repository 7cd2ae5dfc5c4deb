package dev.ilura.internal.call;

import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Upstream;

/**
 * A call that the policy lets happen, if a human agrees where the lane says so.
 *
 * @param call with the arguments as judged: what the policy rewrote is rewritten
 * @param reason why a human is asked; empty in lane low
 */
record Judged(
        Resolved resolved,
        ToolCall call,
        RuleRef rule,
        RiskLane lane,
        Decision.Terms terms,
        String reason,
        String policyVersion) {
    PendingCall pending() {
        return resolved.pending();
    }

    Line line() {
        return resolved.line();
    }

    Upstream upstream() {
        return resolved.line().upstream();
    }
}
