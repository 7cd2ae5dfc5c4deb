package dev.ilura.audit;

import dev.ilura.audit.format.LogFolder;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps payloads beside the segment that their records are in: {@code length u32 | nonce 12 | ciphertext}. Written before the
 * record, not forced: a record outlives a loss of power, its payload may not. Belongs to the appender's thread.
 */
final class PayloadWriter implements Closeable {
    /** Larger payloads are not kept; their records still commit to them. */
    static final int MOST_BYTES = 1 << 20;

    private final LogFolder folder;
    private final PayloadKeys keys;
    private final boolean keeps;
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();

    private @Nullable FileChannel channel;
    private long segment = -1;
    private long position;

    /**
     * For a log in this folder.
     *
     * @param keeps whether payloads are kept at all; they are shredded in any case
     */
    PayloadWriter(LogFolder folder, PayloadKeys keys, boolean keeps) {
        this.keeps = keeps;
        this.folder = folder;
        this.keys = keys;
    }

    /** Goes to the file beside this segment. */
    void begin(long firstRecord) throws IOException {
        batch.reset();
        if (keeps && segment != firstRecord) {
            close();
            FileChannel next = PrivateFiles.open(folder.payloads(firstRecord));
            position = next.size();
            channel = next;
            segment = firstRecord;
        }
    }

    /** Takes the payloads of one event into the batch; gives the place where they will stand, or -1. */
    long add(String session, List<Payload> payloads) throws IOException {
        long bytes = payloads.stream().mapToLong(Payload::length).sum();
        if (!keeps || payloads.isEmpty() || bytes > MOST_BYTES) {
            return -1;
        }
        byte[] sealed = keys.encrypt(session, Payload.pack(payloads));
        long at = position + batch.size();
        batch.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(sealed.length).array());
        batch.writeBytes(sealed);
        return at;
    }

    /** Writes the batch. */
    void write() throws IOException {
        FileChannel open = channel;
        if (open != null && batch.size() > 0) {
            PrivateFiles.writeFully(open, ByteBuffer.wrap(batch.toByteArray()), position);
            position += batch.size();
        }
    }

    void shred(String session) throws IOException {
        keys.shred(session);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
