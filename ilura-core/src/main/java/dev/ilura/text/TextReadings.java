package dev.ilura.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** The ways in which a careless reader could read a text differently from what it says. */
public final class TextReadings {
    /** Decoding twice is a known trap; three times catches it and its cousins. */
    private static final int DECODINGS = 3;

    private TextReadings() {}

    /** Refuses characters that are not seen as themselves: the attack is a value that looks like another. */
    public static void requireVisible(String text) throws UnclearValueException {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (Hidden.isHidden(c)) {
                throw new UnclearValueException(
                        String.format("has the invisible or control character U+%04X at position %d", c, i));
            }
            i += Character.charCount(c);
        }
    }

    /** Undoes percent-encoding until nothing changes; what is no valid escape stays. */
    public static String percentDecoded(String text) throws UnclearValueException {
        String decoded = text;
        for (int i = 0; i < DECODINGS && decoded.indexOf('%') >= 0; i++) {
            String next = percentDecodedOnce(decoded);
            if (next.equals(decoded)) {
                return decoded;
            }
            decoded = next;
        }
        return decoded;
    }

    private static String percentDecodedOnce(String text) throws UnclearValueException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            if (low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(bytes[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(out.toByteArray()))
                    .toString();
        } catch (CharacterCodingException overlong) {
            // the attack: %c0%af, an overlong '/' that lenient decoders accept
            throw new UnclearValueException("has percent escapes that are not UTF-8");
        }
    }

    /** Look-alikes of separators and dots made plain, compatibility forms folded. */
    public static String plainPunctuation(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(plainPunctuation(c)));
        return Normalizer.normalize(plain, Normalizer.Form.NFKC);
    }

    private static int plainPunctuation(int c) {
        return switch (c) {
            case 0x2044, 0x2215, 0x29F8, 0x2571, 0x27CB -> '/';
            case 0x2216, 0x29F5, 0x29F9, 0x27CD -> '\\';
            case 0x0701, 0x0702, 0x2024, 0x3002, 0xFF61, 0xA4F8, 0x06D4 -> '.';
            default -> c;
        };
    }
}
