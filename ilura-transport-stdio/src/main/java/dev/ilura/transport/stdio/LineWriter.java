package dev.ilura.transport.stdio;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes lines in order from one thread: whoever sends never waits for a slow reader at the other end, and lines that
 * gathered while the last write was under way travel in one write.
 */
final class LineWriter {
    private static final int BATCH = 64 << 10;

    private final OutputStream out;
    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private final byte[] batch = new byte[BATCH];
    private long queued;
    private boolean closing;
    private boolean broken;

    /**
     * @param limit bytes that may wait; a line that would go beyond is refused, unless it is the only one
     */
    LineWriter(OutputStream out, long limit) {
        this.out = out;
        this.limit = limit;
    }

    /**
     * Queues one line.
     *
     * @throws IOException if the stream is closed, or the peer does not read and the queue is full
     */
    void send(byte[] line) throws IOException {
        lock.lock();
        try {
            if (closing || broken) {
                throw new IOException("the stream is closed");
            }
            if (queued > 0 && queued + line.length > limit) {
                throw new IOException("the peer does not read: more than " + limit + " bytes wait for it");
            }
            queue.add(line);
            queued += line.length;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** What was queued is still written; then the stream is closed. Does not wait. */
    void close() {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Writes until closed or the peer is gone. */
    void run() {
        try (OutputStream closesAtEnd = out) {
            int length;
            while ((length = nextBatch()) >= 0) {
                if (length > 0) {
                    closesAtEnd.write(batch, 0, length);
                } else {
                    writeLong(closesAtEnd);
                }
                closesAtEnd.flush();
            }
        } catch (IOException gone) {
            // The reading side reports why: exit status and stderr tell more than a broken pipe.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            giveUp();
        }
    }

    /** Fills the batch; its length, 0 if the next line is longer than the batch, -1 at the end. */
    private int nextBatch() throws InterruptedException {
        lock.lock();
        try {
            while (queue.isEmpty()) {
                if (closing) {
                    return -1;
                }
                changed.await();
            }
            int length = 0;
            byte[] line;
            while ((line = queue.peek()) != null && length + line.length < BATCH) {
                queue.remove();
                queued -= line.length;
                length = append(line, length);
            }
            return length;
        } finally {
            lock.unlock();
        }
    }

    private int append(byte[] line, int at) {
        System.arraycopy(line, 0, batch, at, line.length);
        int end = at + line.length;
        for (int i = at; i < end; i++) {
            batch[i] = onOneLine(batch[i]);
        }
        batch[end] = '\n';
        return end + 1;
    }

    private void writeLong(OutputStream to) throws IOException {
        byte[] line;
        lock.lock();
        try {
            line = queue.remove();
            queued -= line.length;
        } finally {
            lock.unlock();
        }
        byte[] framed = new byte[line.length + 1];
        for (int i = 0; i < line.length; i++) {
            framed[i] = onOneLine(line[i]);
        }
        framed[line.length] = '\n';
        to.write(framed);
    }

    /**
     * A line feed inside a frame would make two of it, the second one judged by nobody. Between the tokens of valid JSON,
     * the only place where it can stand, a blank means the same.
     */
    private static byte onOneLine(byte b) {
        return b == '\n' || b == '\r' ? (byte) ' ' : b;
    }

    private void giveUp() {
        lock.lock();
        try {
            broken = true;
            queue.clear();
            queued = 0;
        } finally {
            lock.unlock();
        }
    }
}
