package dev.ilura.internal.call;

import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Upstream;
import java.util.List;

/**
 * A call that the policy lets happen, if a human agrees where the lane says so.
 *
 * @param call with the arguments as judged: what the policy rewrote is rewritten
 * @param reason why a human is asked; empty in lane low
 * @param approvers how many people have to agree
 * @param trace how the verdict came about, for the record
 */
record Judged(
        Resolved resolved,
        ToolCall call,
        RuleRef rule,
        RiskLane lane,
        Decision.Terms terms,
        String reason,
        int approvers,
        String policyVersion,
        List<String> trace) {
    PendingCall pending() {
        return resolved.pending();
    }

    /** With the policy as it is now, which may be another than the one that judged. */
    Assent.Grounds groundsNow() {
        return new Assent.Grounds(resolved.pod().policy().version(), rule, lane, approvers);
    }

    Line line() {
        return resolved.line();
    }

    Upstream upstream() {
        return resolved.line().upstream();
    }
}
