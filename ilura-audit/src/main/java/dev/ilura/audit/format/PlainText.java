package dev.ilura.audit.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks for the end of plain text in a JSON string, eight bytes at a time: a byte that is too small borrows from its high bit.
 * Bytes above it may be wrongly marked by what was borrowed, so only the lowest mark counts.
 */
final class PlainText {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final long BACKSLASHES = ONES * '\\';
    /** Turns a quote into a space and leaves control characters below it and everything else above it. */
    private static final long QUOTE_TO_SPACE = ONES * ('"' ^ ' ');

    private static final long BEHIND_SPACES = ONES * (' ' + 1);

    private PlainText() {}

    /** Where the first byte stands that is a quote, a backslash, a control character or not ASCII; at most {@code end}. */
    static int end(byte[] text, int from, int end) {
        int at = from;
        while (at + Long.BYTES <= end) {
            long word = (long) WORD.get(text, at);
            long special = ((word ^ QUOTE_TO_SPACE) - BEHIND_SPACES) | ((word ^ BACKSLASHES) - ONES) | word;
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
}
