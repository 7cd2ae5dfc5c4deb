package dev.ilura.audit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongPredicate;

/**
 * An open-addressing table from the hash of a key to the newest record under it. An entry is one {@code long}: 24 bits of
 * the hash and 40 bits of the record's number plus one, so it is written and read whole. Two keys can look alike here; only
 * the record says which it is.
 *
 * <p>One thread adds; any thread asks.
 */
final class KeyTable {
    private static final VarHandle ENTRY = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int NUMBER_BITS = 40;
    private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;

    private final ByteBuffer entries;
    private final int mask;
    private int used;

    /**
     * An empty table.
     *
     * @param entries zeros; its capacity is 8 times a power of two
     */
    KeyTable(ByteBuffer entries) {
        this.entries = entries;
        this.mask = entries.capacity() / Long.BYTES - 1;
    }

    /** Whether another key would make it slow. */
    boolean isFull() {
        return used >= (mask + 1L) * 3 / 4;
    }

    /** Lets an entry that names {@code before} name {@code number} from now on; false if there is none. */
    boolean replace(long hash, long before, long number) {
        long old = entry(hash, before);
        for (int slot = home(hash); ; slot = (slot + 1) & mask) {
            long entry = get(slot);
            if (entry == old) {
                ENTRY.setRelease(entries, slot * Long.BYTES, entry(hash, number));
                return true;
            }
            if (entry == 0) {
                return false;
            }
        }
    }

    /** Adds an entry. */
    void add(long hash, long number) {
        int slot = home(hash);
        while (get(slot) != 0) {
            slot = (slot + 1) & mask;
        }
        ENTRY.setRelease(entries, slot * Long.BYTES, entry(hash, number));
        used++;
    }

    /** The number of an entry under this hash whose record is the right one, or -1. */
    long find(long hash, LongPredicate isRight) {
        for (int slot = home(hash); ; slot = (slot + 1) & mask) {
            long entry = get(slot);
            if (entry == 0) {
                return -1;
            }
            long number = (entry & NUMBER_MASK) - 1;
            if (entry == entry(hash, number) && isRight.test(number)) {
                return number;
            }
        }
    }

    private long get(int slot) {
        return (long) ENTRY.getAcquire(entries, slot * Long.BYTES);
    }

    private int home(long hash) {
        return (int) hash & mask;
    }

    private static long entry(long hash, long number) {
        return (hash & ~NUMBER_MASK) | (number + 1);
    }
}
