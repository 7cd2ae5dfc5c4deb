package dev.ilura.audit.format;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Looks single members up in a record whose frame is sound, without reading the rest of it. It relies on the one spelling
 * that {@link FlatRecord} demands; whoever must not rely on that uses that class.
 */
public final class RecordGlance {
    private RecordGlance() {}

    /** The string member of this name; null if there is none. */
    public static @Nullable String text(byte[] record, String name) {
        int at = value(record, name);
        if (at < 0 || record[at] != '"') {
            return null;
        }
        int end = skipString(record, at + 1);
        String raw = new String(record, at + 1, end - at - 2, StandardCharsets.UTF_8);
        return raw.indexOf('\\') < 0
                ? raw
                : new FlatRecord().read(record, 0, record.length).text(name);
    }

    /** The integer member of this name, or the default. */
    public static long integer(byte[] record, String name, long otherwise) {
        int at = value(record, name);
        if (at < 0 || record[at] == '"' || record[at] > '9') {
            return otherwise;
        }
        boolean negative = record[at] == '-';
        long value = 0;
        for (int i = negative ? at + 1 : at; i < record.length && record[i] >= '0' && record[i] <= '9'; i++) {
            value = value * 10 + (record[i] - '0');
        }
        return negative ? -value : value;
    }

    /** Whether the string member of this name is this text. */
    public static boolean is(byte[] record, String name, String value) {
        int at = value(record, name);
        if (at < 0 || record[at] != '"') {
            return false;
        }
        int length = value.length();
        if (at + 1 + length >= record.length || record[at + 1 + length] != '"') {
            return value.equals(text(record, name));
        }
        for (int i = 0; i < length; i++) {
            if (record[at + 1 + i] != value.charAt(i)) {
                return value.equals(text(record, name));
            }
        }
        return true;
    }

    /** Where the value of a member starts, or -1. */
    private static int value(byte[] record, String name) {
        int at = 1;
        while (at < record.length && record[at] == '"') {
            int key = at + 1;
            int end = key;
            while (record[end] != '"') {
                end++;
            }
            int order = compare(record, key, end, name);
            if (order >= 0) {
                return order == 0 ? end + 2 : -1;
            }
            at = skipValue(record, end + 2) + 1;
        }
        return -1;
    }

    private static int compare(byte[] record, int from, int to, String name) {
        int shorter = Math.min(to - from, name.length());
        for (int i = 0; i < shorter; i++) {
            int difference = record[from + i] - name.charAt(i);
            if (difference != 0) {
                return difference;
            }
        }
        return to - from - name.length();
    }

    /** Where the comma or brace behind a value stands. */
    private static int skipValue(byte[] record, int from) {
        if (record[from] == '"') {
            return skipString(record, from + 1);
        }
        int at = from;
        while (record[at] != ',' && record[at] != '}') {
            at++;
        }
        return at;
    }

    /** Behind the closing quote of a string. */
    private static int skipString(byte[] record, int from) {
        int at = from;
        while (record[at] != '"') {
            at += record[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }
}
