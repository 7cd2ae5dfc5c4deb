package dev.ilura.audit.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from its first byte and checks all that needs no key: frames, the one spelling of records, numbers without
 * gaps, the hash chain, and the tree root of each batch. Stops at the first thing that is wrong. What was read up to the
 * last whole batch stands; {@link #advance} reads on from there. Not thread-safe.
 */
public final class LogScan {
    /** What a record's {@code prev} and a first segment's head say when there is nothing before. */
    public static final Bytes NOTHING_BEFORE = Bytes.zeros(Sha256.LENGTH);

    private final LogFolder folder;
    private final Sha256 sha = new Sha256();
    private final FlatRecord record = new FlatRecord();

    private @Nullable Bytes logId;
    private @Nullable Pruned pruned;
    private @Nullable Path segment;
    private long end;
    private MerkleTree tree = new MerkleTree();
    private byte[] lastHash = NOTHING_BEFORE.toArray();
    private long batches;
    private long trailerAt;
    private boolean sealed;
    /** Reading stops after the batch that reaches this size. */
    private long stopAt = Long.MAX_VALUE;

    /** Reads nothing yet. */
    public LogScan(LogFolder folder) {
        this.folder = folder;
    }

    /** The name of the log in this folder, as its first segment has it; empty if there is none to read. */
    public static Optional<String> originOf(LogFolder folder) throws IOException {
        List<Path> segments = folder.segments();
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        try (FrameCursor cursor = new FrameCursor(segments.get(0), 0)) {
            return cursor.next()
                    ? Optional.of(SegmentHead.parse(cursor.bytes(), cursor.bodyFrom(), cursor.bodyTo())
                                    .logId())
                            .map(SegmentHead::origin)
                    : Optional.empty();
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }

    /** What is told about what was read. */
    public interface Visitor {
        /**
         * A sound record; it counts only once its batch is told.
         *
         * @param at the view is valid during the call only
         */
        void record(RecordAt at);

        /**
         * The log does not begin with its first record; told before any record.
         *
         * @param before what is left of those that retention removed
         */
        default void pruned(Pruned before) {}

        /** The hash of the record just told: its leaf in the tree. */
        default void leaf(long number, byte[] hash) {}

        /** All records since the last batch are covered by this trailer, whose signatures are not checked here. */
        void batch(Trailer trailer);
    }

    /**
     * One record where it stands.
     *
     * @param number its sequence number
     * @param segment the file it stands in
     * @param offset of its frame in the segment
     * @param view its members; valid until the scan goes on
     */
    public record RecordAt(long number, Path segment, long offset, FlatRecord view) {}

    /**
     * Where and why reading stopped.
     *
     * @param number of the first record that does not stand
     * @param torn whether this is what a writer leaves that was cut short; otherwise it was damaged
     * @param why one clause
     */
    public record Break(long number, Path segment, long offset, boolean torn, String why) {
        public Break {
            Objects.requireNonNull(segment, "segment");
            Objects.requireNonNull(why, "why");
        }
    }

    /** Where in their segment all records start; what is not sound ends it. */
    public static int[] offsets(Path segment) throws IOException {
        int[] offsets = new int[1 << 10];
        int count = 0;
        try (FrameCursor cursor = new FrameCursor(segment, 0)) {
            while (cursor.next()) {
                if (cursor.kind() == Frame.RECORD) {
                    offsets = count == offsets.length ? Arrays.copyOf(offsets, count * 2) : offsets;
                    offsets[count++] = (int) cursor.frameStart();
                }
            }
        }
        return Arrays.copyOf(offsets, count);
    }

    /** The number of the first record that is there, whether or not anything was read yet. */
    public long start() throws IOException {
        try {
            return Pruned.of(folder).map(Pruned::minimum).orElse(0L);
        } catch (MalformedRecordException damaged) {
            return 0;
        }
    }

    /**
     * Starts behind a complete segment and takes on trust what stands before, as far as the segment's last trailer holds the
     * same tree; to be called before anything is read.
     *
     * @param first number of the first record of the segment
     * @param trailerAt where in it the last trailer starts
     * @return that trailer, whose signatures are not checked; null, and nothing has changed, if it is another one
     */
    public @Nullable Trailer resume(long first, long trailerAt, Bytes id, MerkleTree known, Bytes hash)
            throws IOException {
        try (FrameCursor cursor = new FrameCursor(folder.segment(first), trailerAt)) {
            if (!cursor.next() || cursor.kind() != Frame.TRAILER) {
                return null;
            }
            Trailer trailer = Trailer.parse(cursor.bytes(), cursor.bodyFrom(), cursor.bodyTo());
            if (trailer.size() != known.size() || !trailer.root().equals(known.root())) {
                return null;
            }
            pruned = Pruned.of(folder).orElse(null);
            logId = id;
            tree = known.copy();
            lastHash = hash.toArray();
            segment = folder.segment(known.size());
            this.trailerAt = trailerAt;
            return trailer;
        } catch (MalformedRecordException damaged) {
            return null;
        }
    }

    /** Where in its segment the last trailer starts. */
    public long trailerAt() {
        return trailerAt;
    }

    /** Reads on; null if the log ends in good order. */
    public @Nullable Break advance(Visitor visitor) throws IOException {
        return advance(visitor, Long.MAX_VALUE);
    }

    /**
     * Reads on up to the segment that starts with this record, and stops before it.
     *
     * @return null if all that was read is in good order
     */
    public @Nullable Break advance(Visitor visitor, long until) throws IOException {
        if (segment == null) {
            try {
                pruned = Pruned.of(folder).orElse(null);
            } catch (MalformedRecordException e) {
                return new Break(0, folder.pruned(), 0, false, e.what());
            }
            Optional<Path> first = first();
            if (first.isEmpty()) {
                return null;
            }
            segment = first.get();
        }
        while (LogFolder.firstRecord(segment) < until) {
            Path before = segment;
            Break broken = new SegmentScan(visitor).read(before);
            if (broken != null || before.equals(segment)) {
                return broken;
            }
        }
        return null;
    }

    /** Where reading starts; segments below the minimum are leftovers. */
    private Optional<Path> first() throws IOException {
        Pruned before = pruned;
        if (before == null) {
            return folder.segments().stream().findFirst();
        }
        tree = before.tree();
        return Optional.of(folder.segment(before.minimum()));
    }

    /** What is left of removed records; null if none were removed or nothing was read yet. */
    public @Nullable Pruned pruned() {
        return pruned;
    }

    /**
     * Reads on until so many records stand, or a few more if no batch ends there.
     *
     * @return as {@link #advance}
     */
    public @Nullable Break advanceTo(long records, Visitor visitor) throws IOException {
        if (size() >= records) {
            return null;
        }
        stopAt = records;
        try {
            return advance(visitor);
        } finally {
            stopAt = Long.MAX_VALUE;
        }
    }

    /** A scan that reads on from here apart from this one. */
    public LogScan copy() {
        LogScan copy = new LogScan(folder);
        copy.logId = logId;
        copy.pruned = pruned;
        copy.segment = segment;
        copy.end = end;
        copy.tree = tree.copy();
        copy.lastHash = lastHash;
        copy.batches = batches;
        copy.sealed = sealed;
        return copy;
    }

    /** How many records stand. */
    public long size() {
        return tree.size();
    }

    /** How many batches stand. */
    public long batches() {
        return batches;
    }

    /** The tree over the records that stand. */
    public MerkleTree tree() {
        return tree.copy();
    }

    /** SHA-256 of the last record that stands. */
    public Bytes lastHash() {
        return Bytes.of(lastHash);
    }

    /** The segment that the last batch stands in; null if there is none. */
    public @Nullable Path segment() {
        return segment;
    }

    /** Where in {@link #segment()} the last batch ends. */
    public long end() {
        return end;
    }

    /** Whether {@link #segment()} has its end, so that the next record starts a new one. */
    public boolean sealed() {
        return sealed;
    }

    /** The end of what is not zero in {@link #segment()}. */
    public long dataEnd() throws IOException {
        try (FrameCursor cursor = new FrameCursor(Objects.requireNonNull(segment, "the log has no segment"), end)) {
            return cursor.dataEnd(end);
        }
    }

    /** The log's id; null if there is no segment yet. */
    public @Nullable Bytes logId() {
        return logId;
    }

    /** The name under which the log signs. */
    public String origin() {
        return SegmentHead.origin(Objects.requireNonNull(logId, "the log has no segment"));
    }

    /** Reads one segment, and carries the state that is undone if its batch does not end. */
    private final class SegmentScan {
        private final Visitor visitor;
        private final MerkleTree growing = tree.copy();
        private byte[] previous = lastHash;

        SegmentScan(Visitor visitor) {
            this.visitor = visitor;
        }

        @Nullable
        Break read(Path file) throws IOException {
            try (FrameCursor cursor = new FrameCursor(file, end)) {
                try {
                    return frames(file, cursor);
                } catch (MalformedRecordException e) {
                    return new Break(growing.size(), file, cursor.frameStart(), false, e.what());
                }
            } catch (NoSuchFileException e) {
                return new Break(growing.size(), file, 0, false, "the segment is missing");
            }
        }

        private @Nullable Break frames(Path file, FrameCursor cursor) throws IOException {
            while (cursor.next()) {
                boolean first = cursor.frameStart() == 0;
                if (first != (cursor.kind() == Frame.HEAD)) {
                    throw new MalformedRecordException("a segment head is missing or misplaced");
                }
                switch (cursor.kind()) {
                    case Frame.HEAD -> head(cursor, file);
                    case Frame.RECORD -> record(cursor, file);
                    case Frame.TRAILER -> {
                        trailer(cursor);
                        if (tree.size() >= stopAt) {
                            return null;
                        }
                    }
                    case Frame.END -> {
                        return segmentEnd(cursor, file);
                    }
                    default -> throw new MalformedRecordException("a frame of unknown kind");
                }
            }
            return stop(file, cursor);
        }

        private void head(FrameCursor cursor, Path file) {
            SegmentHead head = SegmentHead.parse(cursor.bytes(), cursor.bodyFrom(), cursor.bodyTo());
            Bytes id = logId == null ? head.logId() : logId;
            Pruned before = logId == null ? pruned : null;
            if (before != null) {
                previous = head.previous().toArray();
            }
            boolean follows = head.equals(new SegmentHead(growing.size(), id, Bytes.of(previous)))
                    && file.equals(folder.segment(head.firstRecord()));
            if (!follows) {
                throw new MalformedRecordException("the segment does not follow the one before");
            }
            logId = id;
            if (before != null) {
                lastHash = previous;
                visitor.pruned(before);
            }
        }

        private void record(FrameCursor cursor, Path file) {
            byte[] bytes = cursor.bytes();
            int from = cursor.bodyFrom();
            int to = cursor.bodyTo();
            long number = growing.size();
            if (to - from > Frame.MAX_RECORD) {
                throw new MalformedRecordException("the record is too long");
            }
            record.read(bytes, from, to);
            if (record.integer(KnownMember.SEQ, -1) != number) {
                throw new MalformedRecordException("the record does not have the number of its place");
            }
            if (!record.isHash(KnownMember.PREV, previous)) {
                throw new MalformedRecordException("the record does not carry the hash of the one before");
            }
            byte[] leaf = sha.leafBehindAByte(bytes, from, to);
            growing.add(leaf);
            previous = leaf;
            visitor.record(new RecordAt(number, file, cursor.frameStart(), record));
            visitor.leaf(number, leaf);
        }

        private void trailer(FrameCursor cursor) {
            Trailer trailer = Trailer.parse(cursor.bytes(), cursor.bodyFrom(), cursor.bodyTo());
            if (trailer.size() != growing.size() || growing.size() == tree.size()) {
                throw new MalformedRecordException("the batch trailer counts other records than stand before it");
            }
            if (!trailer.root().equals(growing.root())) {
                throw new MalformedRecordException("the batch trailer has another tree root");
            }
            tree = growing.copy();
            lastHash = previous;
            end = cursor.position();
            trailerAt = cursor.frameStart();
            batches++;
            visitor.batch(trailer);
        }

        private @Nullable Break segmentEnd(FrameCursor cursor, Path file) throws IOException {
            byte[] expected = Frame.end(tree.size());
            boolean sound = growing.size() == tree.size()
                    && Arrays.equals(cursor.bytes(), cursor.bodyFrom(), cursor.bodyTo(), expected, 0, expected.length)
                    && cursor.position() == Files.size(file);
            if (!sound) {
                throw new MalformedRecordException("the segment's end does not fit its records");
            }
            Path next = folder.segment(tree.size());
            sealed = !Files.exists(next);
            if (!sealed) {
                segment = next;
                end = 0;
            }
            return null;
        }

        private @Nullable Break stop(Path file, FrameCursor cursor) throws IOException {
            if (cursor.dataEnd(end) == end) {
                return orphan(file);
            }
            boolean torn = cursor.isCutShort(end) && orphan(file) == null;
            String why =
                    torn ? "the last batch was not written whole" : "a frame is damaged: length or checksum do not fit";
            return new Break(growing.size(), file, cursor.position(), torn, why);
        }

        /** A segment behind one that has no end. */
        private @Nullable Break orphan(Path file) throws IOException {
            List<Path> segments = folder.segments();
            boolean last = segments.indexOf(file) == segments.size() - 1;
            return last ? null : new Break(tree.size(), file, end, false, "the segment has no end but another follows");
        }
    }
}
