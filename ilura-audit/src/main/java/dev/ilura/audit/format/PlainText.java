package dev.ilura.audit.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for the end of plain text in a JSON string, eight bytes at a time. */
final class PlainText {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private PlainText() {}

    /** Where the first byte stands that is a quote, a backslash, a control character or not ASCII; at most {@code end}. */
    static int end(byte[] text, int from, int end) {
        int at = from;
        while (at + Long.BYTES <= end) {
            long word = (long) WORD.get(text, at);
            long special = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES) | ((word - SPACES) & ~word) | word;
            if ((special & HIGH) != 0) {
                return at + (Long.numberOfTrailingZeros(special & HIGH) >>> 3);
            }
            at += Long.BYTES;
        }
        while (at < end && text[at] >= ' ' && text[at] != '"' && text[at] != '\\') {
            at++;
        }
        return at;
    }

    /** The lowest byte that is zero has its high bit set; bytes above it may have it too. */
    private static long zeros(long word) {
        return (word - ONES) & ~word;
    }
}
