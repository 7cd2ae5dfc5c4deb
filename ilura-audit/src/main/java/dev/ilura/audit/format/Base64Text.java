package dev.ilura.audit.format;

import java.util.Arrays;
import java.util.Base64;

/** Base64 that has one spelling per value. */
public final class Base64Text {
    private Base64Text() {}

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

    /** Whether a text in the URL alphabet stands for these bytes. */
    static boolean isUrlOf(byte[] text, int from, int to, byte[] value) {
        byte[] expected = Base64.getUrlEncoder().withoutPadding().encode(value);
        return Arrays.equals(text, from, to, expected, 0, expected.length);
    }
}
