package dev.ilura.transport.sse.front;

import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A session that a handshake began. The id finds it, and only its principal may use it: to know an id is not to be somebody.
 */
final class HttpSession implements McpFront.Outbox {
    private static final int MOST_FINISHED_STREAMS = 16;
    /** What belongs to no request. */
    private static final String STANDALONE = "0";

    private final String id;
    private final String principal;
    private final int replayBytes;
    private final TimeSource time;
    private final ResumableStream standalone;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, ResumableStream> streams = new LinkedHashMap<>();
    private long nextStream = 1;
    private volatile long lastUsed;
    private volatile McpFront.@Nullable Session session;

    HttpSession(String id, String principal, int replayBytes, TimeSource time) {
        this.id = id;
        this.principal = principal;
        this.replayBytes = replayBytes;
        this.time = time;
        this.standalone = new ResumableStream(STANDALONE, replayBytes);
        touch();
    }

    void begin(McpFront.Session begun) {
        session = begun;
    }

    McpFront.Session session() {
        McpFront.Session begun = session;
        if (begun == null) {
            throw new IllegalStateException("the session has not begun");
        }
        return begun;
    }

    String id() {
        return id;
    }

    String principal() {
        return principal;
    }

    String revision() {
        return session().revision().orElse("");
    }

    void touch() {
        lastUsed = time.nanos();
    }

    long idleNanos() {
        return standalone.isAttached() ? 0 : time.nanos() - lastUsed;
    }

    @Override
    public void send(byte[] frame) {
        standalone.send(frame);
    }

    ResumableStream standalone() {
        return standalone;
    }

    /** A stream for one request. The streams that ended longest ago are forgotten. */
    ResumableStream newStream() {
        lock.lock();
        try {
            streams.values().removeIf(new java.util.function.Predicate<>() {
                private long finished = streams.values().stream()
                        .filter(ResumableStream::isFinished)
                        .count();

                @Override
                public boolean test(ResumableStream stream) {
                    return stream.isFinished() && finished-- > MOST_FINISHED_STREAMS;
                }
            });
            String name = Long.toString(nextStream++);
            ResumableStream stream = new ResumableStream(name, replayBytes / MOST_FINISHED_STREAMS);
            streams.put(name, stream);
            return stream;
        } finally {
            lock.unlock();
        }
    }

    Optional<ResumableStream> stream(String name) {
        if (name.equals(STANDALONE)) {
            return Optional.of(standalone);
        }
        lock.lock();
        try {
            return Optional.ofNullable(streams.get(name));
        } finally {
            lock.unlock();
        }
    }

    void close() {
        McpFront.Session begun = session;
        if (begun != null) {
            begun.closed();
        }
        standalone.close();
        lock.lock();
        try {
            streams.values().forEach(ResumableStream::close);
            streams.clear();
        } finally {
            lock.unlock();
        }
    }
}
