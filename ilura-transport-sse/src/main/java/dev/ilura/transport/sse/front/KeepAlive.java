package dev.ilura.transport.sse.front;

import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One timer for all streams that only listen: a comment now and then, so that who has left is noticed. Thread-safe. */
final class KeepAlive {
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private final TimeSource time;
    private final Set<ResumableStream> streams = ConcurrentHashMap.newKeySet();
    private volatile TimeSource.@Nullable Timer timer;
    private volatile boolean stopped;

    KeepAlive(TimeSource time) {
        this.time = time;
    }

    void start() {
        if (!stopped) {
            timer = time.after(INTERVAL, this::comment);
        }
    }

    void add(ResumableStream stream) {
        streams.add(stream);
    }

    private void comment() {
        streams.removeIf(stream -> !stream.isAttached());
        streams.forEach(ResumableStream::comment);
        start();
    }

    void stop() {
        stopped = true;
        TimeSource.Timer waiting = timer;
        if (waiting != null) {
            waiting.cancel();
        }
        streams.clear();
    }
}
