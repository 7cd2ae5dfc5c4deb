package dev.ilura.audit;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.audit.format.Sha256;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a log stood when a segment ended, so that reading can start behind it. Derived; before it is used, its tree is compared
 * with the signed trailer in the segment.
 *
 * @param trailerAt where in the segment its last trailer starts
 * @param segmentBytes length of the segment
 * @param lastMicros {@code ts} of its last record
 * @param openCalls numbers of dispatches without an outcome, and of decisions that asked and have no answer
 * @param keyRecords numbers of all records so far that name keys
 */
record SealedState(
        Bytes logId,
        MerkleTree tree,
        Bytes lastHash,
        long trailerAt,
        long segmentBytes,
        long lastMicros,
        List<Long> openCalls,
        List<Long> keyRecords) {
    private static final int MOST_NUMBERS = 1 << 20;

    SealedState {
        openCalls = List.copyOf(openCalls);
        keyRecords = List.copyOf(keyRecords);
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.write(logId.toArray());
        out.writeLong(tree.size());
        for (Bytes root : tree.complete()) {
            out.write(root.toArray());
        }
        out.write(lastHash.toArray());
        out.writeLong(trailerAt);
        out.writeLong(segmentBytes);
        out.writeLong(lastMicros);
        write(openCalls, out);
        write(keyRecords, out);
    }

    private static void write(List<Long> numbers, DataOutputStream out) throws IOException {
        out.writeInt(numbers.size());
        for (long number : numbers) {
            out.writeLong(number);
        }
    }

    static SealedState readFrom(DataInputStream in) throws IOException {
        Bytes logId = bytes(in, SegmentHead.ID_LENGTH);
        long size = in.readLong();
        List<Bytes> roots = new ArrayList<>();
        for (int i = 0; i < Long.bitCount(size); i++) {
            roots.add(bytes(in, Sha256.LENGTH));
        }
        return new SealedState(
                logId,
                MerkleTree.of(size, roots),
                bytes(in, Sha256.LENGTH),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                numbers(in),
                numbers(in));
    }

    private static Bytes bytes(DataInputStream in, int length) throws IOException {
        return Bytes.of(in.readNBytes(length));
    }

    private static List<Long> numbers(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MOST_NUMBERS) {
            throw new IOException("not a list of numbers");
        }
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(in.readLong());
        }
        return numbers;
    }
}
