package dev.ilura.audit;

import dev.ilura.audit.IndexFolder.Sealed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Where records stand, and which records have a key. Derived from the segments, never evidence: what it says is checked
 * against the record.
 *
 * <p>The segment that is being written is indexed on the heap. When it ends, its keys become one sorted {@link KeyRun} and
 * its places one file; eight runs of neighbours become one, so that a question meets a dozen runs in a log of any size.
 *
 * <p>One thread adds; any thread asks.
 */
final class LogIndex {
    /** What stands for one segment or several that are complete: newest first. */
    @SuppressWarnings("ArrayRecordComponent") // searched, never handed out
    private record View(List<IndexedSegment> segments, long[] firsts, List<ActiveKeys> keys, List<KeyRun> runs) {
        static View of(List<IndexedSegment> segments, List<ActiveKeys> keys, List<KeyRun> runs) {
            long[] firsts = segments.stream().mapToLong(IndexedSegment::first).toArray();
            return new View(List.copyOf(segments), firsts, List.copyOf(keys), List.copyOf(runs));
        }
    }

    private final IndexFolder folder;
    private volatile View view = View.of(List.of(), List.of(), List.of());
    private volatile long size;

    LogIndex(IndexFolder folder) {
        this.folder = folder;
    }

    /** Starts from what a folder holds of complete segments. */
    void load(List<Sealed> sealed, List<KeyRun> runs) {
        List<IndexedSegment> segments = new ArrayList<>();
        for (Sealed segment : sealed) {
            segments.add(segment.places());
            size = segment.end();
        }
        view = View.of(segments, List.of(), newestFirst(runs));
    }

    /** No record below this one is there. */
    void startAt(long minimum) {
        size = Math.max(size, minimum);
    }

    private static List<KeyRun> newestFirst(List<KeyRun> runs) {
        List<KeyRun> sorted = new ArrayList<>(runs);
        sorted.sort((a, b) -> Long.compare(b.first(), a.first()));
        return sorted;
    }

    long seed() {
        return folder.seed();
    }

    /** Adds the next record. */
    void add(long segment, int offset, RecordKeys keys) {
        View now = view;
        int last = now.segments().size() - 1;
        if (last < 0 || now.firsts()[last] != segment) {
            now = begin(segment);
            last++;
        }
        now.segments().get(last).add(offset);
        now.keys().get(0).add(keys);
        size = keys.number() + 1;
    }

    private View begin(long segment) {
        synchronized (this) {
            View now = view;
            List<IndexedSegment> segments = new ArrayList<>(now.segments());
            segments.add(new IndexedSegment(segment));
            List<ActiveKeys> keys = new ArrayList<>(now.keys());
            keys.add(0, new ActiveKeys(segment));
            view = View.of(segments, keys, now.runs());
            return view;
        }
    }

    /**
     * Makes a complete segment durable in the index, if it has records that were added here. May take a while; any thread may do it while another adds.
     *
     * @param state of the log at the segment's end
     */
    void seal(long segment, SealedState state) throws IOException {
        ActiveKeys keys;
        IndexedSegment places;
        synchronized (this) {
            Optional<ActiveKeys> active = view.keys().stream()
                    .filter(candidate -> candidate.first() == segment)
                    .findFirst();
            if (active.isEmpty()) {
                return;
            }
            keys = active.get();
            places = view.segments().get(position(segment));
        }
        KeyRun run = folder.write(keys, state.tree().size());
        folder.write(places, state);
        replace(keys, List.of(), run);
        for (List<KeyRun> few = mergeable(); !few.isEmpty(); few = mergeable()) {
            replace(null, few, folder.merge(few));
            folder.remove(few);
        }
    }

    private List<KeyRun> mergeable() {
        List<KeyRun> runs = view.runs();
        for (int i = 0; i + KeyRun.FAN_IN <= runs.size(); i++) {
            int level = runs.get(i).level();
            List<KeyRun> candidates = runs.subList(i, i + KeyRun.FAN_IN);
            if (candidates.stream().allMatch(run -> run.level() == level)) {
                return List.copyOf(candidates);
            }
        }
        return List.of();
    }

    private void replace(@Nullable ActiveKeys keys, List<KeyRun> runs, KeyRun by) {
        synchronized (this) {
            View now = view;
            List<ActiveKeys> rest = new ArrayList<>(now.keys());
            rest.remove(keys);
            List<KeyRun> all = new ArrayList<>(now.runs());
            all.removeAll(runs);
            all.add(by);
            view = View.of(now.segments(), rest, newestFirst(all));
        }
    }

    /** Forgets what stands in segments that were removed. */
    void forgetBelow(long minimum) throws IOException {
        List<KeyRun> gone;
        synchronized (this) {
            View now = view;
            gone = now.runs().stream().filter(run -> run.end() <= minimum).toList();
            List<KeyRun> kept = new ArrayList<>(now.runs());
            kept.removeAll(gone);
            view = View.of(
                    now.segments().stream()
                            .filter(segment -> segment.first() >= minimum)
                            .toList(),
                    now.keys(),
                    kept);
        }
        folder.remove(gone);
        folder.removeBelow(minimum);
    }

    /** How many records there are, those that were removed included. */
    long size() {
        return size;
    }

    /** The number of the oldest record that is there. */
    long minimum() {
        long[] firsts = view.firsts();
        return firsts.length == 0 ? size : firsts[0];
    }

    /** The segment that this record stands in. */
    IndexedSegment segmentOf(long number) {
        View now = view;
        return now.segments().get(position(now, number));
    }

    /** The number of the first record of the segment that this one stands in, or would stand in. */
    long startOfSegment(long number) {
        View now = view;
        int at = position(now, number);
        return at < 0 ? 0 : now.firsts()[at];
    }

    private int position(long number) {
        return position(view, number);
    }

    private static int position(View now, long number) {
        int at = Arrays.binarySearch(now.firsts(), number);
        return at >= 0 ? at : -at - 2;
    }

    /**
     * The newest record under a key, or -1.
     *
     * @param isRight whether a record really has the key; asked of candidates
     */
    long newest(RecordKeys.Kind kind, String key, LongPredicate isRight) {
        int print = RecordKeys.print(seed(), kind, key);
        View now = view;
        LongPredicate stands = number -> number < size && isRight.test(number);
        for (ActiveKeys keys : now.keys()) {
            long number = keys.find(kind, print, stands);
            if (number >= 0) {
                return number;
            }
        }
        List<KeyRun> runs = now.runs();
        long[] groups = new long[runs.size()];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = runs.get(i).groupOf(print);
        }
        for (int i = 0; i < groups.length; i++) {
            long number = runs.get(i).find(print, groups[i], stands);
            if (number >= 0) {
                return number;
            }
        }
        return -1;
    }

    /** How many runs a question meets at most. */
    int runs() {
        View now = view;
        return now.runs().size() + now.keys().size();
    }
}
