package dev.ilura.audit.format;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The first frame of a segment: {@code 'S' | version u8 | first record u64 | log id 16 | hash of the record before 32}.
 *
 * @param logId 16 random bytes that name the log
 * @param previous SHA-256 of the last record of the segment before; zeros in the first
 */
public record SegmentHead(long firstRecord, byte[] logId, byte[] previous) {
    /** The format that this code reads and writes. */
    public static final byte VERSION = 1;

    /** Bytes of a log's id. */
    public static final int ID_LENGTH = 16;

    private static final int LENGTH = 2 + Long.BYTES + ID_LENGTH + Sha256.LENGTH;

    public SegmentHead {
        logId = logId.clone();
        previous = previous.clone();
    }

    /** The name under which a log of this id signs. */
    public static String origin(byte[] logId) {
        return "ilura/log/" + HexFormat.of().formatHex(logId);
    }

    /** The body of the frame. */
    public byte[] body() {
        return ByteBuffer.allocate(LENGTH)
                .put(Frame.HEAD)
                .put(VERSION)
                .putLong(firstRecord)
                .put(logId)
                .put(previous)
                .array();
    }

    static SegmentHead parse(byte[] text, int from, int to) {
        if (to - from != LENGTH || text[from] != Frame.HEAD || text[from + 1] != VERSION) {
            throw new MalformedRecordException("the segment does not start with a head of version " + VERSION);
        }
        ByteBuffer in = ByteBuffer.wrap(text, from + 2, LENGTH - 2);
        long first = in.getLong();
        byte[] id = new byte[ID_LENGTH];
        byte[] previous = new byte[Sha256.LENGTH];
        in.get(id).get(previous);
        return new SegmentHead(first, id, previous);
    }

    @Override
    public byte[] logId() {
        return logId.clone();
    }

    @Override
    public byte[] previous() {
        return previous.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SegmentHead that && Arrays.equals(body(), that.body());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(body());
    }

    @Override
    public String toString() {
        return origin(logId) + " from record " + firstRecord;
    }
}
