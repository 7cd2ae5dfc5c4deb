package dev.ilura.spi;

import dev.ilura.ToolCall;
import java.io.IOException;
import java.util.Map;

/**
 * Something that has to be done before a call is carried out and after it was agreed to, for example a snapshot of what it
 * may change. If it fails, the call does not happen. Thread-safe.
 */
public interface BeforeCall {
    /** Whether there is anything to do; must not block. */
    boolean concerns(ToolCall call);

    /**
     * Does it. May block, at most for the gateway's call timeout; then the call fails.
     *
     * @return facts for the record that comes before the effect; values are ASCII and hold no secret
     * @throws IOException if it cannot be done; the message is for people
     */
    Map<String, String> before(ToolCall call) throws IOException;
}
