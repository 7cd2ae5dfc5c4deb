package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import java.util.Map;

/**
 * The set of values an argument may have, with the eyes of the server: a path is resolved, an address normalised, a
 * statement tokenised. Implementations are immutable and thread-safe, never throw, and never touch the network.
 */
public interface Scope {

    /** Whether the value is in the scope. The call gives the context (roots, tool), never the verdict. */
    Finding judge(JsonValue value, ToolCall call);

    /**
     * Whether an array stands for its elements, each of which must be judged ({@code paths} of a tool that takes
     * several). False for a scope that judges arrays as a whole.
     */
    default boolean judgesElements() {
        return true;
    }

    /** What is in the scope, in words that follow "is", for example {@code "inside the roots"}. */
    String describe();

    /** Everything that influences a finding, as canonical JSON; part of the version of a policy. */
    Map<String, ?> facts();
}
