package dev.ilura.audit;

import dev.ilura.audit.RecordKeys.Kind;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongPredicate;

/**
 * The keys of the segment that is being written, on the heap. An entry is one {@code long}, print above and the record's
 * place in the segment plus one below, so it is written and read whole. One thread adds; any thread asks.
 */
final class ActiveKeys {
    private final long first;
    /** Open addressing over the newest records of calls and sessions. */
    private volatile AtomicLongArray chained = new AtomicLongArray(1 << 10);

    private int chainedCount;
    /** Every record under the other keys, in order. */
    private volatile AtomicLongArray posted = new AtomicLongArray(1 << 10);

    private volatile int postedCount;

    ActiveKeys(long first) {
        this.first = first;
    }

    long first() {
        return first;
    }

    void add(RecordKeys keys) {
        long place = keys.number() - first + 1;
        chain(keys, Kind.CALL, place);
        chain(keys, Kind.SESSION, place);
        for (Kind kind : Kind.POSTED) {
            if (keys.has(kind)) {
                post(entry(keys.print(kind), place));
            }
        }
    }

    private static long entry(int print, long place) {
        return ((long) print << 32) | place;
    }

    private void chain(RecordKeys keys, Kind kind, long place) {
        if (!keys.has(kind)) {
            return;
        }
        if (chainedCount * 3 > chained.length() * 2) {
            grow();
        }
        long before = keys.before(kind) - first + 1;
        long old = before > 0 ? entry(keys.print(kind), before) : 0;
        AtomicLongArray table = chained;
        int slot = slot(table, keys.print(kind));
        while (table.get(slot) != 0 && table.get(slot) != old) {
            slot = (slot + 1) & (table.length() - 1);
        }
        chainedCount += table.get(slot) == 0 ? 1 : 0;
        table.setRelease(slot, entry(keys.print(kind), place));
    }

    private static int slot(AtomicLongArray table, int print) {
        return ((print * 0x9E3779B9) >>> 1) & (table.length() - 1);
    }

    private void grow() {
        AtomicLongArray old = chained;
        AtomicLongArray wider = new AtomicLongArray(old.length() * 2);
        for (int i = 0; i < old.length(); i++) {
            long entry = old.get(i);
            if (entry != 0) {
                int slot = slot(wider, (int) (entry >>> 32));
                while (wider.getPlain(slot) != 0) {
                    slot = (slot + 1) & (wider.length() - 1);
                }
                wider.setPlain(slot, entry);
            }
        }
        chained = wider;
    }

    private void post(long entry) {
        AtomicLongArray list = posted;
        int count = postedCount;
        if (count == list.length()) {
            AtomicLongArray longer = new AtomicLongArray(count * 2);
            for (int i = 0; i < count; i++) {
                longer.setPlain(i, list.getPlain(i));
            }
            posted = longer;
            list = longer;
        }
        list.setPlain(count, entry);
        postedCount = count + 1;
    }

    /** The newest record under a print that is the right one, or -1. */
    long find(Kind kind, int print, LongPredicate isRight) {
        return kind.isChained() ? findChained(print, isRight) : findPosted(print, isRight);
    }

    private long findChained(int print, LongPredicate isRight) {
        AtomicLongArray table = chained;
        for (int slot = slot(table, print); ; slot = (slot + 1) & (table.length() - 1)) {
            long entry = table.getAcquire(slot);
            if (entry == 0) {
                return -1;
            }
            if ((int) (entry >>> 32) == print && isRight.test(number(entry))) {
                return number(entry);
            }
        }
    }

    private long findPosted(int print, LongPredicate isRight) {
        int count = postedCount;
        AtomicLongArray list = posted;
        for (int i = count - 1; i >= 0; i--) {
            long entry = list.getPlain(i);
            if ((int) (entry >>> 32) == print && isRight.test(number(entry))) {
                return number(entry);
            }
        }
        return -1;
    }

    private long number(long entry) {
        return first + (entry & 0xFFFF_FFFFL) - 1;
    }

    /** All entries as a run holds them, sorted: by print, the newest first. To be called when nothing is added any more. */
    long[] sorted() {
        AtomicLongArray table = chained;
        long[] entries = new long[chainedCount + postedCount];
        int count = 0;
        for (int i = 0; i < table.length(); i++) {
            if (table.get(i) != 0) {
                entries[count++] = KeyRun.entry((int) (table.get(i) >>> 32), number(table.get(i)) - first);
            }
        }
        for (int i = 0; i < postedCount; i++) {
            entries[count++] = KeyRun.entry((int) (posted.get(i) >>> 32), number(posted.get(i)) - first);
        }
        Arrays.sort(entries);
        return entries;
    }
}
