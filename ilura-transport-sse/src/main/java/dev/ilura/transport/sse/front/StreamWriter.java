package dev.ilura.transport.sse.front;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * Writes one stream of events, in order and without a thread of its own. What waits is bounded: a client that reads too
 * slowly loses its stream, and nobody waits for it. Thread-safe.
 */
final class StreamWriter {
    private static final int BATCH = 64 << 10;

    private final Answering exchange;
    private final int limit;
    private final Runnable gone;
    private final Writing writing = new Writing();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean first = true;
    private boolean ending;
    private boolean ended;

    /**
     * @param limit bytes that may wait
     * @param gone runs if the stream ends otherwise than by {@link #end}
     */
    StreamWriter(Answering exchange, int limit, Runnable gone) {
        this.exchange = exchange;
        this.limit = limit;
        this.gone = gone;
    }

    /** Sends the head, so that the client knows that there is a stream. */
    void open() {
        writing.iterate();
    }

    /** Queues an event; whether the stream still takes any. */
    boolean send(byte[] event) {
        lock.lock();
        try {
            if (ending || ended) {
                return false;
            }
            if (waitingBytes > limit) {
                ended = true;
                waiting.clear();
            } else {
                waiting.add(event);
                waitingBytes += event.length;
            }
        } finally {
            lock.unlock();
        }
        if (ended) {
            writing.abort(new IOException("ILR-HTTP-025 the client reads too slowly: " + limit + " bytes wait"));
            exchange.drop();
            return false;
        }
        writing.iterate();
        return true;
    }

    /** Whether it takes events. */
    boolean isOpen() {
        lock.lock();
        try {
            return !ending && !ended;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream after what waits. */
    void end() {
        lock.lock();
        try {
            ending = true;
        } finally {
            lock.unlock();
        }
        writing.iterate();
    }

    private final class Writing extends IteratingCallback {
        private boolean lastWritten;

        @Override
        protected Action process() {
            if (lastWritten) {
                return Action.SUCCEEDED;
            }
            byte[] next;
            lock.lock();
            try {
                next = batch();
                if (next.length == 0 && !first && !ending) {
                    return Action.IDLE;
                }
                first = false;
                lastWritten = ending && waiting.isEmpty();
                ended |= lastWritten;
            } finally {
                lock.unlock();
            }
            exchange.response().write(lastWritten, ByteBuffer.wrap(next), this);
            return Action.SCHEDULED;
        }

        /** What waits, as much as goes well in one write. */
        private byte[] batch() {
            int length = 0;
            int count = 0;
            for (byte[] event : waiting) {
                if (count > 0 && length + event.length > BATCH) {
                    break;
                }
                length += event.length;
                count++;
            }
            byte[] batch = new byte[length];
            int at = 0;
            for (; count > 0; count--) {
                byte[] event = waiting.remove();
                System.arraycopy(event, 0, batch, at, event.length);
                at += event.length;
            }
            waitingBytes -= length;
            return batch;
        }

        @Override
        protected void onCompleteSuccess() {
            exchange.done().succeeded();
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            lock.lock();
            try {
                ended = true;
                waiting.clear();
            } finally {
                lock.unlock();
            }
            exchange.done().failed(cause);
            gone.run();
        }
    }
}
