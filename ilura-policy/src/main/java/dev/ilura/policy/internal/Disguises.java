package dev.ilura.policy.internal;

import dev.ilura.text.Hidden;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** What a text says to somebody who undoes, once or twice, the usual ways to hide what it says. */
public final class Disguises {
    private static final int MAX_TEXT = 200_000;
    private static final int MAX_READINGS = 64;

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{16,}={0,2}");
    private static final Pattern BASE64_LINES =
            Pattern.compile("(?:[A-Za-z0-9+/]{40,80}[\\r\\n]+){1,}[A-Za-z0-9+/]+={0,2}");
    private static final Pattern HEX = Pattern.compile("(?<![0-9A-Za-z])(?:0x)?(?:[0-9a-fA-F]{2}[ :]?){12,}");
    private static final Pattern BASE32 = Pattern.compile("[A-Z2-7]{24,}={0,6}");
    private static final Pattern ESCAPE = Pattern.compile(
            "\\\\x([0-9a-fA-F]{2})|\\\\u\\{?([0-9a-fA-F]{4,6})\\}?|&#x([0-9a-fA-F]{2,6});|&#([0-9]{2,7});|%([0-9a-fA-F]{2})|=([0-9A-F]{2})");
    private static final Pattern SPACED = Pattern.compile("(?<!\\S)\\S([\\s.|-])\\S(?:\\1.){10,}");
    private static final Pattern GLUE = Pattern.compile("[\"'`]\\s*[+.,&]?\\s*[\"'`]");
    private static final Pattern LINE_BREAK = Pattern.compile("\\s*[\\r\\n]+\\s*");
    private static final Pattern BITS = Pattern.compile("(?<![0-9])(?:[01]{8}[ ,]?){8,}");
    private static final Pattern OCTALS = Pattern.compile("(?:\\\\[0-3][0-7]{2}){8,}");
    private static final Pattern BASE85 = Pattern.compile("<~[!-z\\s]{10,}~>|(?<!\\S)[!-~]{20,}(?!\\S)");
    private static final Pattern NUMBERS = Pattern.compile("(?:[0-9]{2,3}[,; ]\\s*){11,}[0-9]{2,3}");

    private Disguises() {}

    /** Every reading but the text itself, each once. */
    public static List<String> undone(String text) {
        Set<String> readings = new LinkedHashSet<>();
        String bounded = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        collect(bounded, readings);
        for (String once : new ArrayList<>(readings)) {
            collect(once, readings);
        }
        readings.remove(bounded);
        return new ArrayList<>(readings);
    }

    /** The text backwards, and by letters half an alphabet on: what means something then was turned on purpose. */
    public static List<String> turned(String text) {
        String bounded = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        return List.of(new StringBuilder(bounded).reverse().toString(), rotated(bounded));
    }

    /**
     * What a text could say to somebody who puts its parts together: groups of letters joined, halves joined, the case
     * turned, what is encoded backwards decoded. These are guesses.
     */
    public static List<String> guessed(String text) {
        String bounded = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        Set<String> readings = new LinkedHashSet<>();
        add(readings, swapped(bounded));
        Fragments.groups(bounded).forEach(joined -> {
            add(readings, joined);
            decodeParts(joined, readings);
        });
        Fragments.halves(bounded).ifPresent(joined -> add(readings, joined));
        decodeParts(new StringBuilder(bounded).reverse().toString(), readings);
        return new ArrayList<>(readings);
    }

    /** What parts of the text say that are themselves encoded texts, each once. */
    public static List<String> decoded(String text) {
        Set<String> readings = new LinkedHashSet<>();
        decodeParts(text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT), readings);
        for (String once : new ArrayList<>(readings)) {
            decodeParts(once, readings);
        }
        return new ArrayList<>(readings);
    }

    private static void collect(String text, Set<String> into) {
        add(into, withoutHidden(text));
        add(into, unescaped(text));
        add(into, LINE_BREAK.matcher(text).replaceAll(""));
        add(into, GLUE.matcher(text).replaceAll(""));
        decodeParts(text, into);
    }

    private static void decodeParts(String text, Set<String> into) {
        spans(text, SPACED).forEach(span -> add(into, everySecond(span)));
        spans(text, BASE64).forEach(span -> base64(span).ifPresent(reading -> add(into, reading)));
        spans(text, BASE64_LINES)
                .forEach(span -> base64(span.replaceAll("\\s", "")).ifPresent(reading -> add(into, reading)));
        spans(text, HEX).forEach(span -> hex(span).ifPresent(reading -> add(into, reading)));
        spans(text, BASE32).forEach(span -> base32(span).ifPresent(reading -> add(into, reading)));
        spans(text, NUMBERS).forEach(span -> numbers(span).ifPresent(reading -> add(into, reading)));
        spans(text, BITS).forEach(span -> bits(span).ifPresent(reading -> add(into, reading)));
        spans(text, OCTALS).forEach(span -> octals(span).ifPresent(reading -> add(into, reading)));
        spans(text, BASE85).forEach(span -> Base85.decoded(span).ifPresent(reading -> add(into, reading)));
    }

    private static void add(Set<String> readings, String reading) {
        if (readings.size() < MAX_READINGS) {
            readings.add(reading);
        }
    }

    private static List<String> spans(String text, Pattern pattern) {
        List<String> spans = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find() && spans.size() < 16) {
            spans.add(matcher.group());
        }
        return spans;
    }

    /** Compatibility forms folded, invisible characters and combining marks dropped, tag characters read. */
    public static String withoutHidden(String text) {
        StringBuilder out = new StringBuilder(text.length());
        Normalizer.normalize(text, Normalizer.Form.NFKD).codePoints().forEach(c -> {
            if (c > 0xE0020 && c < 0xE007F) {
                out.append((char) (c - 0xE0000));
            } else if (!Hidden.isHidden(c) && Character.getType(c) != Character.NON_SPACING_MARK) {
                out.appendCodePoint(Homoglyphs.plain(c));
            }
        });
        return out.toString();
    }

    private static String unescaped(String text) {
        Matcher matcher = ESCAPE.matcher(text);
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            int value = -1;
            for (int group = 1; group <= matcher.groupCount(); group++) {
                if (matcher.group(group) != null) {
                    value = Integer.parseInt(matcher.group(group), group == 4 ? 10 : 16);
                }
            }
            String plain = Character.isValidCodePoint(value) ? Character.toString(value) : "";
            matcher.appendReplacement(out, Matcher.quoteReplacement(plain));
        }
        return matcher.appendTail(out).toString();
    }

    private static String everySecond(String span) {
        StringBuilder out = new StringBuilder(span.length() / 2 + 1);
        for (int i = 0; i < span.length(); i += 2) {
            out.append(span.charAt(i));
        }
        return out.toString();
    }

    private static String rotated(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'a' && c <= 'z') {
                out.append((char) ('a' + (c - 'a' + 13) % 26));
            } else if (c >= 'A' && c <= 'Z') {
                out.append((char) ('A' + (c - 'A' + 13) % 26));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static Optional<String> base64(String span) {
        String standard = span.replace('-', '+').replace('_', '/').replace("=", "");
        int rest = standard.length() % 4;
        String whole = rest == 1 ? standard.substring(0, standard.length() - 1) : standard;
        try {
            byte[] bytes = Base64.getDecoder().decode(whole);
            boolean zipped = bytes.length > 18 && bytes[0] == 0x1F && bytes[1] == (byte) 0x8B;
            return printable(zipped ? unzipped(bytes) : bytes);
        } catch (IllegalArgumentException | IOException e) {
            return Optional.empty();
        }
    }

    /** The beginning: a bomb must not get further. */
    private static byte[] unzipped(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readNBytes(MAX_TEXT);
        }
    }

    private static Optional<String> hex(String span) {
        String digits = span.replaceFirst("^0x", "").replaceAll("[^0-9a-fA-F]", "");
        return printable(HexFormat.of().parseHex(digits.substring(0, digits.length() & ~1)));
    }

    private static Optional<String> base32(String span) {
        byte[] out = new byte[span.length() * 5 / 8];
        int bits = 0;
        int value = 0;
        int at = 0;
        for (char c : span.replace("=", "").toCharArray()) {
            value = value << 5 | (c >= 'A' ? c - 'A' : c - '2' + 26);
            bits += 5;
            if (bits >= 8 && at < out.length) {
                bits -= 8;
                out[at++] = (byte) (value >> bits);
            }
        }
        return printable(Arrays.copyOf(out, at));
    }

    private static Optional<String> bits(String span) {
        String digits = span.replaceAll("[ ,]", "");
        byte[] out = new byte[digits.length() / 8];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) Integer.parseInt(digits.substring(8 * i, 8 * i + 8), 2);
        }
        return printable(out);
    }

    private static Optional<String> octals(String span) {
        byte[] out = new byte[span.length() / 4];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) Integer.parseInt(span.substring(4 * i + 1, 4 * i + 4), 8);
        }
        return printable(out);
    }

    private static String swapped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.chars()
                .forEach(c -> out.append(
                        (char) (Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))));
        return out.toString();
    }

    private static Optional<String> numbers(String span) {
        String[] parts = span.split("[,; ]\\s*", -1);
        byte[] out = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            out[i] = (byte) Math.min(255, Integer.parseInt(parts[i]));
        }
        return printable(out);
    }

    /** The text of these bytes, if they are one: what decodes to noise was not encoded text. */
    static Optional<String> printable(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            boolean readable = text.length() >= 8
                    && text.chars()
                            .allMatch(
                                    c -> (c >= 0x20 && c != 0x7F && c < 0xFFF0) || c == '\n' || c == '\r' || c == '\t');
            return readable ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
