package dev.ilura.policy;

import java.util.Locale;
import java.util.Optional;

/** What a session has taken in. Private data, untrusted content and a way out are harmless by pairs, not all three. */
public enum Taint {
    /** Content that anybody could have written: an issue, a mail, a web page. It may carry orders to the model. */
    UNTRUSTED,
    /** Data that must not leave. */
    PRIVATE;

    /** The name in configurations. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The taint of this name. */
    static Optional<Taint> named(String name) {
        for (Taint taint : values()) {
            if (taint.label().equals(name)) {
                return Optional.of(taint);
            }
        }
        return Optional.empty();
    }
}
