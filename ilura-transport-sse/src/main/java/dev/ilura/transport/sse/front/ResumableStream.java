package dev.ilura.transport.sse.front;

import dev.ilura.transport.sse.event.EventText;
import dev.ilura.transport.sse.event.ServerEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a handshake session: its events have ids, the last ones are kept, and a client that lost it takes it up
 * again where it was. Thread-safe.
 */
final class ResumableStream {
    private final String name;
    private final int keep;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Kept> kept = new ArrayDeque<>();
    private int keptBytes;
    private long count;
    private boolean finished;
    private @Nullable StreamWriter writer;

    /**
     * @param name ASCII letters and digits; what the ids of its events begin with
     * @param keep bytes of events that are kept at most, the newest in any case
     */
    ResumableStream(String name, int keep) {
        this.name = name;
        this.keep = keep;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(long number, byte[] event) {}

    /** Where an id says that the client was. */
    record Position(String stream, long after) {
        static @Nullable Position parse(String id) {
            int dash = id.indexOf('-');
            try {
                return dash < 1 ? null : new Position(id.substring(0, dash), Long.parseLong(id.substring(dash + 1)));
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }

    /** Sends from here on to this writer, after what it missed; a writer of before is ended. */
    void attach(StreamWriter fresh, long after) {
        lock.lock();
        try {
            StreamWriter before = writer;
            writer = fresh;
            for (Kept event : kept) {
                if (event.number() > after) {
                    fresh.send(event.event());
                }
            }
            if (finished) {
                fresh.end();
            }
            if (before != null) {
                before.end();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells the client where it is before there is anything to tell (2025-11-25). */
    void prime(long retryMillis) {
        lock.lock();
        try {
            if (writer != null) {
                writer.send(EventText.prime(name + "-" + count, retryMillis));
            }
        } finally {
            lock.unlock();
        }
    }

    void send(byte[] frame) {
        lock.lock();
        try {
            if (!finished) {
                add(frame);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends the last message. */
    void finish(byte[] frame) {
        lock.lock();
        try {
            if (!finished) {
                add(frame);
                end();
            }
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        finished = true;
        if (writer != null) {
            writer.end();
        }
    }

    /** Nothing follows. */
    void close() {
        lock.lock();
        try {
            end();
            kept.clear();
        } finally {
            lock.unlock();
        }
    }

    private void add(byte[] frame) {
        long number = ++count;
        byte[] event = EventText.event(ServerEvent.MESSAGE, name + "-" + number, frame);
        kept.add(new Kept(number, event));
        keptBytes += event.length;
        while (keptBytes > keep && kept.size() > 1) {
            keptBytes -= kept.remove().event().length;
        }
        if (writer != null) {
            writer.send(event);
        }
    }

    void comment() {
        lock.lock();
        try {
            if (writer != null) {
                writer.send(EventText.comment());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The writer is gone. */
    @SuppressWarnings("ReferenceEquality") // this very writer
    void detach(StreamWriter lost) {
        lock.lock();
        try {
            if (writer == lost) {
                writer = null;
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isAttached() {
        lock.lock();
        try {
            return writer != null && writer.isOpen() && !finished;
        } finally {
            lock.unlock();
        }
    }

    boolean isFinished() {
        lock.lock();
        try {
            return finished;
        } finally {
            lock.unlock();
        }
    }
}
