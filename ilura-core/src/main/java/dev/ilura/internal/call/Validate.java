package dev.ilura.internal.call;

import dev.ilura.Decision;
import java.util.Optional;

/** Stage 3: the arguments are a valid instance of the pinned schema, and mean one thing. */
final class Validate {
    Resolved apply(Resolved resolved) {
        Optional<Decision.Deny> objection = objection(resolved);
        if (objection.isPresent()) {
            throw new Stop(Ending.denied(
                    resolved.pending(),
                    Optional.of(resolved.call()),
                    objection.get(),
                    resolved.pod().policy().version()));
        }
        return resolved;
    }

    private static Optional<Decision.Deny> objection(Resolved resolved) {
        try {
            Optional<Decision.Deny> objection = resolved.pod().policy().validate(resolved.call());
            return objection == null ? Optional.of(Decide.doubt("The policy did not validate.")) : objection;
        } catch (RuntimeException e) {
            return Optional.of(Decide.doubt("The policy failed: " + Ending.shortened(String.valueOf(e.getMessage()))));
        }
    }
}
