package dev.ilura.spi;

import dev.ilura.Arguments;
import dev.ilura.ToolCall;

/** One call of an {@link OwnTool} under way. Thread-safe. */
public interface ToolRequest {
    /** Who calls what, as the gate judged it. */
    ToolCall call();

    /** The arguments as they were judged. */
    default Arguments arguments() {
        return call().arguments();
    }

    /**
     * Tells the caller how far it is; does nothing if the caller does not want to know.
     *
     * @param done steps done, never less than before
     * @param total steps in all; 0 if nobody knows
     * @param message one short sentence
     */
    void progress(long done, long total, String message);

    /** Whether nobody waits for the answer any more: the caller gave up or the deadline passed. */
    boolean isCancelled();

    /** Runs the action when the call is given up, or at once if it was. The action must not block. */
    void onCancel(Runnable action);

    /**
     * Ends work that nobody waits for.
     *
     * @throws ToolException ILR-TOOLS-001 if the call was given up
     */
    default void checkCancelled() throws ToolException {
        if (isCancelled()) {
            throw new ToolException("ILR-TOOLS-001", "The call was given up.", "Call again.");
        }
    }
}
