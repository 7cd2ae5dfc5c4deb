package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine.Settlement;
import java.util.List;
import java.util.Map;

/**
 * The set of values an argument may have, with the eyes of the server: a path is resolved, an address normalised, a
 * statement tokenised. Implementations are thread-safe, change nothing but their own counters, never throw, and never touch the network.
 */
public interface Scope {

    /** Whether the value is in the scope. The call gives the context (roots, tool), never the verdict. */
    Finding judge(JsonValue value, ToolCall call);

    /** As {@link #judge}, for a call that is only asked about: a scope that counts counts nothing. */
    default Finding preview(JsonValue value, ToolCall call) {
        return judge(value, call);
    }

    /**
     * Whether an array stands for its elements, each of which must be judged ({@code paths} of a tool that takes
     * several). False for a scope that judges arrays as a whole.
     */
    default boolean judgesElements() {
        return true;
    }

    /**
     * Told once what became of a call that {@link #judge} saw: a scope that counts keeps what it reserved for the call, or
     * gives it back.
     */
    default void settle(ToolCall call, Settlement settlement) {}

    /**
     * A scope with the same demands that goes on counting where {@code before} stood, if that one counts the same thing.
     */
    default Scope continuing(Scope before) {
        return this;
    }

    /** Values at the edges of the scope, in and out, that Jackson can write: for whoever searches what it lets through. */
    default List<?> edges() {
        return List.of();
    }

    /** What is in the scope, in words that follow "is", for example {@code "inside the roots"}. */
    String describe();

    /** Everything that influences a finding, as canonical JSON; part of the version of a policy. */
    Map<String, ?> facts();
}
