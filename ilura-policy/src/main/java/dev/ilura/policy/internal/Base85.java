package dev.ilura.policy.internal;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** Five characters for four bytes, in the two alphabets that are in use: Ascii85 and that of RFC 1924. */
final class Base85 {
    private static final String RFC_1924 =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

    private Base85() {}

    /** The text that is encoded, if it is one in either alphabet. */
    static Optional<String> decoded(String text) {
        boolean framed = text.startsWith("<~") && text.endsWith("~>");
        String inner = (framed ? text.substring(2, text.length() - 2) : text).replaceAll("\\s", "");
        Optional<String> ascii85 =
                inner.chars().allMatch(c -> c >= '!' && c <= 'u') ? bytes(inner, false) : Optional.empty();
        return framed || ascii85.isPresent() ? ascii85 : bytes(inner, true);
    }

    private static Optional<String> bytes(String text, boolean rfc1924) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int at = 0; at < text.length(); at += 5) {
            int count = Math.min(5, text.length() - at);
            long value = 0;
            for (int i = 0; i < 5; i++) {
                int digit = i < count ? digit(text.charAt(at + i), rfc1924) : 84;
                if (digit < 0) {
                    return Optional.empty();
                }
                value = value * 85 + digit;
            }
            if (count == 1 || value > 0xFFFF_FFFFL) {
                return Optional.empty();
            }
            for (int i = 0; i < count - 1; i++) {
                out.write((int) (value >> (24 - 8 * i)));
            }
        }
        return Disguises.printable(out.toByteArray());
    }

    private static int digit(char c, boolean rfc1924) {
        return rfc1924 ? RFC_1924.indexOf(c) : c - '!';
    }
}
