package dev.ilura.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Strings of a text that {@link JsonScanner} has passed; spans include the quotes. */
final class JsonStrings {
    private JsonStrings() {}

    /** The string a span stands for. */
    static String decode(byte[] text, int start, int end) {
        if (isPlain(text, start, end)) {
            return new String(text, start + 1, end - start - 2, StandardCharsets.UTF_8);
        }
        StringBuilder out = new StringBuilder(end - start);
        int run = start + 1;
        for (int i = start + 1; i < end - 1; i++) {
            if (text[i] == '\\') {
                out.append(new String(text, run, i - run, StandardCharsets.UTF_8));
                i++;
                if (text[i] == 'u') {
                    out.append((char) Integer.parseInt(new String(text, i + 1, 4, StandardCharsets.US_ASCII), 16));
                    i += 4;
                } else {
                    out.append(unescaped(text[i]));
                }
                run = i + 1;
            }
        }
        return out.append(new String(text, run, end - 1 - run, StandardCharsets.UTF_8))
                .toString();
    }

    private static char unescaped(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) letter;
        };
    }

    /** Equal strings have equal hashes, however they are escaped. */
    static int hash(byte[] text, int start, int end) {
        byte[] bytes = text;
        int from = start + 1;
        int to = end - 1;
        if (!isPlain(text, start, end)) {
            bytes = decode(text, start, end).getBytes(StandardCharsets.UTF_8);
            from = 0;
            to = bytes.length;
        }
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    static boolean equal(byte[] text, int start, int end, int otherStart, int otherEnd) {
        if (isPlain(text, start, end) && isPlain(text, otherStart, otherEnd)) {
            return Arrays.equals(text, start, end, text, otherStart, otherEnd);
        }
        return decode(text, start, end).equals(decode(text, otherStart, otherEnd));
    }

    /** Whether the span, unescaped, is exactly these UTF-8 bytes. */
    static boolean is(byte[] text, int start, int end, byte[] wanted) {
        if (isPlain(text, start, end)) {
            return Arrays.equals(text, start + 1, end - 1, wanted, 0, wanted.length);
        }
        return Arrays.equals(decode(text, start, end).getBytes(StandardCharsets.UTF_8), wanted);
    }

    private static boolean isPlain(byte[] text, int start, int end) {
        for (int i = start + 1; i < end - 1; i++) {
            if (text[i] == '\\') {
                return false;
            }
        }
        return true;
    }
}
