package dev.ilura.policy.manifest;

import dev.ilura.policy.internal.Disguises;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A text read backwards, letter by letter or word by word, or half an alphabet on. */
final class Turned {
    /** Without some of these nobody writes a sentence; the letters of none of them, turned, are another. */
    private static final Set<String> USUAL = Set.of(
            "the", "of", "and", "to", "in", "is", "for", "this", "that", "with", "as", "be", "by", "on", "it", "from",
            "are", "or", "any", "you", "not", "every", "when");

    private static final int WINDOW = 9;

    private Turned() {}

    @SuppressWarnings("StringSplitter") // an empty text has one empty word here, and that is as good as none
    static List<String> readings(String text) {
        List<String> readings = new ArrayList<>(Disguises.turned(text));
        StringBuilder words = new StringBuilder(text.length());
        for (String word : text.split("(?<=\\s)|(?=\\s)")) {
            words.append(new StringBuilder(word).reverse());
        }
        readings.add(words.toString());
        return readings;
    }

    /** Whether a stretch of words that is no English becomes English when it is turned. */
    static boolean becomesEnglish(String text, String reading) {
        String[] before = words(text);
        String[] after = words(reading);
        if (before.length < WINDOW || after.length != before.length) {
            return false;
        }
        boolean backwards = new StringBuilder(text).reverse().toString().equals(reading);
        for (int start = 0; start + WINDOW <= after.length; start++) {
            int end = start + WINDOW;
            int mirrored = backwards ? before.length - end : start;
            if (usual(after, start, end) >= 3 && usual(before, mirrored, mirrored + WINDOW) == 0) {
                return true;
            }
        }
        return false;
    }

    private static String[] words(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toArray(String[]::new);
    }

    private static long usual(String[] words, int from, int to) {
        return Arrays.stream(words, from, to)
                .map(word -> word.replaceAll("[^a-z]", ""))
                .filter(USUAL::contains)
                .distinct()
                .count();
    }
}
