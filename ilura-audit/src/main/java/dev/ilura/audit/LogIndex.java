package dev.ilura.audit;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Where records stand, and the newest record of each call and session. Derived from the segments and never evidence. One
 * thread adds; any thread asks.
 */
final class LogIndex {
    private static final int BLOCK = 1 << 16;

    private final ConcurrentSkipListMap<Long, Boolean> segments = new ConcurrentSkipListMap<>();
    private final Map<String, Long> newest = new ConcurrentHashMap<>();
    private volatile int[][] offsets = new int[0][];
    private volatile long size;

    /** What a key names. */
    enum Kind {
        CALL('c'),
        SESSION('s');

        private final char mark;

        Kind(char mark) {
            this.mark = mark;
        }
    }

    /** Adds the next record. */
    void add(Place place) {
        segments.putIfAbsent(place.segment(), Boolean.TRUE);
        int block = (int) (place.number() / BLOCK);
        if (block == offsets.length) {
            int[][] more = Arrays.copyOf(offsets, block + 1);
            more[block] = new int[BLOCK];
            offsets = more;
        }
        offsets[block][(int) (place.number() % BLOCK)] = place.offset();
        if (!place.call().isEmpty()) {
            newest.put(Kind.CALL.mark + place.call(), place.number());
        }
        if (!place.session().isEmpty()) {
            newest.put(Kind.SESSION.mark + place.session(), place.number());
        }
        size = place.number() + 1;
    }

    long size() {
        return size;
    }

    /** The first record of the segment that this record stands in. */
    long segmentOf(long number) {
        return segments.floorKey(number);
    }

    /** Where in its segment the frame of this record starts. */
    int offsetOf(long number) {
        return offsets[(int) (number / BLOCK)][(int) (number % BLOCK)];
    }

    /** The newest record under this key, or -1. */
    long newest(Kind kind, String key) {
        return newest.getOrDefault(kind.mark + key, -1L);
    }

    /**
     * Where one record stands.
     *
     * @param segment number of the first record in its segment
     * @param call empty if the record is about none
     * @param session empty if the record is about none
     */
    record Place(long number, long segment, int offset, String call, String session) {}
}
