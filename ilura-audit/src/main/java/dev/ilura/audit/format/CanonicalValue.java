package dev.ilura.audit.format;

import java.nio.charset.StandardCharsets;

/**
 * The one spelling of a value in a record (RFC 8785, without fractions): checks it, and reads what was checked. Positions go
 * in and out; running past the end is a fault.
 */
final class CanonicalValue {
    private static final long MAX_INTEGER = (1L << 53) - 1;
    private static final int MOST_DIGITS = 16;

    private CanonicalValue() {}

    /** Checks a string from behind its first quote; where it goes on behind its last. */
    static int string(byte[] text, int from, int end) {
        int plain = PlainText.end(text, from, end);
        return plain < end && text[plain] == '"' ? plain + 1 : withEscapes(text, plain, end);
    }

    private static int withEscapes(byte[] text, int from, int end) {
        int at = from;
        while (true) {
            at = PlainText.end(text, at, end);
            int c = byteAt(text, at++, end);
            if (c == '"') {
                return at;
            } else if (c == '\\') {
                at = escape(text, at, end);
            } else if (c < 0) {
                at = multiByte(c & 0xFF, text, at, end);
            } else {
                throw fault("a control character stands unescaped in a string");
            }
        }
    }

    /** RFC 8785: the short escapes, and {@code \}{@code u00xx} in lower case for the control characters without one. */
    private static int escape(byte[] text, int at, int end) {
        int c = byteAt(text, at, end);
        if ("\"\\bfnrt".indexOf(c) >= 0) {
            return at + 1;
        }
        int high = -1;
        int low = -1;
        if (c == 'u' && byteAt(text, at + 1, end) == '0' && byteAt(text, at + 2, end) == '0') {
            high = byteAt(text, at + 3, end) - '0';
            low = "0123456789abcdef".indexOf(byteAt(text, at + 4, end));
        }
        boolean hasShortForm = high == 0 && (low == 8 || low == 9 || low == 10 || low == 12 || low == 13);
        if (high < 0 || high > 1 || low < 0 || hasShortForm) {
            throw fault("an escape is not the canonical one");
        }
        return at + 5;
    }

    /** Unicode 15, table 3-7: no overlong forms, no surrogates, nothing past U+10FFFF. */
    private static int multiByte(int lead, byte[] text, int from, int end) {
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
        for (int at = from; at < from + more; at++) {
            int c = byteAt(text, at, end) & 0xFF;
            if (c < low || c > high) {
                throw fault("it is not UTF-8");
            }
            low = 0x80;
            high = 0xBF;
        }
        return from + more;
    }

    /** Checks {@code true}, {@code false} or an integer; where it ends. */
    static int other(byte[] text, int from, int end) {
        byte first = byteAt(text, from, end);
        return switch (first) {
            case 't' -> word("true", text, from, end);
            case 'f' -> word("false", text, from, end);
            case '-' -> digits(text, from + 1, end);
            case '0' -> zero(text, from + 1, end);
            default -> digits(text, from, end);
        };
    }

    private static int word(String word, byte[] text, int from, int end) {
        for (int i = 1; i < word.length(); i++) {
            if (byteAt(text, from + i, end) != word.charAt(i)) {
                throw fault("'" + word.charAt(i) + "' is missing");
            }
        }
        return from + word.length();
    }

    /** Nothing but a zero starts with a zero. */
    private static int zero(byte[] text, int at, int end) {
        if (at < end && text[at] >= '0' && text[at] <= '9') {
            throw fault("a value is no string, integer or boolean");
        }
        return at;
    }

    private static int digits(byte[] text, int from, int end) {
        byte first = byteAt(text, from, end);
        if (first < '1' || first > '9') {
            throw fault("a value is no string, integer or boolean");
        }
        int last = Math.min(end, from + MOST_DIGITS + 1);
        int at = from + 1;
        while (at < last && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        if (at - from >= MOST_DIGITS
                && (at - from > MOST_DIGITS || (first == '9' && number(text, from, at) > MAX_INTEGER))) {
            throw fault("an integer is beyond 2^53-1");
        }
        return at;
    }

    /** An integer that was checked. */
    static long number(byte[] text, int from, int to) {
        boolean negative = text[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            value = value * 10 + (text[i] - '0');
        }
        return negative ? -value : value;
    }

    static boolean isNumber(byte first) {
        return first == '-' || (first >= '0' && first <= '9');
    }

    /** What a string that was checked stands for. */
    static String unescape(byte[] text, int from, int to) {
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

    static byte byteAt(byte[] text, int at, int end) {
        if (at >= end) {
            throw fault("it ends too early");
        }
        return text[at];
    }

    static MalformedRecordException fault(String what) {
        return new MalformedRecordException(what);
    }
}
