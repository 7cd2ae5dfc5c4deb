package dev.ilura.internal.call;

import dev.ilura.CallRequest;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Way;
import dev.ilura.internal.wire.Frame;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A call as it came, before anything is known about it.
 *
 * @param frame the client's own frame, whose unknown members travel on; empty for calls from Java
 * @param method what the client asked for
 * @param caller who made it, as far as its server may see it
 * @param way by which line it reaches its server
 * @param deed what it does, if that is no request to a server
 * @param progress gets the server's progress notifications
 * @param startedNanos when it was received, by the gateway's monotonic clock
 */
public record PendingCall(
        String id,
        CallRequest request,
        Optional<Frame> frame,
        RelayedMethod method,
        Caller caller,
        Way way,
        Optional<Deed> deed,
        Consumer<Frame> progress,
        Cancellation cancellation,
        long startedNanos) {}
