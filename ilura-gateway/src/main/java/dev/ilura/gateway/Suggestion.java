package dev.ilura.gateway;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What somebody who wrote an unknown name may have meant. */
final class Suggestion {
    private Suggestion() {}

    /** One sentence: the nearest known name, or all known names, or that the key has to go. */
    static String instead(String written, Collection<String> known) {
        return nearest(written, known)
                .map(name -> "Did you mean \"" + name + "\"?")
                .orElseGet(() -> known.isEmpty()
                        ? "Remove it."
                        : "Known here: " + known.stream().sorted().collect(Collectors.joining(", ")) + ".");
    }

    /** The known name that differs in at most a third of its letters, the nearest first. */
    static Optional<String> nearest(String written, Collection<String> known) {
        String wanted = plain(written);
        return known.stream()
                .filter(name ->
                        distance(wanted, plain(name)) <= Math.max(1, Math.min(wanted.length(), name.length()) / 3))
                .min(Comparator.<String>comparingInt(name -> distance(wanted, plain(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** Edits (insert, delete, replace, swap of neighbours) between two names. */
    private static int distance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : cheapest(edits, a, b, i, j);
            }
        }
        return edits[a.length()][b.length()];
    }

    private static int cheapest(int[][] edits, String a, String b, int i, int j) {
        int replace = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replace, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
    }
}
