package dev.ilura.transport.sse.front;

import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.event.EventText;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one posted request: JSON if it comes soon and alone, otherwise a stream of events. Thread-safe.
 *
 * <p>While a request of 2026-07-28 runs, comments are written: a connection that nobody reads any more shows only when it
 * is written to, and it means that the request is cancelled.
 */
final class PostReplies implements McpFront.Replies {
    /** How long an answer may take to be plain JSON; in 2026-07-28 longer, because a stream has no other status than 200. */
    private static final Duration SOON = Duration.ofMillis(250);

    private static final Duration SOON_PER_REQUEST = Duration.ofSeconds(1);

    private static final Duration QUIET_PER_REQUEST = Duration.ofSeconds(1);
    private static final Duration QUIET = Duration.ofSeconds(15);

    private final Answering exchange;
    private final boolean perRequest;
    private final int streamLimit;
    private final TimeSource time;
    private final Streams streams;
    private final ReentrantLock lock = new ReentrantLock();
    private McpFront.@Nullable Ongoing ongoing;
    private TimeSource.@Nullable Timer timer;
    private @Nullable Out out;
    private boolean ended;
    private boolean lost;

    /** @param streams opens the stream, if one is needed */
    PostReplies(Answering exchange, boolean perRequest, int streamLimit, TimeSource time, Streams streams) {
        this.exchange = exchange;
        this.perRequest = perRequest;
        this.streamLimit = streamLimit;
        this.time = time;
        this.streams = streams;
    }

    /** Where the messages of a stream go. */
    interface Out {
        void send(byte[] frame);

        void finish(byte[] frame);

        void comment();
    }

    /** Opens the stream of a request. */
    @FunctionalInterface
    interface Streams {
        Out open();
    }

    /** A stream without ids, which ends with its connection. */
    Out plainStream() {
        StreamWriter writer = exchange.stream(streamLimit, this::gone);
        return new Out() {
            @Override
            public void send(byte[] frame) {
                writer.send(EventText.message(frame));
            }

            @Override
            public void finish(byte[] frame) {
                writer.send(EventText.message(frame));
                writer.end();
            }

            @Override
            public void comment() {
                writer.send(EventText.comment());
            }
        };
    }

    /** Answers with a stream, however soon the answer comes. */
    void openStream() {
        lock.lock();
        try {
            stream();
        } finally {
            lock.unlock();
        }
    }

    /** The request is under way. */
    void began(McpFront.Ongoing begun) {
        boolean cancel;
        lock.lock();
        try {
            ongoing = begun;
            cancel = lost;
            if (!ended && !lost) {
                timer = time.after(perRequest ? SOON_PER_REQUEST : SOON, this::quiet);
            }
        } finally {
            lock.unlock();
        }
        if (cancel) {
            begun.cancel();
        }
    }

    private void quiet() {
        lock.lock();
        try {
            if (ended || lost) {
                return;
            }
            stream().comment();
            timer = time.after(perRequest ? QUIET_PER_REQUEST : QUIET, this::quiet);
        } finally {
            lock.unlock();
        }
    }

    private Out stream() {
        Out open = out;
        if (open == null) {
            open = streams.open();
            out = open;
        }
        return open;
    }

    @Override
    public void send(byte[] frame) {
        lock.lock();
        try {
            if (!ended) {
                stream().send(frame);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void finish(byte[] frame, McpFront.End end) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            TimeSource.Timer waiting = timer;
            if (waiting != null) {
                waiting.cancel();
            }
            Out open = out;
            if (open != null) {
                open.finish(frame);
                return;
            }
        } finally {
            lock.unlock();
        }
        exchange.whole(perRequest ? status(end) : 200, frame);
    }

    /** 2026-07-28 says errors of the protocol in the status too. */
    private static int status(McpFront.End end) {
        int code = end.error().orElse(0);
        if (code == -32601) {
            return end.refused() ? 404 : 200;
        }
        boolean ofTheProtocol = code <= -32020 && code >= -32022;
        return end.refused() || ofTheProtocol ? 400 : 200;
    }

    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** The client closed the stream. */
    private void gone() {
        McpFront.Ongoing running;
        lock.lock();
        try {
            lost = true;
            running = ongoing;
            TimeSource.Timer waiting = timer;
            if (waiting != null) {
                waiting.cancel();
            }
        } finally {
            lock.unlock();
        }
        if (running != null && perRequest) {
            running.cancel();
        }
    }
}
