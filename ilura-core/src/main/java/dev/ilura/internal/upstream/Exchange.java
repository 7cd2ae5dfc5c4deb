package dev.ilura.internal.upstream;

import dev.ilura.internal.wire.Frame;
import dev.ilura.spi.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One request to a server and what comes of it: exactly one answer or one failure, whichever is first. */
public final class Exchange {
    private final long id;
    private final CompletableFuture<Frame> answer = new CompletableFuture<>();
    private final Consumer<Frame> progress;
    private final Consumer<Exchange> abandon;

    Exchange(long id, Consumer<Frame> progress, Consumer<Exchange> abandon) {
        this.id = id;
        this.progress = progress;
        this.abandon = abandon;
    }

    long id() {
        return id;
    }

    /** The frame with the result or error; fails with {@link UpstreamFailure}. */
    public CompletableFuture<Frame> answer() {
        return answer;
    }

    /** Gives up: the server is told, and whatever it still answers is dropped. */
    public void cancel(UpstreamFailure why) {
        if (answer.completeExceptionally(why)) {
            abandon.accept(this);
        }
    }

    void expiresBy(TimeSource.Timer deadline) {
        answer.whenComplete((frame, failure) -> deadline.cancel());
    }

    void progressed(Frame notification) {
        if (!answer.isDone()) {
            progress.accept(notification);
        }
    }
}
