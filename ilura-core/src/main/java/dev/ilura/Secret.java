package dev.ilura;

import java.util.Objects;

/**
 * A value that must not be seen: {@link #toString()} is {@code ***}, equality is identity, and nothing in Ilura writes it
 * anywhere but to the one place it was declared for.
 */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** Wraps a value that the caller already holds. */
    public static Secret of(String value) {
        return new Secret(Objects.requireNonNull(value, "value"));
    }

    /** The value itself. The name is long so that every use can be found by searching for it. */
    public String revealToItsOneUse() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
