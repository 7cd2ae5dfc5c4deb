package dev.ilura.internal.downstream;

import dev.ilura.CallRequest;
import dev.ilura.internal.call.Cancellation;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import java.util.function.Function;

/**
 * One request of a client from its arrival to its answer: gives progress, asks the client what the server asks, and
 * answers exactly once, unless the client gives up.
 */
interface Turn extends Caller, McpFront.Ongoing {
    /** Names the call for what is asked on its behalf. */
    void isCall(CallRequest request, String id);

    Cancellation cancellation();

    /** Passes on the server's progress under the client's own token. */
    void progressed(Frame progress);

    /**
     * Answers, if the request is still open.
     *
     * @param reply made for the id that the client waits for by then
     */
    void conclude(Function<JsonValue, Reply> reply);
}
