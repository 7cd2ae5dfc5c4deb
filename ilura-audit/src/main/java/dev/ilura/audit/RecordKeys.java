package dev.ilura.audit;

import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.KnownMember;
import dev.ilura.audit.format.RecordGlance.Member;
import dev.ilura.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * What the index keeps of one record: 32-bit prints of its keys. Of calls and sessions only the newest record is wanted,
 * because records link back from there; of the rest every record that is the first of its call. A mutable carrier, filled
 * anew for each record; belongs to one thread.
 */
@SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"}) // places in arrays; nobody writes to the spellings
final class RecordKeys {
    /** What a key names, and the member of a record that holds it. */
    enum Kind {
        CALL(KnownMember.CALL, Member.CALL),
        SESSION(KnownMember.SESSION, Member.SESSION),
        PARENT(KnownMember.PARENT, Member.PARENT),
        SERVER(KnownMember.SERVER, Member.SERVER),
        TOOL(KnownMember.TOOL, Member.TOOL),
        ARGUMENTS(KnownMember.ARGUMENTS, Member.ARGUMENTS);

        static final Kind[] POSTED = {PARENT, SERVER, TOOL, ARGUMENTS};

        static final Kind[] ALL = values();

        private final KnownMember known;
        private final Member member;

        Kind(KnownMember known, Member member) {
            this.known = known;
            this.member = member;
        }

        /** What it is called in a record. */
        String member() {
            return known.spelled();
        }

        KnownMember known() {
            return known;
        }

        Member glanced() {
            return member;
        }

        /** Whether only the newest record under a key is indexed. */
        boolean isChained() {
            return this == CALL || this == SESSION;
        }
    }

    private final long seed;
    private final int[] prints = new int[Kind.ALL.length];
    private long number;
    private long beforeInCall;
    private long beforeInSession;

    RecordKeys(long seed) {
        this.seed = seed;
    }

    /** A secret seed keeps clients from choosing names that fall on each other. */
    static int print(long seed, Kind kind, String key) {
        int length = key.length();
        long hash = start(seed, kind);
        for (int i = 0; i < length; i++) {
            char c = key.charAt(i);
            if (c < ' ' || c >= 0x7F || c == '"' || c == '\\') {
                byte[] spelled = JsonWriter.string(key);
                return print(seed, kind, spelled, 1, spelled.length - 1);
            }
            hash = step(hash, c);
        }
        return end(hash);
    }

    /** The same of a key as it is spelled in a record. */
    private static int print(long seed, Kind kind, byte[] spelled, int from, int to) {
        long hash = start(seed, kind);
        for (int i = from; i < to; i++) {
            hash = step(hash, spelled[i]);
        }
        return end(hash);
    }

    private static long start(long seed, Kind kind) {
        return seed + kind.ordinal() * 0x9E3779B97F4A7C15L;
    }

    private static long step(long hash, int letter) {
        long mixed = (hash ^ letter) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 32);
    }

    /** 0 stands for no key. */
    private static int end(long hash) {
        int print = (int) ((hash * 0xD6E8FEB86659FD93L) >>> 32);
        return print == 0 ? 1 : print;
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
        java.util.Arrays.fill(prints, 0);
        return this;
    }

    void put(Kind kind, @Nullable String key) {
        if (key != null && isWanted(kind)) {
            prints[kind.ordinal()] = print(seed, kind, key);
        }
    }

    private boolean isWanted(Kind kind) {
        return kind.isChained() || kind == Kind.ARGUMENTS || beforeInCall < 0;
    }

    /** All keys of a record. */
    RecordKeys of(long record, FlatRecord view) {
        of(record, view.integer(KnownMember.PREV_IN_CALL, -1), view.integer(KnownMember.PREV_IN_SESSION, -1));
        for (Kind kind : Kind.ALL) {
            if (isWanted(kind)) {
                prints[kind.ordinal()] =
                        view.hash(kind.known(), (bytes, from, to) -> print(seed, kind, bytes, from, to));
            }
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
        return prints[kind.ordinal()] != 0;
    }

    int print(Kind kind) {
        return prints[kind.ordinal()];
    }
}
