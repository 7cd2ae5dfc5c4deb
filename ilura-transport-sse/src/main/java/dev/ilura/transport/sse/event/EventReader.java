package dev.ilura.transport.sse.event;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a stream of server-sent events as it arrives, in pieces of any size (WHATWG HTML, section 9.2.6): lines end with
 * CR, LF or CRLF, one byte order mark at the start is skipped, an event without data is none, an id with NUL is ignored.
 *
 * <p>Every size is bounded, and the memory held is at most one line and one event. The data is handed on as the bytes
 * that came: whether they are UTF-8 is for the reader of the message to judge.
 *
 * <p>Not thread-safe.
 */
public final class EventReader {
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int LONGEST_ID = 1024;
    private static final int LONGEST_RETRY_DIGITS = 9;

    private final EventLimits limits;
    private final Consumer<ServerEvent> sink;
    private byte[] line = new byte[256];
    private int length;
    private boolean afterReturn;
    private boolean first = true;
    private long total;

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private boolean hasData;
    private String type = "";
    private String lastId = "";
    private Optional<Duration> retry = Optional.empty();

    /**
     * A reader at the start of a stream.
     *
     * @param sink gets every event while {@link #feed} runs
     */
    public EventReader(EventLimits limits, Consumer<ServerEvent> sink) {
        this.limits = limits;
        this.sink = sink;
    }

    /** The last id that the stream gave; empty if none. */
    public String lastId() {
        return lastId;
    }

    /** How long the server wants a client to wait before it comes back, if it said so. */
    public Optional<Duration> retry() {
        return retry;
    }

    /**
     * Reads the next piece, all of it.
     *
     * @throws EventStreamException if a limit is passed; the reader is of no use afterwards
     */
    public void feed(ByteBuffer piece) throws EventStreamException {
        total += piece.remaining();
        if (limits.total() > 0 && total > limits.total()) {
            throw new EventStreamException("the stream is longer than " + limits.total() + " bytes");
        }
        while (piece.hasRemaining()) {
            if (afterReturn) {
                afterReturn = false;
                if (piece.get(piece.position()) == '\n') {
                    piece.get();
                    continue;
                }
            }
            int end = lineEnd(piece);
            append(piece, end - piece.position());
            if (piece.hasRemaining()) {
                afterReturn = piece.get() == '\r';
                lineRead();
            }
        }
    }

    /** The index of the next CR or LF, or the limit. */
    private static int lineEnd(ByteBuffer piece) {
        int at = piece.position();
        while (at < piece.limit() && piece.get(at) != '\n' && piece.get(at) != '\r') {
            at++;
        }
        return at;
    }

    private void append(ByteBuffer piece, int count) throws EventStreamException {
        if (count > limits.line() - length) {
            throw new EventStreamException("a line is longer than " + limits.line() + " bytes");
        }
        if (count > line.length - length) {
            long doubled = Math.max(2L * line.length, (long) length + count);
            line = Arrays.copyOf(line, (int) Math.min(doubled, limits.line()));
        }
        piece.get(line, length, count);
        length += count;
    }

    private void lineRead() throws EventStreamException {
        int start = 0;
        if (first) {
            first = false;
            start = length >= BOM.length && Arrays.equals(line, 0, BOM.length, BOM, 0, BOM.length) ? BOM.length : 0;
        }
        if (length == start) {
            eventRead();
        } else {
            field(start);
        }
        length = 0;
    }

    private void field(int start) throws EventStreamException {
        int colon = start;
        while (colon < length && line[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, length);
        if (value < length && line[value] == ' ') {
            value++;
        }
        switch (new String(line, start, Math.min(colon - start, 8), StandardCharsets.UTF_8)) {
            case "data" -> data(value);
            case "event" -> type = text(value);
            case "id" -> id(value);
            case "retry" -> retry(value);
            default -> {
                // a comment, or a field of tomorrow
            }
        }
    }

    private void data(int from) throws EventStreamException {
        int more = length - from + (hasData ? 1 : 0);
        if (more > limits.event() - data.size()) {
            throw new EventStreamException("an event has more data than " + limits.event() + " bytes");
        }
        if (hasData) {
            data.write('\n');
        }
        data.write(line, from, length - from);
        hasData = true;
    }

    private void id(int from) throws EventStreamException {
        if (length - from > LONGEST_ID) {
            throw new EventStreamException("an id is longer than " + LONGEST_ID + " bytes");
        }
        String id = text(from);
        if (id.indexOf('\0') < 0) {
            lastId = id;
        }
    }

    private void retry(int from) {
        String digits = text(from);
        if (!digits.isEmpty()
                && digits.length() <= LONGEST_RETRY_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            retry = Optional.of(Duration.ofMillis(Long.parseLong(digits)));
        }
    }

    private String text(int from) {
        return new String(line, from, length - from, StandardCharsets.UTF_8);
    }

    private void eventRead() {
        if (hasData) {
            byte[] bytes = data.toByteArray();
            data.reset();
            hasData = false;
            sink.accept(new ServerEvent(type.isEmpty() ? ServerEvent.MESSAGE : type, bytes, lastId));
        }
        type = "";
    }
}
