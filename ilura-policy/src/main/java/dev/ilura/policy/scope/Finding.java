package dev.ilura.policy.scope;

import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link Scope} says about one value.
 *
 * @param standing in, out, or unclear
 * @param code stable code of the reason; empty if inside
 * @param explanation what the value is in the end, in words that follow the name of the argument, for example
 *     {@code "resolves to /etc/passwd, outside roots [/srv/docs]"}; never a secret, safe to show
 * @param canonical the one form that was judged and is to be sent, if it differs from what came
 */
public record Finding(Standing standing, String code, String explanation, Optional<String> canonical) {
    public Finding {
        Objects.requireNonNull(standing, "standing");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(explanation, "explanation");
        Objects.requireNonNull(canonical, "canonical");
    }

    /** In the scope as it came. */
    public static Finding inside(String explanation) {
        return new Finding(Standing.INSIDE, "", explanation, Optional.empty());
    }

    /** Out of the scope. */
    public static Finding outside(String code, String explanation) {
        return new Finding(Standing.OUTSIDE, code, explanation, Optional.empty());
    }

    /** Readable in more than one way, or not at all. */
    public static Finding unclear(String code, String explanation) {
        return new Finding(Standing.UNCLEAR, code, explanation, Optional.empty());
    }

    /** The same finding, about the canonical form of the value. */
    public Finding sending(String canonical) {
        return new Finding(standing, code, explanation, Optional.of(canonical));
    }

    /** Where a value stands. */
    public enum Standing {
        /** Every reasonable reading is in the scope. */
        INSIDE,
        /** The one reading is out of the scope. */
        OUTSIDE,
        /** There is no one reading. Denies the call, whatever the rule. */
        UNCLEAR
    }
}
