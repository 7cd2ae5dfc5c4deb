package dev.ilura.json;

import dev.ilura.json.MalformedJsonException.Fault;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One strict pass over a text: RFC 8259 and nothing else, well-formed UTF-8, paired surrogates, no key twice in an
 * object, within limits. It builds nothing. What passes has one reading, and {@link JsonValue} navigates it without
 * checking again.
 */
final class JsonScanner {
    /** Up to this many keys an object is checked for duplicates by comparing hashes in a line; beyond, by a set. */
    private static final int LINEAR_KEYS = 24;

    private final byte[] text;
    private final JsonLimits limits;
    private int at;

    private JsonScanner(byte[] text, JsonLimits limits) {
        this.text = text;
        this.limits = limits;
    }

    /** Checks the whole text and returns the value's span as {@code start << 32 | end}. */
    static long check(byte[] text, JsonLimits limits) {
        if (text.length > limits.maxBytes()) {
            throw new MalformedJsonException(
                    Fault.LIMIT,
                    limits.maxBytes(),
                    "text of " + text.length + " bytes, limit " + limits.maxBytes() + ",");
        }
        JsonScanner scanner = new JsonScanner(text, limits);
        if (text.length >= 3 && text[0] == (byte) 0xEF && text[1] == (byte) 0xBB && text[2] == (byte) 0xBF) {
            throw scanner.fault(Fault.ENCODING, "byte order mark");
        }
        scanner.space();
        int start = scanner.at;
        scanner.value(0);
        int end = scanner.at;
        scanner.space();
        if (scanner.at != text.length) {
            throw scanner.fault(Fault.TRAILING_DATA, "something follows the value");
        }
        return (long) start << 32 | end;
    }

    private void value(int depth) {
        if (at >= text.length) {
            throw fault(Fault.SYNTAX, "text ends where a value is expected");
        }
        switch (text[at]) {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private void object(int depth) {
        enter(depth);
        at++;
        space();
        if (peek() == '}') {
            at++;
            return;
        }
        Keys keys = new Keys();
        while (true) {
            if (peek() != '"') {
                throw fault(Fault.SYNTAX, "a key is expected");
            }
            int start = at;
            string();
            if (!keys.add(start, at)) {
                at = start;
                throw fault(Fault.DUPLICATE_KEY, "duplicate key");
            }
            space();
            expect(':');
            space();
            value(depth);
            space();
            if (peek() == ',') {
                at++;
                space();
            } else {
                expect('}');
                return;
            }
        }
    }

    private void array(int depth) {
        enter(depth);
        at++;
        space();
        if (peek() == ']') {
            at++;
            return;
        }
        while (true) {
            value(depth);
            space();
            if (peek() == ',') {
                at++;
                space();
            } else {
                expect(']');
                return;
            }
        }
    }

    private void enter(int depth) {
        if (depth > limits.maxDepth()) {
            throw fault(Fault.LIMIT, "deeper than " + limits.maxDepth() + " levels");
        }
    }

    private void string() {
        at++;
        while (at < text.length) {
            byte b = text[at];
            if (b == '"') {
                at++;
                return;
            } else if (b == '\\') {
                escape();
            } else if (b >= 0x20) {
                at++;
            } else if (b >= 0) {
                throw fault(Fault.SYNTAX, "control character in a string");
            } else {
                multiByte();
            }
        }
        throw fault(Fault.SYNTAX, "text ends inside a string");
    }

    private void escape() {
        at++;
        switch (peek()) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at++;
            case 'u' -> {
                int start = at - 1;
                char unit = hex4();
                if (Character.isLowSurrogate(unit)) {
                    at = start;
                    throw fault(Fault.ENCODING, "lone surrogate");
                }
                if (Character.isHighSurrogate(unit)) {
                    if (at + 1 >= text.length || text[at] != '\\' || text[at + 1] != 'u') {
                        at = start;
                        throw fault(Fault.ENCODING, "lone surrogate");
                    }
                    at++;
                    if (!Character.isLowSurrogate(hex4())) {
                        at = start;
                        throw fault(Fault.ENCODING, "lone surrogate");
                    }
                }
            }
            default -> throw fault(Fault.SYNTAX, "unknown escape");
        }
    }

    /** Reads {@code uXXXX}; {@code at} is on the {@code u}. */
    private char hex4() {
        at++;
        if (at + 4 > text.length) {
            throw fault(Fault.SYNTAX, "text ends inside an escape");
        }
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(text[at], 16);
            if (digit < 0 || text[at] < 0) {
                throw fault(Fault.SYNTAX, "four hex digits are expected");
            }
            unit = unit << 4 | digit;
            at++;
        }
        return (char) unit;
    }

    /** Unicode 15, table 3-7: no overlong forms, no surrogates, nothing past U+10FFFF. */
    private void multiByte() {
        int lead = text[at] & 0xFF;
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
            throw fault(Fault.ENCODING, "not UTF-8");
        }
        for (int i = 1; i <= more; i++) {
            int next = at + i < text.length ? text[at + i] & 0xFF : -1;
            if (next < low || next > high) {
                throw fault(Fault.ENCODING, "not UTF-8");
            }
            low = 0x80;
            high = 0xBF;
        }
        at += 1 + more;
    }

    private void number() {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits("a value is expected");
        }
        if (peek() == '.') {
            at++;
            digits("a digit is expected after the point");
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            int exponent = at;
            digits("a digit is expected in the exponent");
            exponentWithin(exponent);
        }
        if (at - start > limits.maxNumberLength()) {
            throw fault(Fault.LIMIT, "a number is longer than " + limits.maxNumberLength() + " characters");
        }
    }

    private void exponentWithin(int start) {
        long value = 0;
        for (int i = start; i < at && value <= limits.maxExponent(); i++) {
            value = value * 10 + (text[i] - '0');
        }
        if (value > limits.maxExponent()) {
            throw fault(Fault.LIMIT, "an exponent is beyond " + limits.maxExponent());
        }
    }

    private void digits(String expectation) {
        int start = at;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw fault(Fault.SYNTAX, expectation);
        }
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
    }

    private void expect(char c) {
        if (peek() != c) {
            throw fault(Fault.SYNTAX, "'" + c + "' is expected");
        }
        at++;
    }

    /** The byte at the cursor, or -1 at the end. */
    private int peek() {
        return at < text.length ? text[at] : -1;
    }

    private void space() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
    }

    private MalformedJsonException fault(Fault fault, String detail) {
        return new MalformedJsonException(fault, at, detail);
    }

    /** The keys of one object so far. Equal means equal after unescaping. */
    private final class Keys {
        private int[] hashes = new int[8];
        private int[] spans = new int[16];
        private int count;
        private @Nullable Set<String> many;

        boolean add(int start, int end) {
            if (many != null) {
                return many.add(JsonStrings.decode(text, start, end));
            }
            int hash = JsonStrings.hash(text, start, end);
            for (int i = 0; i < count; i++) {
                if (hashes[i] == hash && JsonStrings.equal(text, spans[2 * i], spans[2 * i + 1], start, end)) {
                    return false;
                }
            }
            if (count == LINEAR_KEYS) {
                many = new HashSet<>();
                for (int i = 0; i < count; i++) {
                    many.add(JsonStrings.decode(text, spans[2 * i], spans[2 * i + 1]));
                }
                return many.add(JsonStrings.decode(text, start, end));
            }
            if (count == hashes.length) {
                hashes = java.util.Arrays.copyOf(hashes, 2 * count);
                spans = java.util.Arrays.copyOf(spans, 4 * count);
            }
            hashes[count] = hash;
            spans[2 * count] = start;
            spans[2 * count + 1] = end;
            count++;
            return true;
        }
    }
}
