package dev.ilura.internal.call;

import dev.ilura.Decision;
import dev.ilura.RuleRef;
import dev.ilura.spi.PolicyEngine;
import java.util.List;
import java.util.Optional;

/**
 * Between stages 5 and 6: rules may have changed while a human was asked. What was agreed to under the old ones is judged
 * again. If the new ones deny it, their reason is the answer; and if not, it has to be asked for anew all the same, because
 * a yes is good for the policy under which it was given and no other.
 */
final class Revalidate {
    private static final String CHANGED = "ILR-CALL-018";

    Revalidate() {}

    /** Whether there is anything to do. */
    static boolean isDue(Cleared cleared) {
        Judged judged = cleared.judged();
        return cleared.assent().isPresent()
                && !judged.policyVersion().equals(policy(judged).version());
    }

    Cleared apply(Cleared cleared) {
        Judged judged = cleared.judged();
        Decision now = Decide.verdict(policy(judged), judged.call());
        if (now instanceof Decision.Deny deny) {
            throw stop(judged, deny);
        }
        String reason = "The policy changed while " + judged.call().target() + " waited for a human; call it again.";
        throw stop(judged, new Decision.Deny(RuleRef.NO_MATCH, CHANGED, reason, List.of(reason)));
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
