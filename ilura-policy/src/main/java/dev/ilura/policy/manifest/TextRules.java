package dev.ilura.policy.manifest;

import dev.ilura.policy.internal.Disguises;
import dev.ilura.policy.internal.Homoglyphs;
import dev.ilura.policy.manifest.ManifestFinding.Kind;
import dev.ilura.text.Hidden;
import dev.ilura.text.VisibleText;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One text of a manifest: is all of it seen, and does it speak about the tool? */
final class TextRules {
    private static final int EXCERPT = 120;

    /** Indentation of source code ends up in descriptions; nobody indents by this much. */
    private static final Pattern PUSHED =
            Pattern.compile("[ \\t\\x{A0}\\x{2000}-\\x{200A}\\x{3000}]{60,}\\S|(?:[ \\t]*\\r?\\n){10,}[ \\t]*\\S");

    private static final Pattern TERMINAL =
            Pattern.compile("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F]|\\r(?!\\n)|\\\\(?:x1b|033|u001b|e)\\[");
    private static final Pattern MARKUP = Pattern.compile(
            "(?i)</?\\s*(important|system|hidden|secret|instructions?|admin|assistant|override|note_to_(?:ai|model|llm)|confidential)\\b[^>]{0,60}>"
                    + "|<\\s*/?[a-z]*[_-]?(instructions?|system|secret|hidden|prompt|internal|privileged?|llm|directive|priority)[_-]?[a-z]{0,15}\\s*>|<[a-z]+\\s[^>]{0,80}(\\bhidden\\b|color\\s*=\\s*[\"']?(white|#fff|transparent)|aria-hidden)[^>]{0,60}>"
                    + "|```\\s*(system|prompt|instructions?|hidden)\\b|\"role\"\\s*:\\s*\"(system|developer)\"|/\\*\\s*(system|admin|hidden|assistant)\\b|!\\[[^\\]\\n]{0,40}\\]\\([^)\\s]{0,200}\\s+[\"'][^\"')]{40,}"
                    + "|<!--\\s*[^\\s>-][^\\s>]*(?:\\s+[^\\s>-][^\\s>]*)+|<!--\\s*[^\\s>]{24,}|<!\\[CDATA\\[|\\[/?INST\\]|<\\|[a-z_]{2,20}\\|>|<</?SYS>>|\\[//\\]:\\s*#|\\[/?(system|hidden|admin|assistant)\\]|\\{\\{[#/]?(system|user|assistant)"
                    + "|(?m)^\\s*#{2,}\\s*system\\b|-{3,}\\s*(begin|end)\\s+(system|hidden|secret|admin)|(?m)^\\s*(system|assistant|human)\\s*:\\s*\\S"
                    + "|style\\s*=\\s*[\"'][^\"']*(display\\s*:\\s*none|font-size\\s*:\\s*0|color\\s*:\\s*(white|transparent|#fff))");
    private static final Pattern ESCAPED_RUN = Pattern.compile(
            "(%[0-9a-fA-F]{2}){8,}|(\\\\u\\{?[0-9a-fA-F]{4,5}\\}?){6,}|(\\\\x[0-9a-fA-F]{2}){8,}|(&#x?[0-9a-fA-F]+;){6,}|(?<![0-9])([01]{8}[ ,]?){6,}|([.\\-\u00B7\u2212]{1,5}[ /]+){14,}");
    private static final Pattern LEET_WORD =
            Pattern.compile("\\b(?=[a-z0-9]*[a-z])(?=[a-z0-9]*[013457])[a-z013457]{3,}\\b");
    private static final Pattern PLAIN_WORD = Pattern.compile("\\b[a-zA-Z]{2,}\\b");
    private static final int LEET_WORDS = 5;

    private TextRules() {}

    static List<ManifestFinding> inspect(String text, String place) {
        List<ManifestFinding> findings = new ArrayList<>(hidden(text, place));
        match(TERMINAL, text)
                .ifPresent(at -> findings.add(
                        new ManifestFinding(Kind.TERMINAL, place, "controls the terminal: " + excerpt(text, at))));
        match(PUSHED, text)
                .ifPresent(at -> findings.add(new ManifestFinding(
                        Kind.LAYOUT,
                        place,
                        "is pushed out of sight: "
                                + excerpt(text.strip(), text.strip().length() - EXCERPT))));
        match(MARKUP, text)
                .ifPresent(at -> findings.add(new ManifestFinding(
                        Kind.MARKUP, place, "sets text apart for the model: " + excerpt(text, at))));
        findings.addAll(encoded(text, place));
        findings.addAll(orders(text, place));
        return findings;
    }

    /** Characters that are not seen as themselves, except where a script or an emoji needs them. */
    static List<ManifestFinding> hidden(String text, String place) {
        int foreign = 0;
        int marks = 0;
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            int c = points[i];
            boolean control = Character.getType(c) == Character.CONTROL;
            if (!control && Hidden.isHidden(c) && !isNeeded(points, i)) {
                return List.of(new ManifestFinding(
                        Kind.HIDDEN_TEXT,
                        place,
                        String.format(
                                "has U+%04X, which is not seen as itself: %s",
                                c, excerpt(text, text.offsetByCodePoints(0, i)))));
            }
            foreign += isDressedUp(c) ? 1 : 0;
            marks = Character.getType(c) == Character.NON_SPACING_MARK && isLatin(points, i) ? marks + 1 : marks;
        }
        if (foreign >= 3 || marks >= 6) {
            return List.of(new ManifestFinding(
                    Kind.HIDDEN_TEXT, place, "is written in characters that stand for others: " + excerpt(text, 0)));
        }
        return mixedWord(text)
                .map(word -> List.of(new ManifestFinding(
                        Kind.HIDDEN_TEXT, place, "mixes scripts in one word: " + VisibleText.oneLine(word))))
                .orElse(List.of());
    }

    private static boolean isNeeded(int[] points, int i) {
        int c = points[i];
        int before = i > 0 ? points[i - 1] : ' ';
        int after = i + 1 < points.length ? points[i + 1] : ' ';
        if (c == 0x200C || c == 0x200D) {
            return (isJoining(before) && isJoining(after)) || (c == 0x200D && isEmoji(before) && isEmoji(after));
        }
        if (c == 0xFE0F || c == 0xFE0E) {
            return isEmoji(before) || (before >= '0' && before <= '9') || before == '#' || before == '*';
        }
        if (c == 0x200E || c == 0x200F || c == 0x061C) {
            return isRightToLeft(before) || isRightToLeft(after);
        }
        return false;
    }

    /** Scripts whose letters change shape beside each other, where joiners mean something. */
    private static boolean isJoining(int c) {
        UnicodeScript script = UnicodeScript.of(c);
        return switch (script) {
            case ARABIC,
                    SYRIAC,
                    DEVANAGARI,
                    BENGALI,
                    GURMUKHI,
                    GUJARATI,
                    ORIYA,
                    TAMIL,
                    TELUGU,
                    KANNADA,
                    MALAYALAM,
                    SINHALA,
                    KHMER,
                    MYANMAR,
                    MONGOLIAN,
                    NKO,
                    TIBETAN,
                    THAI,
                    LAO -> true;
            case INHERITED -> Character.getType(c) == Character.NON_SPACING_MARK;
            default -> false;
        };
    }

    private static boolean isRightToLeft(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    private static boolean isEmoji(int c) {
        int type = Character.getType(c);
        return type == Character.OTHER_SYMBOL
                || (type == Character.MODIFIER_SYMBOL && c > 0x1F000)
                || c == 0xFE0F
                || c == 0x203C
                || c == 0x2194
                || (c >= 0x2190 && c <= 0x21FF);
    }

    /** Letters that a font is made of: mathematical, fullwidth, circled, small capitals. */
    private static boolean isDressedUp(int c) {
        if (c < 0x80 || (!Character.isLetterOrDigit(c) && Character.getType(c) != Character.OTHER_SYMBOL)) {
            return false;
        }
        if ((c >= 0x1D00 && c <= 0x1DBF) || (c >= 0x1F130 && c <= 0x1F189) || isTurned(c)) {
            return true;
        }
        String folded = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC);
        boolean plain = folded.length() <= 3
                && folded.chars().allMatch(f -> f < 0x80 && (Character.isLetterOrDigit(f) || f == '(' || f == ')'));
        boolean usual = c == 0xAA
                || c == 0xBA
                || c == 0xB2
                || c == 0xB3
                || c == 0xB9
                || (c >= 0x2070 && c <= 0x209F)
                || (c >= 0x2150 && c <= 0x218F)
                || (c >= 0x2460 && c <= 0x2473)
                || c == 0x2122
                || c == 0x2120
                || (c >= 0xFB00 && c <= 0xFB06)
                || (c >= 0x3300 && c <= 0x33FF);
        return plain && !usual;
    }

    /** Letters upside down; the alphabet of phonetics has them too, beside others. */
    private static boolean isTurned(int c) {
        return "\u0250\u0254\u01DD\u025F\u0265\u1D09\u027E\u029E\u026F\u0279\u0287\u028C\u028D\u028E".indexOf(c) >= 0;
    }

    private static boolean isLatin(int[] points, int i) {
        int before = i;
        while (before > 0 && Character.getType(points[before]) == Character.NON_SPACING_MARK) {
            before--;
        }
        return UnicodeScript.of(points[before]) == UnicodeScript.LATIN || !Character.isLetter(points[before]);
    }

    /** A word of Latin letters and their doubles from other scripts. */
    private static Optional<String> mixedWord(String text) {
        for (String word : text.split("[^\\p{L}]+", -1)) {
            boolean latin = word.chars().anyMatch(c -> c < 0x80);
            boolean doubles = word.codePoints().anyMatch(c -> c > 0x24F && Homoglyphs.plain(c) != c);
            boolean onlyDoubles = word.length() >= 4
                    && !latin
                    && word.codePoints().allMatch(c -> c > 0x24F && Homoglyphs.plain(c) != c);
            if ((latin && doubles && word.length() > 1)
                    || (onlyDoubles && !text.codePoints().anyMatch(TextRules::isOrdinaryForeign))) {
                return Optional.of(word);
            }
        }
        return Optional.empty();
    }

    private static boolean isOrdinaryForeign(int c) {
        UnicodeScript script = UnicodeScript.of(c);
        return (script == UnicodeScript.CYRILLIC || script == UnicodeScript.GREEK) && Homoglyphs.plain(c) == c;
    }

    private static List<ManifestFinding> encoded(String text, String place) {
        Optional<Integer> run = match(ESCAPED_RUN, text);
        if (run.isPresent()) {
            return List.of(finding(Kind.ENCODED, place, "has to be decoded to be read: ", excerpt(text, run.get())));
        }
        for (String reading : Disguises.decoded(text)) {
            if (isSentence(reading) || Orders.in(reading).isPresent()) {
                return List.of(finding(Kind.ENCODED, place, "says when decoded: ", excerpt(reading, 0)));
            }
        }
        if (Orders.in(text).isEmpty()) {
            for (String reading : Turned.readings(text)) {
                if (Orders.in(reading).isPresent() || Turned.becomesEnglish(text, reading)) {
                    return List.of(finding(Kind.ENCODED, place, "says when turned: ", excerpt(reading, 0)));
                }
            }
        }
        return leet(text, place);
    }

    private static List<ManifestFinding> leet(String text, String place) {
        Matcher words = LEET_WORD.matcher(text.toLowerCase(Locale.ROOT));
        int count = 0;
        while (words.find()) {
            boolean unit = words.group()
                    .matches("[a-z]{1,20}[0-9]{1,8}|[0-9]{1,10}[a-z]{1,3}|[0-9a-f]{6,}|[a-z]{1,6}[0-9]{1,3}[a-z]{0,6}");
            count += unit ? 0 : 1;
        }
        String read = text.replace('0', 'o')
                .replace('1', 'i')
                .replace('3', 'e')
                .replace('4', 'a')
                .replace('5', 's')
                .replace('7', 't')
                .replace('@', 'a')
                .replace('$', 's');
        boolean orders = !read.equals(text)
                && Orders.in(text).isEmpty()
                && Orders.in(read).isPresent();
        return count >= LEET_WORDS || orders
                ? List.of(finding(Kind.ENCODED, place, "writes letters as digits: ", excerpt(text, 0)))
                : List.of();
    }

    /** Words with blanks between them: what decodes to that was a text. */
    private static boolean isSentence(String reading) {
        Matcher words = PLAIN_WORD.matcher(reading);
        int letters = 0;
        int count = 0;
        while (words.find()) {
            letters += words.group().length();
            count++;
        }
        return count >= 4 && reading.length() >= 24 && letters * 10 >= reading.length() * 6;
    }

    static List<ManifestFinding> orders(String text, String place) {
        return Orders.in(text)
                .map(order ->
                        List.of(finding(Kind.ORDER, place, order.why() + ": ", excerpt(order.text(), order.at()))))
                .orElse(List.of());
    }

    private static ManifestFinding finding(Kind kind, String place, String what, String excerpt) {
        return new ManifestFinding(kind, place, what + excerpt);
    }

    private static Optional<Integer> match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.start()) : Optional.empty();
    }

    private static String excerpt(String text, int from) {
        int start = Math.max(0, Math.min(from, text.length()));
        return VisibleText.oneLine(text.substring(start, Math.min(text.length(), start + EXCERPT)));
    }
}
