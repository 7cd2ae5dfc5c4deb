package dev.ilura.internal.call;

import dev.ilura.Decision;
import dev.ilura.spi.PolicyEngine;
import java.util.Optional;

/**
 * Between stages 5 and 6: rules may have changed while a human was asked. What was agreed to under the old ones is judged
 * again. If the new ones deny it, their reason is the answer; and if not, the yes is compared with its policy before the
 * write, where it is good for no other.
 */
final class Revalidate {
    Revalidate() {}

    /** Whether there is anything to do. */
    static boolean isDue(Cleared cleared) {
        Judged judged = cleared.judged();
        return cleared.agreement().isPresent()
                && !judged.policyVersion().equals(policy(judged).version());
    }

    Cleared apply(Cleared cleared) {
        Judged judged = cleared.judged();
        Decision now = Decide.verdict(policy(judged), judged.call());
        if (now instanceof Decision.Deny deny) {
            throw stop(judged, deny);
        }
        return cleared;
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
