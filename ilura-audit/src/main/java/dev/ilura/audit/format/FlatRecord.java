package dev.ilura.audit.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record in its one spelling: a flat JSON object, keys of printable ASCII in ascending order, values strings,
 * integers within 2^53-1 or booleans, nothing between tokens, escapes only where there must be one. Whatever else a lenient
 * reader would take is refused, so that two readers can never see two records in the same bytes.
 *
 * <p>A view over the caller's bytes that is used again for each record; keys that follow each other as in a record before
 * are recognized, see {@link LearnedKeys}. Not thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // places in an array
public final class FlatRecord {
    private static final int SPANS = 4;

    private final LearnedKeys learned = new LearnedKeys();
    private byte[] text = {};
    private int start;
    private int end;
    private int members;
    /** For each known member: where its spans are, -1 if it is not there. */
    private final int[] known = new int[KnownMember.COUNT];
    /** For each member: start and end of the key, start and end of the value, quotes left out. */
    private int[] spans = new int[SPANS * 32];

    /**
     * Looks at a record.
     *
     * @param text must stay as it is while this view is asked
     * @throws MalformedRecordException if the bytes are not a record in its one spelling
     */
    public FlatRecord read(byte[] text, int from, int to) {
        this.text = text;
        this.start = from;
        this.end = to;
        this.members = 0;
        Arrays.fill(known, -1);
        if (CanonicalValue.byteAt(text, from, to) != '{') {
            throw CanonicalValue.fault("'{' is missing");
        }
        LearnedKeys.Key key = learned.start();
        int at = from + 1;
        do {
            int spansAt = members * SPANS;
            if (spansAt == spans.length) {
                spans = Arrays.copyOf(spans, spans.length * 2);
            }
            LearnedKeys.Key next = key.next(text, at, to);
            key = next != null ? next : readKey(key, at);
            spans[spansAt] = at + 1;
            spans[spansAt + 1] = at + 1 + key.letters();
            if (key.known() >= 0) {
                known[key.known()] = spansAt;
            }
            at = value(text, at + key.length(), to, spansAt);
            members++;
        } while (CanonicalValue.byteAt(text, at++, to) == ',');
        if (text[at - 1] != '}' || at != to) {
            throw CanonicalValue.fault("it does not end with its object");
        }
        return this;
    }

    private int value(byte[] text, int at, int to, int spansAt) {
        if (CanonicalValue.byteAt(text, at, to) == '"') {
            int behind = CanonicalValue.string(text, at + 1, to);
            spans[spansAt + 2] = at + 1;
            spans[spansAt + 3] = behind - 1;
            return behind;
        }
        int behind = CanonicalValue.other(text, at, to);
        spans[spansAt + 2] = at;
        spans[spansAt + 3] = behind;
        return behind;
    }

    /** Letter by letter: {@code "key":}, which must follow the key before in order. */
    private LearnedKeys.Key readKey(LearnedKeys.Key before, int from) {
        if (CanonicalValue.byteAt(text, from, end) != '"') {
            throw CanonicalValue.fault("'\"' is missing");
        }
        int at = from + 1;
        while (at < end && text[at] > ' ' && text[at] != 0x7F && text[at] != '"' && text[at] != '\\') {
            at++;
        }
        if (CanonicalValue.byteAt(text, at, end) != '"' || at == from + 1) {
            throw CanonicalValue.fault("a key is not plain ASCII");
        }
        int last = (members - 1) * SPANS;
        if (members > 0 && Arrays.compare(text, spans[last], spans[last + 1], text, from + 1, at) >= 0) {
            throw CanonicalValue.fault("a key is out of order or there twice");
        }
        if (CanonicalValue.byteAt(text, at + 1, end) != ':') {
            throw CanonicalValue.fault("':' is missing");
        }
        return learned.learn(before, new String(text, from + 1, at - from - 1, StandardCharsets.US_ASCII));
    }

    /** The record itself. */
    public String raw() {
        return new String(text, start, end - start, StandardCharsets.UTF_8);
    }

    /** The record's bytes; a copy. */
    public byte[] bytes() {
        return Arrays.copyOfRange(text, start, end);
    }

    /** The string member of this name; null if there is none. */
    public @Nullable String text(String name) {
        return text(find(name));
    }

    /** The same of a known one. */
    public @Nullable String text(KnownMember member) {
        return text(known[member.ordinal()]);
    }

    private @Nullable String text(int member) {
        return isString(member) ? CanonicalValue.unescape(text, spans[member + 2], spans[member + 3]) : null;
    }

    /** The integer member of this name, or the default. */
    public long integer(String name, long otherwise) {
        return integer(find(name), otherwise);
    }

    /** The same of a known one. */
    public long integer(KnownMember member, long otherwise) {
        return integer(known[member.ordinal()], otherwise);
    }

    private long integer(int member, long otherwise) {
        return member < 0 || isString(member) || !CanonicalValue.isNumber(text[spans[member + 2]])
                ? otherwise
                : CanonicalValue.number(text, spans[member + 2], spans[member + 3]);
    }

    /** Whether the string member of this name is this ASCII text. */
    public boolean is(String name, String value) {
        return is(find(name), value);
    }

    /** The same of a known one. */
    public boolean is(KnownMember member, String value) {
        return is(known[member.ordinal()], value);
    }

    /** The same of bytes. */
    public boolean is(KnownMember name, byte[] value) {
        int member = known[name.ordinal()];
        return isString(member) && Arrays.equals(text, spans[member + 2], spans[member + 3], value, 0, value.length);
    }

    private boolean is(int member, String value) {
        return isString(member) && equalsAscii(spans[member + 2], spans[member + 3], value);
    }

    /** Whether a string member is the base64url of these bytes. */
    boolean isHash(KnownMember name, byte[] hash) {
        int member = known[name.ordinal()];
        return isString(member) && Base64Text.isUrlOf(text, spans[member + 2], spans[member + 3], hash);
    }

    /**
     * A hash of a string member, for tables; 0 if there is none.
     *
     * @param hashing is given the bytes between the quotes
     */
    public int hash(KnownMember name, SpanHash hashing) {
        int member = known[name.ordinal()];
        return isString(member) ? hashing.of(text, spans[member + 2], spans[member + 3]) : 0;
    }

    /** Hashes some bytes. */
    @FunctionalInterface
    public interface SpanHash {
        int of(byte[] bytes, int from, int to);
    }

    /** All members; values are {@code String}, {@code Long} or {@code Boolean}. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int member = 0; member < members * SPANS; member += SPANS) {
            String name = new String(text, spans[member], spans[member + 1] - spans[member], StandardCharsets.US_ASCII);
            int from = spans[member + 2];
            if (isString(member)) {
                map.put(name, CanonicalValue.unescape(text, from, spans[member + 3]));
            } else if (CanonicalValue.isNumber(text[from])) {
                map.put(name, CanonicalValue.number(text, from, spans[member + 3]));
            } else {
                map.put(name, text[from] == 't');
            }
        }
        return map;
    }

    private boolean isString(int member) {
        return member >= 0 && text[spans[member + 2] - 1] == '"';
    }

    private int find(String name) {
        for (int member = 0; member < members * SPANS; member += SPANS) {
            if (equalsAscii(spans[member], spans[member + 1], name)) {
                return member;
            }
        }
        return -1;
    }

    private boolean equalsAscii(int from, int to, String value) {
        if (to - from != value.length()) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (text[from + i] != value.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
