package dev.ilura.transport.stdio;

import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/** The last bytes of a server's standard error. A flood costs nothing but the reading. */
final class StderrTail {
    private final byte[] ring;
    private final ReentrantLock lock = new ReentrantLock();
    private long total;

    StderrTail(int limit) {
        ring = new byte[limit];
    }

    /** Reads to the end; what is older than the limit is forgotten. */
    void drain(InputStream in) {
        byte[] chunk = new byte[4096];
        try {
            int read;
            while ((read = in.read(chunk)) >= 0) {
                keep(chunk, read);
            }
        } catch (IOException ended) {
            // the process is gone; what was read stays
        }
    }

    private void keep(byte[] chunk, int length) {
        lock.lock();
        try {
            for (int i = Math.max(0, length - ring.length); i < length; i++) {
                ring[(int) ((total + i) % ring.length)] = chunk[i];
            }
            total += length;
        } finally {
            lock.unlock();
        }
    }

    /** What is kept, made safe to show; empty if nothing was written. */
    String text() {
        lock.lock();
        try {
            int length = (int) Math.min(total, ring.length);
            byte[] kept = new byte[length];
            for (int i = 0; i < length; i++) {
                kept[i] = ring[(int) ((total - length + i) % ring.length)];
            }
            return VisibleText.block(new String(kept, StandardCharsets.UTF_8).strip());
        } finally {
            lock.unlock();
        }
    }
}
