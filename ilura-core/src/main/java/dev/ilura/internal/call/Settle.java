package dev.ilura.internal.call;

import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.Pod;
import dev.ilura.ToolCall;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.PolicyEngine.Settlement;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** After the end of a call: tells the policy what became of it, so that what it reserved is spent or free again. */
final class Settle {
    private static final Logger LOG = LoggerFactory.getLogger(Settle.class);

    private final Map<String, Pod> pods;

    Settle(Map<String, Pod> pods) {
        this.pods = pods;
    }

    void apply(ToolCall call, CallOutcome outcome) {
        Pod pod = pods.get(call.pod());
        if (pod != null) {
            tell(pod.policy(), call, settlement(outcome));
        }
    }

    private static Settlement settlement(CallOutcome outcome) {
        if (outcome instanceof CallOutcome.Completed completed) {
            return completed.cached() ? Settlement.NOTHING_HAPPENED : Settlement.HAPPENED;
        }
        if (outcome instanceof CallOutcome.Failed failed) {
            return failed.effect() == Effect.NONE ? Settlement.NOTHING_HAPPENED : Settlement.MAY_HAVE_HAPPENED;
        }
        return Settlement.NOTHING_HAPPENED;
    }

    private static void tell(PolicyEngine policy, ToolCall call, Settlement settlement) {
        try {
            policy.settle(call, settlement);
        } catch (RuntimeException e) {
            LOG.warn("the policy did not take the end of call {}: {}", call.id(), e.getMessage());
        }
    }
}
