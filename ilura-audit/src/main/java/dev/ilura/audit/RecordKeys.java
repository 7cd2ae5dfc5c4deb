package dev.ilura.audit;

import dev.ilura.audit.format.FlatRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the index keeps of one record: 32-bit prints of its keys. Of calls and sessions only the newest record is wanted,
 * because records link back from there; of the rest every record that is the first of its call. A mutable carrier, filled
 * anew for each record; belongs to one thread.
 */
final class RecordKeys {
    /** What a key names, and the member of a record that holds it. */
    enum Kind {
        CALL("call"),
        SESSION("session"),
        PARENT("parent"),
        SERVER("server"),
        TOOL("tool"),
        ARGUMENTS("argsC");

        static final Kind[] POSTED = {PARENT, SERVER, TOOL, ARGUMENTS};

        private final String member;

        Kind(String member) {
            this.member = member;
        }

        String member() {
            return member;
        }

        /** Whether only the newest record under a key is indexed. */
        boolean isChained() {
            return this == CALL || this == SESSION;
        }
    }

    private final long seed;
    private final int[] prints = new int[Kind.values().length];
    private final boolean[] present = new boolean[prints.length];
    private long number;
    private long beforeInCall;
    private long beforeInSession;

    RecordKeys(long seed) {
        this.seed = seed;
    }

    /** A secret seed keeps clients from choosing names that fall on each other. */
    static int print(long seed, Kind kind, String key) {
        long hash = seed + kind.ordinal() * 0x9E3779B97F4A7C15L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return (int) (hash * 0xD6E8FEB86659FD93L >>> 32);
    }

    /**
     * Begins the next record.
     *
     * @param inCall number of the record before about the same call, -1 if there is none
     * @param inSession the same of the session
     */
    RecordKeys of(long record, long inCall, long inSession) {
        number = record;
        beforeInCall = inCall;
        beforeInSession = inSession;
        java.util.Arrays.fill(present, false);
        return this;
    }

    void put(Kind kind, @Nullable String key) {
        boolean wanted = kind.isChained() || kind == Kind.ARGUMENTS || beforeInCall < 0;
        if (key != null && wanted) {
            present[kind.ordinal()] = true;
            prints[kind.ordinal()] = print(seed, kind, key);
        }
    }

    /** All keys of a record. */
    RecordKeys of(long record, FlatRecord view) {
        of(record, view.integer("prevInCall", -1), view.integer("prevInSession", -1));
        for (Kind kind : Kind.values()) {
            put(kind, view.text(kind.member()));
        }
        return this;
    }

    long number() {
        return number;
    }

    long before(Kind kind) {
        return kind == Kind.CALL ? beforeInCall : beforeInSession;
    }

    boolean has(Kind kind) {
        return present[kind.ordinal()];
    }

    int print(Kind kind) {
        return prints[kind.ordinal()];
    }
}
