package dev.ilura.transport.sse.event;

/**
 * What a stream may hold.
 *
 * @param line the longest line, in bytes
 * @param event the longest data of one event, in bytes
 * @param total all bytes of the stream together; 0 is no limit, for streams that stay open
 */
public record EventLimits(int line, int event, long total) {
    /** A line longer than an event's data and its field name would be of no use. */
    private static final int FIELD_NAME = 64;

    public EventLimits {
        if (line < 64 || event < 1 || total < 0) {
            throw new IllegalArgumentException("limits are positive: " + line + ", " + event + ", " + total);
        }
    }

    /** For one answer of at most this size, and what may come before it. */
    public static EventLimits ofAnswer(int bytes) {
        return new EventLimits(bytes + FIELD_NAME, bytes, 16L * bytes);
    }

    /** For a stream that stays open and carries messages of at most this size. */
    public static EventLimits ofOpenStream(int bytes) {
        return new EventLimits(bytes + FIELD_NAME, bytes, 0);
    }
}
