package dev.ilura.audit.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Base64 that has one spelling per value. */
public final class Base64Text {
    private static final byte[] URL =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Of twelve bits: their two letters, the first one lower. */
    private static final char[] PAIRS = pairs();

    private Base64Text() {}

    private static char[] pairs() {
        char[] pairs = new char[1 << 12];
        for (int bits = 0; bits < pairs.length; bits++) {
            pairs[bits] = (char) (URL[bits >>> 6] | URL[bits & 63] << 8);
        }
        return pairs;
    }

    /** The URL alphabet without padding, as records use it. */
    public static String url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The standard alphabet with padding, as notes use it. */
    public static String standard(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * Reads the standard alphabet. The JDK takes {@code AB==} for {@code AA==}; a text that could be changed without
     * being noticed is no evidence.
     *
     * @throws IllegalArgumentException if the text is not the one spelling of its value
     */
    public static byte[] parseStandard(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (!standard(bytes).equals(text)) {
            throw new IllegalArgumentException("not canonical base64");
        }
        return bytes;
    }

    /**
     * Reads the URL alphabet without padding.
     *
     * @throws IllegalArgumentException if the text is not the one spelling of its value
     */
    public static byte[] parseUrl(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (!url(bytes).equals(text)) {
            throw new IllegalArgumentException("not canonical base64url");
        }
        return bytes;
    }

    /** Whether a text in the URL alphabet is the one spelling of these bytes. Asked of every record, so it makes nothing. */
    static boolean isUrlOf(byte[] text, int from, int to, byte[] value) {
        int whole = value.length / 3;
        int rest = value.length % 3;
        if (to - from != whole * 4 + (rest == 0 ? 0 : rest + 1)) {
            return false;
        }
        int different = 0;
        int at = from;
        for (int i = 0; i < whole * 3; i += 3, at += 4) {
            int bits = (value[i] & 0xFF) << 16 | (value[i + 1] & 0xFF) << 8 | (value[i + 2] & 0xFF);
            different |= ((int) WORD.get(text, at)) ^ (PAIRS[bits >>> 12] | PAIRS[bits & 0xFFF] << 16);
        }
        int bits = rest == 0 ? 0 : (value[whole * 3] & 0xFF) << 16;
        bits |= rest == 2 ? (value[whole * 3 + 1] & 0xFF) << 8 : 0;
        for (int shift = 18; at < to; shift -= 6, at++) {
            different |= text[at] ^ URL[bits >>> shift & 63];
        }
        return different == 0;
    }
}
