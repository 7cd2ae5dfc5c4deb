package dev.ilura.spi;

import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Looks at what servers say about themselves before any of it is pinned, and puts changes into words. Thread-safe. Every
 * method says nothing by default; what one throws is an objection.
 */
public interface ManifestReview {

    /** What is wrong with one entry of a list that is seen for the first time. */
    default List<Remark> entry(String server, Tool entry) {
        return List.of();
    }

    /** What is wrong with the instructions of a server that are seen for the first time. */
    default List<Remark> instructions(String server, String text) {
        return List.of();
    }

    /** Tools of different servers that are taken for one another, {@link Clash#later} being of the later server. */
    default List<Clash> clashes(Map<String, List<Tool>> toolsByServer) {
        return List.of();
    }

    /** What changed between the pinned form and the one of now, one line a change, for people; safe to print. */
    default List<String> changes(JsonValue pinned, JsonValue now) {
        return List.of();
    }

    /** One that says nothing. */
    static ManifestReview none() {
        return new ManifestReview() {};
    }

    /**
     * Something about a manifest.
     *
     * @param code stable code, listed in {@code docs/errors.md}
     * @param what where it is and what it is, one line; safe to print
     * @param refuses whether it is a fact that keeps the entry from being pinned by itself; otherwise it is a warning
     */
    record Remark(String code, String what, boolean refuses) {
        public Remark {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(what, "what");
        }
    }

    /**
     * Two tools that are taken for one another.
     *
     * @param earlier the server whose tool it was first
     * @param later the server whose tool imitates it
     * @param tool the name of the later server's tool
     * @param remark what they have in common, and whether that is reason to refuse the later one
     */
    record Clash(String earlier, String later, String tool, Remark remark) {
        public Clash {
            Objects.requireNonNull(earlier, "earlier");
            Objects.requireNonNull(later, "later");
            Objects.requireNonNull(tool, "tool");
            Objects.requireNonNull(remark, "remark");
        }
    }
}
