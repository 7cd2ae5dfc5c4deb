package dev.ilura.policy;

import dev.ilura.text.VisibleText;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names of arguments that a careless reader takes for one another. */
final class LookAlikes {
    private LookAlikes() {}

    /** Whether a name is not the wanted one, but would be if case, separators and invisible characters did not count. */
    static boolean imitates(String name, String wanted) {
        if (name.equals(wanted)) {
            return false;
        }
        return (isPlain(name) && isPlain(wanted))
                ? sameLetters(name, wanted)
                : fold(name).equals(fold(wanted));
    }

    /** Whether two names are one after normalisation; case counts, as it does in JSON. */
    static boolean hasTwins(Set<String> names) {
        if (names.stream().allMatch(LookAlikes::isPlain)) {
            return false;
        }
        Set<String> normal = new HashSet<>();
        return !names.stream().allMatch(name -> normal.add(Normalizer.normalize(name, Normalizer.Form.NFKC)));
    }

    /** On the way of every call, so without a copy. */
    private static boolean sameLetters(String one, String other) {
        int i = 0;
        int j = 0;
        while (true) {
            i = nextLetter(one, i);
            j = nextLetter(other, j);
            if (i == one.length() || j == other.length()) {
                return i == one.length() && j == other.length();
            }
            if (Character.toLowerCase(one.charAt(i++)) != Character.toLowerCase(other.charAt(j++))) {
                return false;
            }
        }
    }

    private static int nextLetter(String text, int from) {
        int at = from;
        while (at < text.length() && !Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static String shown(String name) {
        return "\"" + VisibleText.oneLine(name.length() > 60 ? name.substring(0, 60) + "..." : name) + "\"";
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < 0x20 || c >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static String fold(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFKC);
        StringBuilder folded = new StringBuilder(plain.length());
        plain.toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(Character::isLetterOrDigit)
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }
}
