package dev.ilura.policy.scope;

import dev.ilura.text.TextReadings;
import dev.ilura.text.UnclearValueException;
import java.util.List;
import java.util.regex.Pattern;

/** Refuses texts that one program takes for this path and another for that. */
final class PathText {
    private static final int MAX_PATH = 4096;
    private static final int MAX_NAME = 255;
    private static final Pattern SCHEME = Pattern.compile("(?i)[a-z][a-z0-9+.-]+:[\\\\/]|file:|data:");
    private static final Pattern EXPANDED = Pattern.compile("~|\\$[A-Za-z_{(]|%[A-Za-z_]+%|`");
    private static final Pattern ESCAPE = Pattern.compile(
            "(?i)%u[0-9a-f]{4}|\\\\u[0-9a-f]{4}|\\\\x[0-9a-f]{2}|\\\\[0-7]{3}|&#x?[0-9a-f]+;|&(period|sol|bsol);");
    private static final Pattern NEARLY_DOT_DOT =
            Pattern.compile("\\.\\.;.*|[^\\p{L}\\p{N}]*\\.\\.[^\\p{L}\\p{N}]*|.*\\{[^}]*,?\\.\\.");

    private PathText() {}

    static void check(String text, PathDialect dialect) throws UnclearValueException {
        if (text.isBlank()) {
            throw new UnclearValueException("is empty");
        }
        if (text.length() > MAX_PATH) {
            throw new UnclearValueException("is longer than " + MAX_PATH + " characters");
        }
        TextReadings.requireVisible(text);
        if (Character.isWhitespace(text.charAt(0)) || Character.isSpaceChar(text.charAt(0))) {
            throw new UnclearValueException("starts with a blank, which some programs drop");
        }
        if (EXPANDED.matcher(text).lookingAt()) {
            throw new UnclearValueException("starts with what a shell would expand");
        }
        if (SCHEME.matcher(text).lookingAt()) {
            throw new UnclearValueException("looks like a URL");
        }
        dialect.check(text);
        for (String segment : dialect.segments(text)) {
            checkName(segment, dialect);
        }
        String decoded = TextReadings.percentDecoded(text);
        requireOneStructure(text, decoded, "percent escapes", dialect);
        requireOneStructure(text, TextReadings.plainPunctuation(decoded), "look-alikes of '/' or '.'", dialect);
        if (ESCAPE.matcher(text).find()) {
            throw new UnclearValueException("has an escape that some programs undo");
        }
    }

    private static void checkName(String segment, PathDialect dialect) throws UnclearValueException {
        if (segment.length() > MAX_NAME) {
            throw new UnclearValueException("has a name longer than " + MAX_NAME + " characters");
        }
        if (segment.equals("..")) {
            return;
        }
        if (NEARLY_DOT_DOT.matcher(segment).matches()) {
            throw new UnclearValueException("has a name that some programs shorten or expand to '..'");
        }
        // the attack: a filter that removes "../" once turns "....//" into "../"
        if (segment.length() > 2 && segment.chars().allMatch(c -> c == '.')) {
            throw new UnclearValueException("has a name of dots only");
        }
        dialect.checkSegment(segment);
    }

    /** The attack: a path that gains a separator or a {@code ..} when somebody decodes it once more. */
    private static void requireOneStructure(String text, String reading, String cause, PathDialect dialect)
            throws UnclearValueException {
        if (reading.equals(text)) {
            return;
        }
        boolean same = skeleton(text).equals(skeleton(reading));
        if (!same || reading.chars().anyMatch(c -> c < 0x20 || c == 0x7F)) {
            throw new UnclearValueException("reads differently once its " + cause + " are undone");
        }
        for (String segment : dialect.segments(reading)) {
            checkName(segment, dialect);
        }
    }

    /** The separators and dot names of a text, which decide where it leads. */
    private static List<String> skeleton(String text) {
        return List.of(text.split("(?<=[\\\\/])|(?=[\\\\/])")).stream()
                .map(part -> part.equals("/") || part.equals("\\") || part.equals(".") || part.equals("..") ? part : "")
                .toList();
    }
}
