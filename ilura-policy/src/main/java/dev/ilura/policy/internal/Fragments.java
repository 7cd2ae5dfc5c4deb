package dev.ilura.policy.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts together what was cut into pieces. */
final class Fragments {
    private static final Pattern GROUPED = Pattern.compile(
            "(?<![^\\s\"'(=])[A-Za-z0-9+/_-]{2,8}([ .*|,:;~\u00B7-])(?:[A-Za-z0-9+/_]{2,8}\\1){3,200}[A-Za-z0-9+/_=]{1,10}");
    private static final Pattern PIECE = Pattern.compile("[A-Za-z0-9_-]{8,120}");
    private static final int MOST_PIECES = 4;

    private Fragments() {}

    /** Runs of groups of one length with one separator between them, joined. Words of a sentence have many lengths. */
    static List<String> groups(String text) {
        List<String> joined = new ArrayList<>();
        Matcher matcher = GROUPED.matcher(text);
        while (matcher.find() && joined.size() < 16) {
            String[] groups = matcher.group().split(Pattern.quote(matcher.group(1)), -1);
            boolean even = true;
            for (int i = 0; i < groups.length - 1; i++) {
                even &= groups[i].length() == groups[0].length();
            }
            if (even && groups[groups.length - 1].length() <= groups[0].length() + 2) {
                joined.add(String.join("", groups));
            }
        }
        return joined;
    }

    /** The few pieces of a text that look like no word, joined in their order. */
    static Optional<String> halves(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = PIECE.matcher(text);
        while (matcher.find()) {
            String piece = matcher.group();
            if (piece.chars().anyMatch(Character::isDigit) && piece.chars().anyMatch(Character::isLetter)) {
                pieces.add(piece);
            }
            if (pieces.size() > MOST_PIECES) {
                return Optional.empty();
            }
        }
        return pieces.size() < 2 ? Optional.empty() : Optional.of(String.join("", pieces));
    }
}
