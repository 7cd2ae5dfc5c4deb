package dev.ilura.internal.call;

import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.spi.PolicyEngine;
import java.util.List;
import java.util.Optional;

/**
 * Between stages 5 and 6: rules may have changed while a human was asked. What was agreed to under the old ones is judged
 * again, and goes on only if the new ones ask for no more than was given.
 */
final class Revalidate {
    private static final String STRICTER = "ILR-CALL-016";

    Revalidate() {}

    /** Whether there is anything to do. */
    static boolean isDue(Cleared cleared) {
        Judged judged = cleared.judged();
        return !judged.policyVersion().equals(policy(judged).version());
    }

    Cleared apply(Cleared cleared) {
        Judged judged = cleared.judged();
        Decision now = Decide.verdict(policy(judged), judged.call());
        if (now instanceof Decision.Deny deny) {
            throw stop(judged, deny);
        }
        RiskLane wanted = now instanceof Decision.Ask ask ? ask.lane() : RiskLane.LOW;
        if (wanted.compareTo(judged.lane()) > 0) {
            String reason = "The policy changed while " + judged.call().target() + " waited, and now wants lane "
                    + wanted.label() + " by rule " + now.rule() + "; call it again.";
            throw stop(judged, new Decision.Deny(now.rule(), STRICTER, reason, List.of(reason)));
        }
        if (sendsOtherwise(judged.call(), now)) {
            String reason = "The policy changed while " + judged.call().target()
                    + " waited, and now sends other arguments; call it again.";
            throw stop(judged, new Decision.Deny(RuleRef.NO_MATCH, STRICTER, reason, List.of(reason)));
        }
        return cleared;
    }

    private static boolean sendsOtherwise(ToolCall call, Decision now) {
        Decision.Terms terms = now instanceof Decision.Ask ask
                ? ask.terms()
                : now instanceof Decision.Allow allow ? allow.terms() : Decision.Terms.PLAIN;
        return terms.rewrites().stream()
                .anyMatch(rewrite -> call.arguments()
                        .json()
                        .at(rewrite.pointer())
                        .filter(value -> value.isString() && value.text().equals(rewrite.value()))
                        .isEmpty());
    }

    private static PolicyEngine policy(Judged judged) {
        return judged.resolved().pod().policy();
    }

    private static Stop stop(Judged judged, Decision.Deny deny) {
        return new Stop(Ending.denied(
                judged.pending(),
                Optional.of(judged.call()),
                deny,
                policy(judged).version()));
    }
}
