package dev.ilura.audit;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongPredicate;

/**
 * Where records stand, and the newest record of each call and session; from there records link back. Derived from the
 * segments, made anew when a log is opened, never evidence: what it says is checked against the record. About 11 bytes for a
 * key and 4 for a record.
 *
 * <p>One thread adds; any thread asks.
 */
final class LogIndex {
    private static final int BLOCK = 1 << 18;
    /** Tables are never moved: when one is full the next, larger one takes over. */
    private static final int[] CAPACITIES = {1 << 14, 1 << 18, 1 << 22};

    private final IndexMemory memory;
    /** Keeps clients from choosing session names that fall on each other. */
    private final long seed = new SecureRandom().nextLong();

    private final ConcurrentSkipListSet<Long> segments = new ConcurrentSkipListSet<>();
    private final List<ByteBuffer> offsets = new CopyOnWriteArrayList<>();
    private final List<KeyTable> tables = new CopyOnWriteArrayList<>();
    private volatile long size;

    LogIndex(IndexMemory memory) {
        this.memory = memory;
    }

    /** What a key names. */
    enum Kind {
        CALL("call"),
        SESSION("session");

        private final String member;

        Kind(String member) {
            this.member = member;
        }

        /** The member of a record that holds the key. */
        String member() {
            return member;
        }
    }

    /** A key of a record and the record before under the same key, -1 if there is none. */
    record Key(String text, long before) {
        static final Key NONE = new Key("", -1);
    }

    /**
     * Where one record stands.
     *
     * @param segment number of the first record in its segment
     * @param call {@link Key#NONE} if the record is about none
     * @param session {@link Key#NONE} if the record is about none
     */
    record Place(long number, long segment, int offset, Key call, Key session) {}

    /** Adds the next record. */
    void add(Place place) {
        segments.add(place.segment());
        int block = (int) (place.number() / BLOCK);
        if (block == offsets.size()) {
            offsets.add(memory.map(BLOCK * Integer.BYTES));
        }
        offsets.get(block).putInt((int) (place.number() % BLOCK) * Integer.BYTES, place.offset());
        add(Kind.CALL, place.call(), place.number());
        add(Kind.SESSION, place.session(), place.number());
        size = place.number() + 1;
    }

    private void add(Kind kind, Key key, long number) {
        if (key.text().isEmpty()) {
            return;
        }
        long hash = hash(kind, key.text());
        KeyTable newest = tables.isEmpty() ? grow() : tables.get(tables.size() - 1);
        if (key.before() < 0 || !newest.replace(hash, key.before(), number)) {
            (newest.isFull() ? grow() : newest).add(hash, number);
        }
    }

    private KeyTable grow() {
        int capacity = CAPACITIES[Math.min(tables.size(), CAPACITIES.length - 1)];
        KeyTable table = new KeyTable(memory.map(capacity * Long.BYTES));
        tables.add(table);
        return table;
    }

    long size() {
        return size;
    }

    /** The first record of the segment that this record stands in. */
    long segmentOf(long number) {
        Long segment = segments.floor(number);
        return segment == null ? 0 : segment;
    }

    /** Where in its segment the frame of this record starts. */
    int offsetOf(long number) {
        return offsets.get((int) (number / BLOCK)).getInt((int) (number % BLOCK) * Integer.BYTES);
    }

    /**
     * The newest record under a key, or -1.
     *
     * @param holdsKey whether a record really has the key; asked of candidates
     */
    long newest(Kind kind, String key, LongPredicate holdsKey) {
        long hash = hash(kind, key);
        LongPredicate isRight = number -> number < size && holdsKey.test(number);
        for (int i = tables.size() - 1; i >= 0; i--) {
            long number = tables.get(i).find(hash, isRight);
            if (number >= 0) {
                return number;
            }
        }
        return -1;
    }

    private long hash(Kind kind, String key) {
        long hash = seed ^ kind.member().length();
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return hash;
    }
}
