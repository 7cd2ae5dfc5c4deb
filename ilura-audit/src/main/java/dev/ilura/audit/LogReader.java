package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.Frame;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.Sha256;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Reads records through mapped segments, by number and along the links that records carry. Thread-safe. */
final class LogReader implements AuditTrail {
    private final LogFolder folder;
    private final LogIndex index;
    private final Map<Long, ByteBuffer> mapped = new ConcurrentHashMap<>();

    LogReader(LogFolder folder, LogIndex index) {
        this.folder = folder;
        this.index = index;
    }

    @Override
    public long size() {
        return index.size();
    }

    @Override
    public Optional<AuditRecord> record(long number) {
        return number < 0 || number >= index.size() ? Optional.empty() : Optional.of(read(number));
    }

    @Override
    public List<AuditRecord> ofCall(String call) {
        Deque<AuditRecord> records = new ArrayDeque<>();
        AuditRecord record = newest(LogIndex.Kind.CALL, call);
        while (record != null) {
            records.addFirst(record);
            record = before(record, "prevInCall");
        }
        return List.copyOf(records);
    }

    @Override
    public List<AuditRecord> trace(String call) {
        Deque<List<AuditRecord>> causes = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        Optional<String> next = Optional.of(call);
        while (next.isPresent() && seen.add(next.get())) {
            List<AuditRecord> records = ofCall(next.get());
            causes.addFirst(records);
            next = records.stream()
                    .flatMap(record -> record.text("parent").stream())
                    .findFirst();
        }
        return causes.stream().flatMap(List::stream).toList();
    }

    @Override
    public List<AuditRecord> ofSession(String session, int limit) {
        List<AuditRecord> records = new ArrayList<>();
        AuditRecord record = newest(LogIndex.Kind.SESSION, session);
        while (record != null && records.size() < limit) {
            records.add(record);
            record = before(record, "prevInSession");
        }
        return List.copyOf(records);
    }

    /** The newest record of a call. */
    @Nullable
    AuditRecord newestOfCall(String call) {
        return newest(LogIndex.Kind.CALL, call);
    }

    /** The number of the newest record under a key, or -1. */
    long numberOfNewest(LogIndex.Kind kind, String key) {
        AuditRecord record = newest(kind, key);
        return record == null ? -1 : record.number();
    }

    /** The index only proposes; whether a record has the key, the record says. */
    private @Nullable AuditRecord newest(LogIndex.Kind kind, String key) {
        Candidate candidate = new Candidate(kind, key);
        return index.newest(kind, key, candidate) < 0 ? null : candidate.record;
    }

    /** Reads the record that the index proposes, and keeps it if it is the right one. */
    private final class Candidate implements LongPredicate {
        private final LogIndex.Kind kind;
        private final String key;
        private @Nullable AuditRecord record;

        Candidate(LogIndex.Kind kind, String key) {
            this.kind = kind;
            this.key = key;
        }

        @Override
        public boolean test(long number) {
            AuditRecord proposed = read(number);
            record = proposed;
            return proposed.text(kind.member()).filter(key::equals).isPresent();
        }
    }

    /** A link points backwards; anything else would let a damaged record send a reader round in circles. */
    private @Nullable AuditRecord before(AuditRecord record, String link) {
        long number = record.integer(link).orElse(-1L);
        return number >= 0 && number < record.number() ? read(number) : null;
    }

    private AuditRecord read(long number) {
        return parsed(number, bytes(number));
    }

    /** A record from its bytes. */
    static AuditRecord parsed(long number, byte[] bytes) {
        String hash = HexFormat.of().formatHex(new Sha256().leaf(bytes, 0, bytes.length));
        return new AuditRecord(number, hash, JsonValue.parse(bytes, JsonLimits.RECORD));
    }

    private byte[] bytes(long number) {
        long segment = index.segmentOf(number);
        int offset = index.offsetOf(number);
        ByteBuffer buffer = map(segment, offset + Frame.HEADER);
        int length = buffer.getInt(offset);
        if (length < 1 || length > Frame.MAX_RECORD) {
            throw new IllegalStateException("record " + number + " is damaged; run `ilura audit verify`");
        }
        byte[] bytes = new byte[length];
        map(segment, offset + Frame.HEADER + length).get(offset + Frame.HEADER, bytes);
        return bytes;
    }

    private ByteBuffer map(long segment, int upTo) {
        ByteBuffer buffer = mapped.get(segment);
        if (buffer == null || buffer.limit() < upTo) {
            buffer = map(segment);
            mapped.put(segment, buffer);
        }
        return buffer;
    }

    private ByteBuffer map(long segment) {
        try (FileChannel channel = FileChannel.open(folder.segment(segment), StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
