package dev.ilura.policy.internal;

import java.util.regex.Pattern;

/** A pattern as ECMA-262 writes it, from its beginning to its end, in the words of Java where the two differ. */
final class EcmaPattern {
    /** Letters that mean the same after a backslash in both. */
    private static final String SHARED_ESCAPES = "bBdDwWtnrfcxuk";

    /** White space and line ends of ECMA-262, which are more than those of Java. */
    private static final String BLANK =
            "\\t\\n\\x0B\\f\\r\\x20\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000\\uFEFF";

    private static final Pattern QUANTIFIER = Pattern.compile("\\{[0-9]+(,[0-9]*)?\\}");

    private final String ecma;
    private final StringBuilder java = new StringBuilder();
    private int at;
    private boolean inClass;

    private EcmaPattern(String ecma) {
        this.ecma = ecma;
    }

    /**
     * The same for Java.
     *
     * @throws IllegalArgumentException if it is no pattern, or nobody here knows what it means
     */
    static String toJava(String ecma) {
        return new EcmaPattern(ecma).translated();
    }

    private String translated() {
        while (at < ecma.length()) {
            char c = ecma.charAt(at++);
            if (c == '\\') {
                escape();
            } else if (inClass) {
                inClass = c != ']';
                java.append(c == '[' || c == '&' || c == '~' ? "\\" + c : String.valueOf(c));
            } else if (c == '[') {
                startClass();
            } else if (c == '$') {
                // the attack: Java's $ also matches before a line feed at the end
                java.append("\\z");
            } else if (c == '{' && !isQuantifier()) {
                java.append("\\{");
            } else {
                java.append(c);
            }
        }
        return java.toString();
    }

    private boolean isQuantifier() {
        return at > 1 && QUANTIFIER.matcher(ecma).region(at - 1, ecma.length()).lookingAt();
    }

    private void startClass() {
        if (ecma.startsWith("^]", at)) {
            java.append("[\\s\\S]");
            at += 2;
        } else if (ecma.startsWith("]", at)) {
            java.append("(?!)");
            at++;
        } else {
            inClass = true;
            java.append('[');
            if (ecma.startsWith("^", at)) {
                java.append('^');
                at++;
            }
        }
    }

    private void escape() {
        if (at == ecma.length()) {
            throw new IllegalArgumentException("a pattern that ends in a backslash");
        }
        char c = ecma.charAt(at++);
        switch (c) {
            case 'u' -> codePoint();
            case 'v' -> java.append("\\x0B");
            case '0' -> nul();
            case 's' -> java.append(inClass ? BLANK : "[" + BLANK + "]");
            // a class in a class that is not everything else: Java joins them
            case 'S' -> java.append("[^").append(BLANK).append(']');
            case 'p', 'P' -> property(c);
            default -> plain(c);
        }
    }

    private void codePoint() {
        if (ecma.startsWith("{", at)) {
            java.append("\\x{");
            at++;
        } else {
            java.append("\\u");
        }
    }

    private void plain(char c) {
        if (Character.isLetter(c) && SHARED_ESCAPES.indexOf(c) < 0) {
            throw new IllegalArgumentException("the escape \\" + c + ", which means something else elsewhere");
        }
        java.append('\\').append(c);
    }

    /** Java reads what follows as octal digits; ECMA-262 has none. */
    private void nul() {
        if (at < ecma.length() && Character.isDigit(ecma.charAt(at))) {
            throw new IllegalArgumentException("an octal escape");
        }
        java.append("\\x00");
    }

    private void property(char c) {
        int end = ecma.startsWith("{", at) ? ecma.indexOf('}', at) : -1;
        if (end < 0) {
            throw new IllegalArgumentException("the escape \\" + c + " without a property");
        }
        String members = UnicodeProperties.members(ecma.substring(at + 1, end));
        at = end + 1;
        java.append(c == 'P' ? "[^" : "[").append(members).append(']');
    }
}
