package dev.ilura.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;

/**
 * The keys of one complete segment or of several neighbours: entries sorted by print, behind a directory of where each group
 * of prints starts. One look at the directory and one at the entries answer a question; 8.5 bytes an entry. Immutable and
 * thread-safe.
 *
 * <p>In a file: {@code mark u64 | seed u64 | first u64 | end u64 | level u32 | bits u32 | count u32 | directory (2^bits+1) u32
 * | entries u64 | CRC-32C u32}, little-endian.
 */
final class KeyRun {
    /** How many runs of one level become one of the next. */
    static final int FAN_IN = 4;

    private static final long MARK = 0x31_53_59_45_4B_4C_49L;
    private static final int HEADER = 4 * Long.BYTES + 3 * Integer.BYTES;
    /** About so many entries stand in one group. */
    private static final int GROUP_BITS = 3;

    /** So many neighbours are looked at one by one; a processor guesses that better than halves. */
    private static final int FEW = 8;

    private static final long LOW = 0xFFFF_FFFFL;

    private final ByteBuffer file;
    private final long first;
    private final long end;
    private final int level;
    private final int bits;
    private final int count;
    private final int entriesAt;

    private KeyRun(ByteBuffer file) {
        this.file = file;
        this.first = file.getLong(2 * Long.BYTES);
        this.end = file.getLong(3 * Long.BYTES);
        this.level = file.getInt(4 * Long.BYTES);
        this.bits = file.getInt(4 * Long.BYTES + Integer.BYTES);
        this.count = file.getInt(HEADER - Integer.BYTES);
        this.entriesAt = HEADER + ((1 << bits) + 1) * Integer.BYTES;
    }

    /** Sorts by print, of one print the newest record first. */
    static long entry(int print, long place) {
        return ((long) print << 32) | (LOW - place);
    }

    private static int print(long entry) {
        return (int) (entry >>> 32);
    }

    private long number(long entry) {
        return first + LOW - (entry & LOW);
    }

    /** Bytes of a file with this many entries. */
    static long length(long count) {
        return HEADER + ((1L << bits(count)) + 1) * Integer.BYTES + count * Long.BYTES + Integer.BYTES;
    }

    private static int bits(long count) {
        return Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(count) - GROUP_BITS);
    }

    /**
     * Fills a file.
     *
     * @param file of the right length
     * @param entries sorted
     */
    static KeyRun write(ByteBuffer file, long seed, long first, long end, int level, Entries entries, int count) {
        ByteBuffer out = file.order(ByteOrder.LITTLE_ENDIAN);
        int bits = bits(count);
        out.putLong(0, MARK).putLong(Long.BYTES, seed).putLong(2 * Long.BYTES, first);
        out.putLong(3 * Long.BYTES, end).putInt(4 * Long.BYTES, level);
        out.putInt(4 * Long.BYTES + Integer.BYTES, bits).putInt(HEADER - Integer.BYTES, count);
        KeyRun run = new KeyRun(out);
        int group = 0;
        for (int i = 0; i < count; i++) {
            long entry = entries.next();
            for (; group <= run.group(print(entry)); group++) {
                out.putInt(HEADER + group * Integer.BYTES, i);
            }
            out.putLong(run.entriesAt + i * Long.BYTES, entry);
        }
        for (; group <= 1 << bits; group++) {
            out.putInt(HEADER + group * Integer.BYTES, count);
        }
        out.putInt(out.capacity() - Integer.BYTES, checksum(out));
        return run;
    }

    /** Gives entries in order. */
    @FunctionalInterface
    interface Entries {
        long next();
    }

    /** Reads a file; null if it is not a sound one made with this seed. */
    static @org.jspecify.annotations.Nullable KeyRun read(ByteBuffer file, long seed) {
        ByteBuffer in = file.order(ByteOrder.LITTLE_ENDIAN);
        int capacity = in.capacity();
        if (capacity < HEADER || in.getLong(0) != MARK || in.getLong(Long.BYTES) != seed) {
            return null;
        }
        int count = in.getInt(HEADER - Integer.BYTES);
        boolean sound = count >= 0
                && in.getInt(4 * Long.BYTES + Integer.BYTES) == bits(count)
                && length(count) == capacity
                && in.getInt(capacity - Integer.BYTES) == checksum(in);
        return sound ? new KeyRun(in) : null;
    }

    private static int checksum(ByteBuffer file) {
        CRC32C crc = new CRC32C();
        crc.update(file.duplicate().position(0).limit(file.capacity() - Integer.BYTES));
        return (int) crc.getValue();
    }

    /**
     * Neighbours as one.
     *
     * @param file of the right length for all their entries
     */
    static KeyRun merge(ByteBuffer file, long seed, List<KeyRun> runs) {
        long first = runs.stream().mapToLong(KeyRun::first).min().orElseThrow();
        long end = runs.stream().mapToLong(KeyRun::end).max().orElseThrow();
        int level = runs.get(0).level + 1;
        return write(file, seed, first, end, level, new Merging(runs, first), entries(runs));
    }

    /** How many entries runs have together. */
    static int entries(List<KeyRun> runs) {
        return Math.toIntExact(runs.stream().mapToLong(run -> run.count).sum());
    }

    private static final class Merging implements Entries {
        private final KeyRun[] runs;
        private final long[] heads;
        private final int[] next;
        private final long first;

        Merging(List<KeyRun> runs, long first) {
            this.runs = runs.toArray(KeyRun[]::new);
            this.heads = new long[this.runs.length];
            this.next = new int[this.runs.length];
            this.first = first;
            for (int i = 0; i < heads.length; i++) {
                advance(i);
            }
        }

        private void advance(int i) {
            KeyRun run = runs[i];
            int at = next[i]++;
            if (at < run.count) {
                long entry = run.get(at);
                heads[i] = entry(print(entry), run.number(entry) - first);
            } else {
                heads[i] = Long.MAX_VALUE;
            }
        }

        @Override
        public long next() {
            int least = 0;
            for (int i = 1; i < heads.length; i++) {
                least = heads[i] < heads[least] ? i : least;
            }
            long entry = heads[least];
            advance(least);
            return entry;
        }
    }

    /**
     * Where the group of a print starts and ends, as one number. Asked of all runs before any is searched, so that the
     * processor waits for memory once and not once for each run.
     */
    long groupOf(int print) {
        int group = group(print);
        return (long) start(group) << 32 | start(group + 1);
    }

    /**
     * The newest record under a print that is the right one, or -1.
     *
     * @param group as {@link #groupOf} gives it
     */
    long find(int print, long group, LongPredicate isRight) {
        int from = (int) (group >>> 32);
        int to = (int) group;
        long least = (long) print << 32;
        while (to - from > FEW) {
            int middle = (from + to) >>> 1;
            if (get(middle) < least) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        while (from < to && get(from) < least) {
            from++;
        }
        for (int i = from; i < count && print(get(i)) == print; i++) {
            long number = number(get(i));
            if (isRight.test(number)) {
                return number;
            }
        }
        return -1;
    }

    /** Prints sort as signed numbers. */
    private int group(int print) {
        return bits == 0 ? 0 : (print ^ Integer.MIN_VALUE) >>> (Integer.SIZE - bits);
    }

    /** Whatever happened to the file while it is open, this stays inside it. */
    private int start(int group) {
        return Math.max(0, Math.min(count, file.getInt(HEADER + group * Integer.BYTES)));
    }

    private long get(int entry) {
        return file.getLong(entriesAt + entry * Long.BYTES);
    }

    long first() {
        return first;
    }

    long end() {
        return end;
    }

    int level() {
        return level;
    }

    int count() {
        return count;
    }
}
