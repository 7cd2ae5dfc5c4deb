package dev.ilura.spi;

import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import java.util.Optional;

/**
 * Judges calls. The gate asks {@link #validate} and then {@link #decide} for every call and treats doubt as denial: an
 * exception, null or a time-out denies.
 *
 * <p>Implementations are thread-safe, and answer equal calls under one {@link #version()}
 * alike unless a counter or a budget says otherwise.
 */
public interface PolicyEngine {

    /**
     * Whether the arguments are a valid instance of the tool's pinned schema and have one meaning only.
     *
     * @return the denial, or empty if there is nothing to object to
     */
    default Optional<Decision.Deny> validate(ToolCall call) {
        return Optional.empty();
    }

    /** The verdict. */
    Decision decide(ToolCall call);

    /**
     * What {@link #decide} would say at this moment, without any effect on what it says later: nothing is counted, and no
     * session has taken anything in. The default decides and gives back at once what that reserved, which is enough for an
     * engine that remembers nothing else.
     */
    default Decision preview(ToolCall call) {
        try {
            return decide(call);
        } finally {
            settle(call, Settlement.NOTHING_HAPPENED);
        }
    }

    /**
     * Told once what became of a call that {@link #decide} was asked about, before its caller knows: what a counter or a
     * budget reserved for it (found again by {@link ToolCall#id()}) is spent or free again. Must not block. What it throws
     * is logged and changes nothing.
     */
    default void settle(ToolCall call, Settlement settlement) {}

    /** What is known about the effect of a call that has ended. */
    enum Settlement {
        /** The server carried it out. */
        HAPPENED,
        /** It was sent, and nobody knows. */
        MAY_HAVE_HAPPENED,
        /** It never reached the server: denied, not approved, answered from the cache, or only asked about. */
        NOTHING_HAPPENED
    }

    /**
     * Whether any arguments could make a call to this tool pass. A tool for which the answer is no is not listed to
     * clients; hiding is a courtesy, {@link #decide} is the enforcement.
     */
    default boolean mayCall(String server, Tool tool) {
        return true;
    }

    /**
     * Whether an answer may take long: a network, a native engine, somebody else's code. Such an engine is asked on a
     * thread of its own, and its silence denies. {@code false} promises answers within microseconds, on the caller's
     * thread.
     */
    default boolean mayBlock() {
        return true;
    }

    /**
     * Digest or version of the rules: part of cache keys, approval tickets and records. It changes whenever a decision
     * could change.
     */
    String version();
}
