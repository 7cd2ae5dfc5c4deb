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
        return new BoundedPattern(Pattern.compile(new Translation(ecma).toJava()));
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

    /** From ECMA-262 to Java, where they differ. */
    private static final class Translation {
        /** Letters that mean the same after a backslash in both. */
        private static final String SHARED_ESCAPES = "bBdDwWsStnrfvcxukpP";

        private final String ecma;
        private final StringBuilder java = new StringBuilder();
        private int at;

        Translation(String ecma) {
            this.ecma = ecma;
        }

        String toJava() {
            boolean inClass = false;
            while (at < ecma.length()) {
                char c = ecma.charAt(at++);
                if (c == '\\') {
                    escape();
                } else if (inClass) {
                    inClass = c != ']';
                    java.append(c == '[' || c == '&' || c == '~' ? "\\" + c : String.valueOf(c));
                } else if (c == '[') {
                    inClass = true;
                    startClass();
                } else if (c == '$') {
                    // the attack: Java's $ also matches before a line feed at the end
                    java.append("\\z");
                } else {
                    java.append(c);
                }
            }
            return java.toString();
        }

        private void startClass() {
            java.append('[');
            if (at < ecma.length() && ecma.charAt(at) == '^') {
                java.append('^');
                at++;
            }
            if (at < ecma.length() && ecma.charAt(at) == ']') {
                throw new IllegalArgumentException("an empty character class");
            }
        }

        private void escape() {
            if (at == ecma.length()) {
                throw new IllegalArgumentException("a pattern that ends in a backslash");
            }
            char c = ecma.charAt(at++);
            if (c == 'u' && at < ecma.length() && ecma.charAt(at) == '{') {
                java.append("\\x");
            } else if (c == 'v') {
                java.append("\\x0B");
            } else if (Character.isLetter(c) && SHARED_ESCAPES.indexOf(c) < 0) {
                throw new IllegalArgumentException("the escape \\" + c + ", which means something else elsewhere");
            } else {
                java.append('\\').append(c);
            }
        }
    }
}
