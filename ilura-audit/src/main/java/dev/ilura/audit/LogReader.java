package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.RecordKeys.Kind;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.RecordGlance;
import dev.ilura.audit.format.Sha256;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads records through mapped segments, by number and along the links that records carry. The index only proposes: frame
 * checksum, number and key of every record are compared before it is believed. Thread-safe.
 */
final class LogReader implements AuditTrail {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final LogFolder folder;
    private final LogIndex index;

    LogReader(LogFolder folder, LogIndex index) {
        this.folder = folder;
        this.index = index;
    }

    /** A record whose members are looked up singly. */
    private record Glance(long number, byte[] bytes) {
        long link(String member) {
            return RecordGlance.integer(bytes, member, -1);
        }

        boolean has(Kind kind, String key) {
            return RecordGlance.is(bytes, kind.member(), key);
        }

        AuditRecord record() {
            return AuditRecord.unread(number, bytes, LogReader::hash);
        }
    }

    private static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(new Sha256().leaf(bytes, 0, bytes.length));
    }

    @Override
    public long size() {
        return index.size();
    }

    @Override
    public long oldest() {
        return index.minimum();
    }

    @Override
    public Optional<AuditRecord> record(long number) {
        return number < index.minimum() || number >= index.size()
                ? Optional.empty()
                : Optional.of(read(number).record());
    }

    @Override
    public List<AuditRecord> ofCall(String call) {
        Deque<AuditRecord> records = new ArrayDeque<>(4);
        for (Glance at = newest(Kind.CALL, call); at != null; at = before(at, "prevInCall")) {
            records.addFirst(at.record());
        }
        return List.copyOf(records);
    }

    @Override
    public List<AuditRecord> trace(String call) {
        Deque<AuditRecord> causes = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        String next = call;
        while (next != null && seen.add(next)) {
            String parent = null;
            for (Glance at = newest(Kind.CALL, next); at != null; at = before(at, "prevInCall")) {
                causes.addFirst(at.record());
                String named = RecordGlance.text(at.bytes(), Kind.PARENT.member());
                parent = named == null ? parent : named;
            }
            next = parent;
        }
        return List.copyOf(causes);
    }

    @Override
    public List<AuditRecord> effects(String call) {
        TreeMap<Long, AuditRecord> effects = new TreeMap<>();
        Set<String> seen = new HashSet<>(Set.of(call));
        Deque<String> causes = new ArrayDeque<>(seen);
        while (!causes.isEmpty()) {
            for (Glance child : all(Kind.PARENT, causes.remove(), NO_LIMIT)) {
                String own = RecordGlance.text(child.bytes(), Kind.CALL.member());
                if (own != null && seen.add(own)) {
                    causes.add(own);
                    ofCall(own).forEach(record -> effects.put(record.number(), record));
                }
            }
        }
        return List.copyOf(effects.values());
    }

    @Override
    public List<AuditRecord> ofSession(String session, int limit) {
        List<AuditRecord> records = new ArrayList<>();
        Glance at = newest(Kind.SESSION, session);
        while (at != null && records.size() < limit) {
            records.add(at.record());
            at = before(at, "prevInSession");
        }
        return List.copyOf(records);
    }

    @Override
    public List<AuditRecord> by(Key key, String value, int limit) {
        Kind kind = switch (key) {
            case SERVER -> Kind.SERVER;
            case TOOL -> Kind.TOOL;
            case ARGUMENTS -> Kind.ARGUMENTS;
        };
        return all(kind, value, limit).stream().map(Glance::record).toList();
    }

    /** The newest record of a call. */
    @Nullable
    AuditRecord newestOfCall(String call) {
        Glance newest = newest(Kind.CALL, call);
        return newest == null ? null : newest.record();
    }

    /** The number of the newest record under a key, or -1. */
    long numberOfNewest(Kind kind, String key) {
        Glance newest = newest(kind, key);
        return newest == null ? -1 : newest.number();
    }

    private @Nullable Glance newest(Kind kind, String key) {
        Candidates candidates = new Candidates(kind, key, found -> true);
        index.newest(kind, key, candidates);
        return candidates.last;
    }

    private List<Glance> all(Kind kind, String key, int limit) {
        List<Glance> found = new ArrayList<>();
        if (limit > 0) {
            index.newest(kind, key, new Candidates(kind, key, right -> {
                found.add(right);
                return found.size() >= limit;
            }));
        }
        return found;
    }

    /** Reads the records that the index proposes and passes over those without the key. */
    private final class Candidates implements LongPredicate {
        private final Kind kind;
        private final String key;
        private final Predicate<Glance> isEnough;
        private @Nullable Glance last;

        Candidates(Kind kind, String key, Predicate<Glance> isEnough) {
            this.kind = kind;
            this.key = key;
            this.isEnough = isEnough;
        }

        @Override
        public boolean test(long number) {
            if (number < index.minimum()) {
                return false;
            }
            Glance proposed = read(number);
            if (!proposed.has(kind, key)) {
                return false;
            }
            last = proposed;
            return isEnough.test(proposed);
        }
    }

    /** A link points backwards; anything else would let a damaged record send a reader round in circles. */
    private @Nullable Glance before(Glance at, String link) {
        long number = at.link(link);
        return number >= index.minimum() && number < at.number() ? read(number) : null;
    }

    private Glance read(long number) {
        return new Glance(number, bytes(number));
    }

    /** A record from its bytes. */
    static AuditRecord parsed(long number, byte[] bytes) {
        return new Glance(number, bytes).record();
    }

    /** The bytes of a record that is there. */
    byte[] bytes(long number) {
        IndexedSegment segment = index.segmentOf(number);
        byte[] record = segment.read(folder, segment.offsetOf(number));
        return record != null && RecordGlance.integer(record, "seq", -1) == number ? record : searched(segment, number);
    }

    /** The index is wrong, or the segment is damaged: reads the segment from its start. */
    private byte[] searched(IndexedSegment segment, long number) {
        try {
            int[] offsets = LogScan.offsets(folder.segment(segment.first()));
            int place = (int) (number - segment.first());
            byte[] record = place < offsets.length ? segment.read(folder, offsets[place]) : null;
            if (record != null && RecordGlance.integer(record, "seq", -1) == number) {
                segment.mend(offsets);
                return record;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("record " + number + " is damaged; run `ilura audit verify`");
    }
}
