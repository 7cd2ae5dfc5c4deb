package dev.ilura.audit.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What ends a batch: the size of the log so far, the root of the tree over it, and signatures of the checkpoint that these
 * two make. {@code 'T' | size u64 | root 32 | count u8 | count * (key id u32 | signature 64) | mark 8}.
 *
 * <p>The mark stands at the very end, so that a batch that was written whole and damaged later can be told from one whose
 * writing was cut short.
 */
public record Trailer(long size, Bytes root, List<Signed> signatures) {
    private static final byte[] MARK = "#ilura#\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED = 1 + Long.BYTES + Sha256.LENGTH + 1 + MARK.length;
    private static final int PER_SIGNATURE = Integer.BYTES + EcdsaForm.RAW_LENGTH;

    public Trailer {
        signatures = List.copyOf(signatures);
        if (signatures.isEmpty() || signatures.size() > 8) {
            throw new IllegalArgumentException("a batch has one to eight signatures");
        }
    }

    /** Bytes of a frame with this many signatures. */
    public static int frameLength(int signatures) {
        return Frame.HEADER + FIXED + signatures * PER_SIGNATURE;
    }

    /** The body of the frame. */
    public byte[] body() {
        ByteBuffer out = ByteBuffer.allocate(FIXED + signatures.size() * PER_SIGNATURE)
                .put(Frame.TRAILER)
                .putLong(size)
                .put(root.toArray())
                .put((byte) signatures.size());
        signatures.forEach(
                signature -> out.putInt(signature.keyId()).put(signature.raw().toArray()));
        return out.put(MARK).array();
    }

    static Trailer parse(byte[] text, int from, int to) {
        int length = to - from;
        int count = length < FIXED ? 0 : text[from + 1 + Long.BYTES + Sha256.LENGTH];
        if (count < 1 || count > 8 || length != FIXED + count * PER_SIGNATURE || !endsWithMark(text, to)) {
            throw new MalformedRecordException("the batch trailer has the wrong form");
        }
        ByteBuffer in = ByteBuffer.wrap(text, from + 1, length - 1);
        long size = in.getLong();
        byte[] root = new byte[Sha256.LENGTH];
        in.get(root).get();
        List<Signed> signatures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int keyId = in.getInt();
            byte[] raw = new byte[EcdsaForm.RAW_LENGTH];
            in.get(raw);
            signatures.add(new Signed(keyId, Bytes.of(raw)));
        }
        return new Trailer(size, Bytes.of(root), signatures);
    }

    /** Whether a whole batch seems to end here. */
    static boolean endsWithMark(byte[] text, int to) {
        return to >= MARK.length && Arrays.equals(text, to - MARK.length, to, MARK, 0, MARK.length);
    }

    /** The checkpoint that is signed. */
    public Checkpoint checkpoint(String origin) {
        return new Checkpoint(origin, size, root);
    }

    /**
     * A signature and the key that it claims.
     *
     * @param raw 64 bytes, see {@link EcdsaForm}
     */
    public record Signed(int keyId, Bytes raw) {}
}
