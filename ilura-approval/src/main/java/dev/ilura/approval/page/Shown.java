package dev.ilura.approval.page;

import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Text as the page gets it: runs of characters that can be seen as themselves, and between them the code points of those
 * that cannot. The page draws the latter as marks, which no text can imitate, and the browser never gets the character.
 */
final class Shown {
    private Shown() {}

    /** Strings, and {@code {"e":"202E"}} for what cannot be seen; line feeds count as visible. */
    static List<Object> of(String text) {
        List<Object> parts = new ArrayList<>();
        StringBuilder run = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\n' || VisibleText.isPlain(c)) {
                run.appendCodePoint(c);
            } else {
                if (!run.isEmpty()) {
                    parts.add(run.toString());
                    run.setLength(0);
                }
                parts.add(mark(c));
            }
        });
        if (!run.isEmpty()) {
            parts.add(run.toString());
        }
        return parts;
    }

    /** The mark for one character. */
    static Map<String, String> mark(int c) {
        return Map.of("e", String.format(Locale.ROOT, "%04X", c));
    }

    /** How many characters would not be seen as themselves. */
    static long hidden(String text) {
        return text.codePoints()
                .filter(c -> c != '\n' && c != '\t' && !VisibleText.isPlain(c))
                .count();
    }
}
