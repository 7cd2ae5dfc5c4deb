package dev.ilura.transport.stdio;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines, with a bound: a peer that never ends its line must not fill the memory. Used by one
 * thread.
 */
final class LineReader {
    private static final int CHUNK = 64 << 10;
    /** So many limits beyond the limit, and nobody believes that the line will end. */
    private static final int ENDLESS = 8;

    private final InputStream in;
    private final int limit;
    private byte[] buffer = new byte[CHUNK];
    private int start;
    private int end;
    /** How much from {@link #start} on is known to hold no line feed. */
    private int scanned;

    private long skipped;

    LineReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /**
     * Hands over every line until the stream ends. A line beyond the limit is skipped.
     *
     * @throws EndlessLineException if a line is still not over many limits later: the attack is a peer that keeps a core
     *     busy for ever
     */
    void readAll(Lines lines) throws IOException {
        while (fill()) {
            cut(lines);
        }
        if (skipped > 0) {
            lines.oversized(skipped + end - start);
        } else {
            emit(end, lines);
        }
    }

    private boolean fill() throws IOException {
        if (start == end) {
            start = 0;
            end = 0;
            if (buffer.length > CHUNK) {
                buffer = new byte[CHUNK];
            }
        } else if (end == buffer.length) {
            makeRoom();
        }
        int read = in.read(buffer, end, buffer.length - end);
        if (read < 0) {
            return false;
        }
        end += read;
        return true;
    }

    private void makeRoom() {
        int length = end - start;
        byte[] target = length > buffer.length / 2 ? new byte[buffer.length * 2] : buffer;
        System.arraycopy(buffer, start, target, 0, length);
        buffer = target;
        start = 0;
        end = length;
    }

    private void cut(Lines lines) throws EndlessLineException {
        for (int at = start + scanned; at < end; at++) {
            if (buffer[at] == '\n') {
                endLine(at, lines);
            }
        }
        if (end - start > limit) {
            skipped += end - start;
            start = end;
        }
        if (skipped > (long) ENDLESS * limit) {
            throw new EndlessLineException(skipped);
        }
        scanned = end - start;
    }

    private void endLine(int at, Lines lines) {
        if (skipped > 0 || at - start > limit) {
            lines.oversized(skipped + at - start);
            skipped = 0;
        } else {
            emit(at, lines);
        }
        start = at + 1;
    }

    private void emit(int to, Lines lines) {
        int stop = to > start && buffer[to - 1] == '\r' ? to - 1 : to;
        if (stop > start) {
            lines.line(Arrays.copyOfRange(buffer, start, stop));
        }
    }

    /** Takes what was read. */
    interface Lines {
        /** One line without its end; never empty. */
        void line(byte[] line);

        /** A line beyond the limit was skipped. */
        void oversized(long bytes);
    }

    /** A line that does not end. */
    static final class EndlessLineException extends IOException {
        private static final long serialVersionUID = 1L;

        EndlessLineException(long bytes) {
            super("wrote " + bytes + " bytes without ending the line");
        }
    }
}
