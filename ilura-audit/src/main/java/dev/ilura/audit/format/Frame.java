package dev.ilura.audit.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How bytes stand in a segment: {@code length u32 | CRC-32C u32 | body}, big-endian; the checksum covers length and body.
 * The body's first byte says what it is. Zeros follow the last frame.
 */
public final class Frame {
    /** Bytes before the body. */
    public static final int HEADER = 8;

    /** The longest record: what fits an entry bundle of C2SP tlog-tiles (65,535 bytes), with room to spare. */
    public static final int MAX_RECORD = 60_000;

    /** The longest body. */
    public static final int MAX_BODY = 65_535;

    /** First byte of a record. */
    public static final byte RECORD = '{';

    /** First byte of a segment's head, see {@link SegmentHead}. */
    public static final byte HEAD = 'S';

    /** First byte of a batch trailer, see {@link Trailer}. */
    public static final byte TRAILER = 'T';

    /** First byte of a segment's end: the number of the record that the next segment starts with follows. */
    public static final byte END = 'E';

    private Frame() {}

    /** Checksum of a frame with this body. */
    static int checksum(byte[] text, int from, int to) {
        int length = to - from;
        CRC32C crc = new CRC32C();
        crc.update(length >>> 24);
        crc.update(length >>> 16);
        crc.update(length >>> 8);
        crc.update(length);
        crc.update(text, from, length);
        return (int) crc.getValue();
    }

    /** The length of the body of a whole and sound frame that stands here, or -1. */
    static int soundLength(byte[] text, int at, int end) {
        if (end - at < HEADER) {
            return -1;
        }
        ByteBuffer header = ByteBuffer.wrap(text);
        int length = header.getInt(at);
        int body = at + HEADER;
        if (length < 1 || length > MAX_BODY || length > end - body) {
            return -1;
        }
        CRC32C crc = new CRC32C();
        crc.update(text, at, Integer.BYTES);
        crc.update(text, body, length);
        return (int) crc.getValue() == header.getInt(at + 4) ? length : -1;
    }

    /** Whether a body has the checksum that stands in its header. */
    public static boolean isSound(int checksum, byte[] body) {
        return checksum(body, 0, body.length) == checksum;
    }

    /** A whole frame. */
    public static byte[] of(byte[] body) {
        byte[] frame = new byte[HEADER + body.length];
        System.arraycopy(body, 0, frame, HEADER, body.length);
        putHeader(frame, 0, frame.length);
        return frame;
    }

    /** Writes the header of a frame whose body already stands behind it. */
    public static void putHeader(byte[] bytes, int from, int to) {
        int body = from + HEADER;
        ByteBuffer.wrap(bytes).putInt(from, to - body).putInt(from + 4, checksum(bytes, body, to));
    }

    /** The body of a segment's end. */
    public static byte[] end(long nextRecord) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(END).putLong(nextRecord).array();
    }
}
