package dev.ilura.audit.format;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the members that link records, in one pass that goes no further than the last member asked for, and without
 * checking the rest. It relies on the one spelling that {@link FlatRecord} demands, and is for records whose frame is sound;
 * whoever must not rely on that uses that class. Not thread-safe.
 */
@SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"}) // places in arrays; nobody writes to the spellings
public final class RecordGlance {
    /** A member that can be looked up; the order is that of their names. */
    public enum Member {
        ARGUMENTS("argsC"),
        CALL("call"),
        PARENT("parent"),
        PARENT_SEQ("parentSeq"),
        PREV_IN_CALL("prevInCall"),
        PREV_IN_SESSION("prevInSession"),
        SEQ("seq"),
        SERVER("server"),
        SESSION("session"),
        TOOL("tool"),
        TYPE("type");

        private static final Member[] ALL = values();

        private final byte[] name;

        Member(String name) {
            this.name = name.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private final byte[] record;
    /** Where the value of each member starts; 0 if it is not there. */
    private final short[] values = new short[Member.ALL.length];

    /** Where the next member that was not looked at starts, and the first wanted one that can stand there. */
    private int at = 1;

    private int next;

    /** Looks at a record of at most {@link Frame#MAX_RECORD} bytes, which must stay as it is. */
    public RecordGlance(byte[] record) {
        this.record = record;
    }

    /** Goes on until it is known whether the member is there. */
    private void advance(int wanted) {
        int end = record.length - 1;
        while (at < end && next <= wanted) {
            int from = at + 1;
            int to = from;
            while (record[to] != '"') {
                to++;
            }
            int order = -1;
            while (next < Member.ALL.length && (order = compare(from, to, Member.ALL[next].name)) > 0) {
                next++;
            }
            if (order == 0) {
                values[next++] = (short) (to + 2);
            }
            at = skip(to + 2) + 1;
        }
    }

    private int compare(int from, int to, byte[] name) {
        int shorter = Math.min(to - from, name.length);
        for (int i = 0; i < shorter; i++) {
            int difference = record[from + i] - name[i];
            if (difference != 0) {
                return difference;
            }
        }
        return to - from - name.length;
    }

    /** Where the comma or brace behind a value stands. */
    private int skip(int from) {
        int at = from;
        if (record[at] == '"') {
            return stringEnd(at + 1) + 1;
        }
        while (record[at] != ',' && record[at] != '}') {
            at++;
        }
        return at;
    }

    private int stringEnd(int from) {
        int at = PlainText.end(record, from, record.length);
        while (record[at] != '"') {
            at = PlainText.end(record, at + (record[at] == '\\' ? 2 : 1), record.length);
        }
        return at;
    }

    private int value(Member member) {
        if (next <= member.ordinal()) {
            advance(member.ordinal());
        }
        return values[member.ordinal()] & 0xFFFF;
    }

    /** The record. */
    public byte[] bytes() {
        return record;
    }

    /** A string; null if there is none. */
    public @Nullable String text(Member member) {
        int at = value(member);
        if (at == 0 || record[at] != '"') {
            return null;
        }
        int to = stringEnd(at + 1);
        String raw = new String(record, at + 1, to - at - 1, StandardCharsets.UTF_8);
        return raw.indexOf('\\') < 0
                ? raw
                : new FlatRecord()
                        .read(record, 0, record.length)
                        .text(new String(member.name, StandardCharsets.US_ASCII));
    }

    /** An integer, or the default. */
    public long integer(Member member, long otherwise) {
        int at = value(member);
        if (at == 0 || record[at] < '0' || record[at] > '9') {
            return otherwise;
        }
        long value = 0;
        while (record[at] >= '0' && record[at] <= '9') {
            value = value * 10 + (record[at++] - '0');
        }
        return value;
    }

    /** Whether a string is this text. */
    public boolean is(Member member, String text) {
        int at = value(member);
        if (at == 0 || record[at] != '"') {
            return false;
        }
        int length = text.length();
        boolean same = at + 1 + length < record.length && record[at + 1 + length] == '"';
        for (int i = 0; same && i < length; i++) {
            same = record[at + 1 + i] == text.charAt(i);
        }
        return same || text.equals(text(member));
    }
}
