package dev.ilura.approval.internal;

import dev.ilura.text.VisibleText;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/**
 * What counts as a reason from lane high on: long enough to say something, and not what was typed the last times. The
 * attack is habit: a person who pastes the same words does not look any more. Thread-safe.
 */
public final class TypedReasons {
    /** Characters that are no space. */
    public static final int MIN_LENGTH = 10;

    /** Characters in all; more is pasted, not typed. */
    public static final int MAX_LENGTH = 1_000;

    private static final int REMEMBERED = 5;

    private final Deque<String> recent = new ArrayDeque<>();

    /**
     * Takes a reason, which then counts as used.
     *
     * @return why it is none, one sentence for the person who typed it; empty if it was taken
     */
    public synchronized Optional<String> take(String typed) {
        String words = normal(typed);
        if (words.codePoints().filter(c -> c != ' ').count() < MIN_LENGTH) {
            return Optional.of("A reason has at least " + MIN_LENGTH + " characters that are no spaces.");
        }
        if (typed.length() > MAX_LENGTH) {
            return Optional.of("A reason has at most " + MAX_LENGTH + " characters.");
        }
        if (recent.contains(words)) {
            return Optional.of(
                    "This was one of the last " + REMEMBERED + " reasons; say what is special about this call.");
        }
        recent.addLast(words);
        if (recent.size() > REMEMBERED) {
            recent.removeFirst();
        }
        return Optional.empty();
    }

    /** The form that is kept: one line, with whatever cannot be seen made visible. */
    public static String kept(String typed) {
        return VisibleText.oneLine(typed.strip());
    }

    /** Letter case and spacing do not make another reason, and characters that cannot be seen do not fill one. */
    private static String normal(String typed) {
        StringBuilder seen = new StringBuilder(typed.length());
        typed.codePoints()
                .filter(c -> Character.isWhitespace(c) || VisibleText.isPlain(c))
                .forEach(seen::appendCodePoint);
        return seen.toString().strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }
}
