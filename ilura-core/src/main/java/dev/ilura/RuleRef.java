package dev.ilura;

import java.util.Objects;

/**
 * Where a decision comes from, so that a person can go and look.
 *
 * @param id stable name of the rule within its policy, for example {@code default.rules[2]}
 * @param origin where it is written, for example {@code config.toml:41} or {@code code}
 */
public record RuleRef(String id, String origin) {
    /** The rule that decides when no other does. */
    public static final RuleRef NO_MATCH = new RuleRef("no-match", "built-in");

    /** What asks a human before a server starts whose command line leaves a question open. */
    public static final RuleRef START = new RuleRef("start-of-server", "built-in");

    public RuleRef {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(origin, "origin");
    }

    @Override
    public String toString() {
        return id + " (" + origin + ")";
    }
}
