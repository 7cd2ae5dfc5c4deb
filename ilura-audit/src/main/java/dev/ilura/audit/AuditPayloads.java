package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.LogFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the payloads that a log kept, with the keys of its state directory. Stateless and thread-safe.
 *
 * @see AuditLog.Builder#keepPayloads()
 */
public final class AuditPayloads {
    private final LogFolder folder;
    private final PayloadKeys keys;

    private AuditPayloads(LogFolder folder, PayloadKeys keys) {
        this.folder = folder;
        this.keys = keys;
    }

    /** Those of a state directory. */
    public static AuditPayloads of(Path stateDir) {
        return new AuditPayloads(
                new LogFolder(stateDir.resolve("log")),
                new PayloadKeys(stateDir.resolve("keys").resolve("payloads"), new SecureRandom()));
    }

    /**
     * A payload exactly as it went through the gate: what is returned has the commitment that the record holds.
     *
     * @param name {@code args}, {@code result} or {@code reason}
     * @return empty if the record has none, it was not kept, it was shredded, or its bytes were changed
     * @throws dev.ilura.IluraException ILR-AUDIT-002 if the files cannot be read
     */
    public Optional<byte[]> read(AuditRecord record, String name) {
        Optional<Long> at = record.integer("payloadAt");
        if (at.isEmpty()) {
            return Optional.empty();
        }
        try {
            return unpack(record, at.get()).stream()
                    .filter(payload -> payload.name().equals(name))
                    .filter(payload -> record.text(name + "C")
                            .filter(payload.commitment()::equals)
                            .isPresent())
                    .map(Payload::bytes)
                    .findFirst();
        } catch (IOException e) {
            throw AuditErrors.unusable(folder.path(), e);
        }
    }

    private List<Payload> unpack(AuditRecord record, long at) throws IOException {
        Path file = folder.payloads(segmentOf(record.number()));
        if (!Files.exists(file)) {
            return List.of();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
            channel.read(length, at);
            int bytes = length.getInt(0);
            if (bytes < PayloadKeys.ID_LENGTH || bytes > PayloadWriter.MOST_BYTES + 1_024) {
                return List.of();
            }
            ByteBuffer sealed = ByteBuffer.allocate(bytes);
            while (sealed.hasRemaining() && channel.read(sealed, at + Integer.BYTES + sealed.position()) >= 0) {
                // short reads are allowed
            }
            byte[] frame = sealed.array();
            Bytes key = Bytes.of(frame, 0, PayloadKeys.ID_LENGTH);
            return keys.decrypt(key, Arrays.copyOfRange(frame, PayloadKeys.ID_LENGTH, frame.length))
                    .map(Payload::unpack)
                    .orElse(List.of());
        }
    }

    private long segmentOf(long number) throws IOException {
        long first = 0;
        for (Path segment : folder.segments()) {
            long start = LogFolder.firstRecord(segment);
            first = start <= number ? start : first;
        }
        return first;
    }
}
