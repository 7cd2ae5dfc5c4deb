package dev.ilura.audit.format;

import java.nio.ByteBuffer;

/**
 * The first frame of a segment: {@code 'S' | version u8 | first record u64 | log id 16 | hash of the record before 32}.
 *
 * @param logId 16 random bytes that name the log
 * @param previous SHA-256 of the last record of the segment before; zeros in the first
 */
public record SegmentHead(long firstRecord, Bytes logId, Bytes previous) {
    /** The format that this code reads and writes. */
    public static final byte VERSION = 1;

    /** Bytes of a log's id. */
    public static final int ID_LENGTH = 16;

    private static final int LENGTH = 2 + Long.BYTES + ID_LENGTH + Sha256.LENGTH;

    /** The name under which a log of this id signs. */
    public static String origin(Bytes logId) {
        return "ilura/log/" + logId.hex();
    }

    /** The body of the frame. */
    public byte[] body() {
        return ByteBuffer.allocate(LENGTH)
                .put(Frame.HEAD)
                .put(VERSION)
                .putLong(firstRecord)
                .put(logId.toArray())
                .put(previous.toArray())
                .array();
    }

    static SegmentHead parse(byte[] text, int from, int to) {
        if (to - from != LENGTH || text[from] != Frame.HEAD || text[from + 1] != VERSION) {
            throw new MalformedRecordException("the segment does not start with a head of version " + VERSION);
        }
        long first = ByteBuffer.wrap(text).getLong(from + 2);
        int id = from + 2 + Long.BYTES;
        int previous = id + ID_LENGTH;
        return new SegmentHead(first, Bytes.of(text, id, previous), Bytes.of(text, previous, to));
    }
}
