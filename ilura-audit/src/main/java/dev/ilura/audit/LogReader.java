package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.RecordKeys.Kind;
import dev.ilura.audit.format.Frame;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.RecordGlance;
import dev.ilura.audit.format.RecordGlance.Member;
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
                : Optional.of(record(read(number)));
    }

    @Override
    public List<AuditRecord> ofCall(String call) {
        Deque<AuditRecord> records = new ArrayDeque<>(4);
        for (RecordGlance at = newest(Kind.CALL, call); at != null; at = before(at, Member.PREV_IN_CALL)) {
            records.addFirst(record(at));
        }
        return List.copyOf(records);
    }

    @Override
    public List<AuditRecord> trace(String call) {
        Deque<AuditRecord> causes = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        String next = call;
        RecordGlance last = newest(Kind.CALL, call);
        while (last != null && seen.add(next)) {
            RecordGlance first = last;
            String parent = null;
            for (RecordGlance at = last; at != null; at = before(at, Member.PREV_IN_CALL)) {
                causes.addFirst(record(at));
                first = at;
                String named = at.text(Member.PARENT);
                parent = named == null ? parent : named;
            }
            last = parent == null ? null : newestOfParent(first, parent);
            next = parent == null ? next : parent;
        }
        return List.copyOf(causes);
    }

    /** A record links to the newest record that its parent had then; nothing follows an outcome. */
    private @Nullable RecordGlance newestOfParent(RecordGlance of, String parent) {
        RecordGlance linked = before(of, Member.PARENT_SEQ);
        boolean isLast = linked != null && linked.is(Member.TYPE, "outcome") && linked.is(Member.CALL, parent);
        return isLast ? linked : newest(Kind.CALL, parent);
    }

    @Override
    public List<AuditRecord> effects(String call) {
        TreeMap<Long, AuditRecord> effects = new TreeMap<>();
        Set<String> seen = new HashSet<>(Set.of(call));
        Deque<String> causes = new ArrayDeque<>(seen);
        while (!causes.isEmpty()) {
            for (RecordGlance child : all(Kind.PARENT, causes.remove(), NO_LIMIT)) {
                String own = child.text(Member.CALL);
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
        RecordGlance at = newest(Kind.SESSION, session);
        while (at != null && records.size() < limit) {
            records.add(record(at));
            at = before(at, Member.PREV_IN_SESSION);
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
        return all(kind, value, limit).stream().map(LogReader::record).toList();
    }

    /** The newest record of a call. */
    @Nullable
    AuditRecord newestOfCall(String call) {
        RecordGlance newest = newest(Kind.CALL, call);
        return newest == null ? null : record(newest);
    }

    /** The number of the newest record under a key, or -1. */
    long numberOfNewest(Kind kind, String key) {
        RecordGlance newest = newest(kind, key);
        return newest == null ? -1 : number(newest);
    }

    private @Nullable RecordGlance newest(Kind kind, String key) {
        Candidates candidates = new Candidates(kind, key, found -> true);
        index.newest(kind, key, candidates);
        return candidates.last;
    }

    private List<RecordGlance> all(Kind kind, String key, int limit) {
        List<RecordGlance> found = new ArrayList<>();
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
        private final Predicate<RecordGlance> isEnough;
        private @Nullable RecordGlance last;

        Candidates(Kind kind, String key, Predicate<RecordGlance> isEnough) {
            this.kind = kind;
            this.key = key;
            this.isEnough = isEnough;
        }

        @Override
        public boolean test(long number) {
            if (number < index.minimum()) {
                return false;
            }
            RecordGlance proposed = read(number);
            if (!proposed.is(kind.glanced(), key)) {
                return false;
            }
            last = proposed;
            return isEnough.test(proposed);
        }
    }

    /** A link points backwards; anything else would let a damaged record send a reader round in circles. */
    private @Nullable RecordGlance before(RecordGlance at, Member link) {
        long number = at.integer(link, -1);
        return number >= index.minimum() && number < number(at) ? read(number) : null;
    }

    private static long number(RecordGlance at) {
        return at.integer(Member.SEQ, -1);
    }

    private static AuditRecord record(RecordGlance at) {
        return AuditRecord.unread(number(at), at.bytes(), LogReader::hash);
    }

    /** A record from its bytes. */
    static AuditRecord parsed(long number, byte[] bytes) {
        return AuditRecord.unread(number, bytes, LogReader::hash);
    }

    /** The bytes of a record that is there. */
    byte[] bytes(long number) {
        return read(number).bytes();
    }

    private RecordGlance read(long number) {
        IndexedSegment segment = index.segmentOf(number);
        RecordGlance record = read(segment, segment.offsetOf(number), number);
        return record != null ? record : searched(segment, number);
    }

    private @Nullable RecordGlance read(IndexedSegment segment, int offset, long number) {
        byte[] bytes = segment.read(folder, offset);
        RecordGlance record = bytes == null || bytes[0] != Frame.RECORD ? null : new RecordGlance(bytes);
        return record != null && number(record) == number ? record : null;
    }

    /** The index is wrong, or the segment is damaged: reads the segment from its start. */
    private RecordGlance searched(IndexedSegment segment, long number) {
        try {
            int[] offsets = LogScan.offsets(folder.segment(segment.first()));
            int place = (int) (number - segment.first());
            RecordGlance record = place < offsets.length ? read(segment, offsets[place], number) : null;
            if (record != null) {
                segment.mend(offsets);
                return record;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("record " + number + " is damaged; run `ilura audit verify`");
    }
}
