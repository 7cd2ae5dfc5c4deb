package dev.ilura.policy.internal;

import java.util.regex.Pattern;

/**
 * A regular expression as JSON Schema writes it (ECMA-262), with a bound on the work one search may take. The attack: a
 * pattern that needs exponential time on a text made for it.
 */
public final class BoundedPattern {
    /** Characters looked at in one search, about 10 ms. */
    private static final int MAX_STEPS = 1_000_000;

    private static final int MAX_LENGTH = 4096;

    private final Pattern pattern;

    private BoundedPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it is no pattern, or means something else in Java than in ECMA-262
     */
    public static BoundedPattern compile(String ecma) {
        if (ecma.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a pattern longer than " + MAX_LENGTH + " characters");
        }
        return new BoundedPattern(Pattern.compile(EcmaPattern.toJava(ecma)));
    }

    /**
     * Whether it occurs in the text.
     *
     * @throws TooCostlyException if the search takes too long; the answer is then unknown
     */
    public boolean find(CharSequence text) throws TooCostlyException {
        return search(text, false);
    }

    /** Whether it is the whole text; otherwise as {@link #find}. */
    public boolean matches(CharSequence text) throws TooCostlyException {
        return search(text, true);
    }

    private boolean search(CharSequence text, boolean whole) throws TooCostlyException {
        Metered metered = new Metered(text, 0, text.length(), new Budget());
        try {
            return whole
                    ? pattern.matcher(metered).matches()
                    : pattern.matcher(metered).find();
        } catch (ExhaustedException | StackOverflowError tooMuch) {
            throw new TooCostlyException();
        }
    }

    /** The search was given up. */
    public static final class TooCostlyException extends Exception {
        private static final long serialVersionUID = 1L;

        TooCostlyException() {
            super("the pattern takes too long on this text", null, false, false);
        }
    }

    private static final class ExhaustedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ExhaustedException() {
            super(null, null, false, false);
        }
    }

    /** What is left of the work one search may take. */
    private static final class Budget {
        private int left = MAX_STEPS;

        void spend() {
            if (--left < 0) {
                throw new ExhaustedException();
            }
        }
    }

    /** A text that counts how often it is looked at, in all its parts together. */
    private record Metered(CharSequence text, int start, int end, Budget budget) implements CharSequence {
        @Override
        public char charAt(int index) {
            budget.spend();
            return text.charAt(start + index);
        }

        @Override
        public int length() {
            return end - start;
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return new Metered(text, start + from, start + to, budget);
        }

        @Override
        public String toString() {
            return text.subSequence(start, end).toString();
        }
    }
}
