package dev.ilura.audit;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.LogFolder;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps payloads beside the segment that their records are in: {@code length u32 | key id 16 | nonce 12 | ciphertext}. Written before the
 * record, not forced: a record outlives a loss of power, its payload may not. Belongs to the appender's thread.
 */
final class PayloadWriter implements Closeable {
    /** Larger payloads are not kept; their records still commit to them. */
    static final int MOST_BYTES = 1 << 20;

    private final LogFolder folder;
    private final PayloadKeys keys;
    /** Null if payloads are not kept; they are shredded in any case. */
    private final @Nullable PayloadScope scope;

    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();

    private @Nullable FileChannel channel;
    private long segment = -1;
    private long position;

    PayloadWriter(LogFolder folder, PayloadKeys keys, @Nullable PayloadScope scope) {
        this.scope = scope;
        this.folder = folder;
        this.keys = keys;
    }

    /** Goes to the file beside this segment. */
    void begin(long firstRecord) throws IOException {
        batch.reset();
        if (scope != null && segment != firstRecord) {
            close();
            FileChannel next = PrivateFiles.open(folder.payloads(firstRecord));
            position = next.size();
            channel = next;
            segment = firstRecord;
        }
    }

    /** Takes the payloads of one event into the batch; gives the place where they will stand, or -1. */
    long add(RecordDraft draft, List<Payload> payloads) throws IOException {
        PayloadScope kept = scope;
        long bytes = payloads.stream().mapToLong(Payload::length).sum();
        if (kept == null || payloads.isEmpty() || bytes > MOST_BYTES) {
            return -1;
        }
        Bytes key = PayloadKeys.id(kept, draft.scoped(kept));
        byte[] sealed = keys.encrypt(key, Payload.pack(payloads));
        long at = position + batch.size();
        int length = key.length() + sealed.length;
        batch.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
        batch.writeBytes(key.toArray());
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

    /** Destroys the key that a redaction record names. */
    void shred(RecordDraft redaction) throws IOException {
        for (PayloadScope named : PayloadScope.values()) {
            String name = redaction.scoped(named);
            if (!name.isEmpty()) {
                keys.shred(PayloadKeys.id(named, name));
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
