package dev.ilura.audit;

import java.io.IOException;
import java.util.List;

/** A checkpoint on its way to an {@link Anchor}, and what an anchor may need to take it. Belongs to the anchor's thread. */
public interface Submission {
    /** The log's name. */
    String origin();

    /** The checkpoint as a C2SP signed note, with an ECDSA and an Ed25519 line. */
    String note();

    /** How many records it counts. */
    long size();

    /** The root of the tree over them, 32 bytes. */
    byte[] root();

    /**
     * Proves that the log continues an earlier state of itself, RFC 6962 section 2.1.2. Reads what was written since; an
     * earlier state than that of the last call makes it read the whole log.
     *
     * @param earlierSize 1 to {@link #size()}
     * @return 32 bytes each
     * @throws IOException if the log cannot be read
     * @throws IllegalArgumentException if the earlier state has more records than this one, or none
     */
    List<byte[]> consistencySince(long earlierSize) throws IOException;

    /**
     * Keeps what an anchor gave in return beside the log, in {@code log/anchors/}, replacing what stood there under this
     * name.
     *
     * @param fileName lower-case letters, digits, dots and dashes
     * @throws IOException if it cannot be kept
     */
    void keep(String fileName, byte[] content) throws IOException;
}
