package dev.ilura.policy.manifest;

import java.util.Objects;

/**
 * One thing in a manifest that a person should see.
 *
 * @param kind what it is
 * @param place where: an RFC 6901 pointer into the tool, after the tool's name if several were inspected
 * @param explanation what is there, with hidden characters shown as escapes; safe to print
 */
public record ManifestFinding(Kind kind, String place, String explanation) {
    public ManifestFinding {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(explanation, "explanation");
    }

    /** The same finding, seen from further out. */
    ManifestFinding within(String outer) {
        return new ManifestFinding(kind, outer + place, explanation);
    }

    /** The kinds of findings, each with its stable code and whether it is certain or a guess. */
    public enum Kind {
        /** A name that is none, or looks like a protocol name or another server's. */
        NAME("ILR-POLICY-201", true),
        /** Characters that are not seen as themselves. */
        HIDDEN_TEXT("ILR-POLICY-202", true),
        /** Terminal control sequences. */
        TERMINAL("ILR-POLICY-203", true),
        /** Text pushed out of sight by blanks. */
        LAYOUT("ILR-POLICY-204", true),
        /** Text that has to be decoded to be read. */
        ENCODED("ILR-POLICY-205", false),
        /** Markup that sets text apart for the model, or hides it from a rendered page. */
        MARKUP("ILR-POLICY-206", false),
        /** Words that order the model about beyond the use of the tool. */
        ORDER("ILR-POLICY-207", false),
        /** A parameter that asks for what the tool cannot need. */
        SECRET_PARAMETER("ILR-POLICY-208", false),
        /** An annotation that contradicts the name. */
        ANNOTATION("ILR-POLICY-209", false),
        /** Two tools of different servers that are taken for one another. */
        COLLISION("ILR-POLICY-210", true),
        /** A difference to what was pinned. */
        DRIFT("ILR-POLICY-211", true);

        private final String code;
        private final boolean certain;

        Kind(String code, boolean certain) {
            this.code = code;
            this.certain = certain;
        }

        /** The stable code, listed in {@code docs/errors.md}. */
        public String code() {
            return code;
        }

        /** Whether it is a fact about the bytes; otherwise it is a heuristic about their meaning, and only a warning. */
        public boolean isCertain() {
            return certain;
        }
    }
}
