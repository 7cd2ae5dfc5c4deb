package dev.ilura.internal.downstream;

import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Caller.Said;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.wire.Frame;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The resources that a client, or one of its subscriptions, watches. Thread-safe. */
final class Watched {
    private final Consumer<Frame> updates;
    private final Map<String, Line> lines = new ConcurrentHashMap<>();
    private volatile boolean ended;

    /**
     * @param updates gets the servers' notifications
     */
    Watched(Consumer<Frame> updates) {
        this.updates = updates;
    }

    /** Watches one, over the line by which it was judged. */
    CompletableFuture<Said> begin(String uri, Line line) {
        if (lines.putIfAbsent(uri, line) != null) {
            return CompletableFuture.completedFuture(Said.result(Caller.NOTHING));
        }
        return line.watch(uri, updates)
                .thenApply(watching -> Said.result(Caller.NOTHING))
                .whenComplete((said, failure) -> {
                    if (failure != null) {
                        lines.remove(uri);
                    } else if (ended) {
                        end(uri);
                    }
                });
    }

    void end(String uri) {
        Line line = lines.remove(uri);
        if (line != null) {
            line.unwatch(uri, updates);
        }
    }

    void end() {
        ended = true;
        lines.keySet().forEach(this::end);
    }
}
