package dev.ilura.internal.call;

import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.Caller.Said;
import dev.ilura.internal.upstream.Line;
import java.util.concurrent.CompletableFuture;

/** What a call does that is no request of a client to a server: a question to the client, a resource that is watched. */
@FunctionalInterface
public interface Deed {
    /** Does it, with the arguments as judged. */
    CompletableFuture<Said> apply(ToolCall call, Line line);
}
