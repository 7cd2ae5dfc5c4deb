package dev.ilura.audit.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a record in its one spelling letter by letter and remembers nothing: what {@link FlatRecord} must agree with,
 * whatever it has learned from records before.
 */
final class LetterByLetter {
    private static final int SPANS = 4;
    private static final long MAX_INTEGER = (1L << 53) - 1;
    /** So many digits are below the largest integer. */
    private static final int SURELY_SHORT = 15;

    private byte[] text = {};
    private int at;
    private int end;
    private int members;
    /** For each member: start and end of the key, start and end of the value, quotes left out. */
    private int[] spans = new int[SPANS * 32];

    /**
     * Looks at a record.
     *
     * @param text must stay as it is while this view is asked
     * @throws MalformedRecordException if the bytes are not a record in its one spelling
     */
    LetterByLetter read(byte[] text, int from, int to) {
        this.text = text;
        this.at = from;
        this.end = to;
        this.members = 0;
        expect('{');
        do {
            member();
        } while (next() == ',');
        if (text[at - 1] != '}' || at != end) {
            throw fault("it does not end with its object");
        }
        return this;
    }

    /** All members; values are {@code String}, {@code Long} or {@code Boolean}. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int member = 0; member < members * SPANS; member += SPANS) {
            String name = new String(text, spans[member], spans[member + 1] - spans[member], StandardCharsets.US_ASCII);
            int from = spans[member + 2];
            if (text[from - 1] == '"') {
                map.put(name, unescape(from, spans[member + 3]));
            } else if (isNumber(text[from])) {
                map.put(name, number(from, spans[member + 3]));
            } else {
                map.put(name, text[from] == 't');
            }
        }
        return map;
    }

    private void member() {
        if (members * SPANS == spans.length) {
            spans = Arrays.copyOf(spans, spans.length * 2);
        }
        int member = members * SPANS;
        expect('"');
        spans[member] = at;
        key();
        spans[member + 1] = at - 1;
        if (members > 0 && !ascends(member)) {
            throw fault("a key is out of order or there twice");
        }
        expect(':');
        value(member);
        members++;
    }

    private void key() {
        byte[] bytes = text;
        int to = end;
        int i = at;
        while (i < to) {
            byte c = bytes[i];
            if (c <= ' ' || c == 0x7F || c == '"' || c == '\\') {
                break;
            }
            i++;
        }
        boolean empty = i == at;
        at = i;
        if (next() != '"' || empty) {
            throw fault("a key is not plain ASCII");
        }
    }

    private boolean ascends(int member) {
        return compare(text, spans[member - SPANS], spans[member - SPANS + 1], text, spans[member], spans[member + 1])
                < 0;
    }

    /** Of ASCII. The JDK's is made for longer arrays and takes a third of the time of reading a record. */
    private static int compare(byte[] one, int from, int to, byte[] other, int otherFrom, int otherTo) {
        int shorter = Math.min(to - from, otherTo - otherFrom);
        for (int i = 0; i < shorter; i++) {
            int difference = one[from + i] - other[otherFrom + i];
            if (difference != 0) {
                return difference;
            }
        }
        return (to - from) - (otherTo - otherFrom);
    }

    private void value(int member) {
        int c = next();
        spans[member + 2] = at - 1;
        if (c == '"') {
            spans[member + 2] = at;
            string();
            spans[member + 3] = at - 1;
            return;
        }
        if (c == 't') {
            word("rue");
        } else if (c == 'f') {
            word("alse");
        } else {
            integer(c);
        }
        spans[member + 3] = at;
    }

    private void integer(int first) {
        int from = at - 1;
        int c = first == '-' ? next() : first;
        if (c == '0' && first != '-' && !isDigitNext()) {
            return;
        }
        if (c < '1' || c > '9') {
            throw fault("a value is no string, integer or boolean");
        }
        while (isDigitNext()) {
            at++;
        }
        boolean isLong = at - from > SURELY_SHORT;
        if (isLong && (at - from > 17 || Math.abs(number(from, at)) > MAX_INTEGER)) {
            throw fault("an integer is beyond 2^53-1");
        }
    }

    private boolean isDigitNext() {
        return at < end && text[at] >= '0' && text[at] <= '9';
    }

    private static boolean isNumber(byte c) {
        return c == '-' || (c >= '0' && c <= '9');
    }

    private long number(int from, int to) {
        boolean negative = text[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            value = value * 10 + (text[i] - '0');
        }
        return negative ? -value : value;
    }

    private void string() {
        while (true) {
            int c = next();
            if (c == '"') {
                return;
            } else if (c == '\\') {
                escape();
            } else if (c < 0) {
                multiByte(c & 0xFF);
            } else if (c < ' ') {
                throw fault("a control character stands unescaped in a string");
            }
        }
    }

    /** RFC 8785: the short escapes, and {@code \}{@code u00xx} in lower case for the control characters without one. */
    private void escape() {
        int c = next();
        if ("\"\\bfnrt".indexOf(c) >= 0) {
            return;
        }
        int high = -1;
        int low = -1;
        if (c == 'u' && next() == '0' && next() == '0') {
            high = next() - '0';
            low = "0123456789abcdef".indexOf(next());
        }
        boolean hasShortForm = high == 0 && (low == 8 || low == 9 || low == 10 || low == 12 || low == 13);
        if (high < 0 || high > 1 || low < 0 || hasShortForm) {
            throw fault("an escape is not the canonical one");
        }
    }

    /** Unicode 15, table 3-7: no overlong forms, no surrogates, nothing past U+10FFFF. */
    private void multiByte(int lead) {
        int low = 0x80;
        int high = 0xBF;
        int more;
        if (lead >= 0xC2 && lead <= 0xDF) {
            more = 1;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            more = 2;
            low = lead == 0xE0 ? 0xA0 : low;
            high = lead == 0xED ? 0x9F : high;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            more = 3;
            low = lead == 0xF0 ? 0x90 : low;
            high = lead == 0xF4 ? 0x8F : high;
        } else {
            throw fault("it is not UTF-8");
        }
        for (int i = 0; i < more; i++) {
            int c = next() & 0xFF;
            if (c < low || c > high) {
                throw fault("it is not UTF-8");
            }
            low = 0x80;
            high = 0xBF;
        }
    }

    private String unescape(int from, int to) {
        String raw = new String(text, from, to - from, StandardCharsets.UTF_8);
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length());
        int i = 0;
        while (i < raw.length()) {
            int plain = raw.charAt(i) == '\\' ? "\"\\bfnrt".indexOf(raw.charAt(i + 1)) : -1;
            if (raw.charAt(i) != '\\') {
                out.append(raw.charAt(i));
                i++;
            } else if (plain >= 0) {
                out.append("\"\\\b\f\n\r\t".charAt(plain));
                i += 2;
            } else {
                out.append((char) Integer.parseInt(raw.substring(i + 2, i + 6), 16));
                i += 6;
            }
        }
        return out.toString();
    }

    private void word(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            expect(rest.charAt(i));
        }
    }

    private void expect(char c) {
        if (next() != c) {
            throw fault("'" + c + "' is missing");
        }
    }

    /** The next byte, signed; running past the end is a fault. */
    private int next() {
        if (at >= end) {
            throw fault("it ends too early");
        }
        return text[at++];
    }

    private static MalformedRecordException fault(String what) {
        return new MalformedRecordException(what);
    }
}
