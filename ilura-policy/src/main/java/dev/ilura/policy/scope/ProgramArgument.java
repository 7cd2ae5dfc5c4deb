package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.text.TextReadings;
import dev.ilura.text.UnclearValueException;
import dev.ilura.text.VisibleText;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A text that the server hands to a program as one argument: it must not become an option of that program, nor, where a
 * shell is in between, anything else than one plain word.
 */
public final class ProgramArgument implements Scope {
    /** The value would be an option or more than one word. */
    public static final String OUTSIDE = "ILR-POLICY-121";

    /** The text has no single reading. */
    public static final String UNCLEAR = "ILR-POLICY-122";

    private static final int MAX_LENGTH = 32_768;

    /** What a POSIX shell does not take as part of a plain word, wherever it stands. */
    private static final Pattern SHELL_SYNTAX =
            Pattern.compile("[;&|<>()$`\"'*?!\\[\\]\\\\\\s]|\\{[^{}]*(,|\\.\\.)|^[~#]|=~|:~|%[A-Za-z_][A-Za-z0-9_]*%");

    /** What git refuses in a name of a revision, or takes for a transport to run. */
    private static final Pattern NO_REVISION = Pattern.compile("[\\s\\\\*?\\[]|^[A-Za-z0-9+.-]+::|\\.lock$|^$");

    private final Sink sink;

    private ProgramArgument(Sink sink) {
        this.sink = sink;
    }

    /** For a program that is started without a shell. */
    public static ProgramArgument argv() {
        return new ProgramArgument(Sink.ARGV);
    }

    /** For a program that a shell starts. */
    public static ProgramArgument shellWord() {
        return new ProgramArgument(Sink.SHELL);
    }

    /** For git, as the name of a commit, a branch, or a range of them. */
    public static ProgramArgument revision() {
        return new ProgramArgument(Sink.REVISION);
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        if (!value.isString()) {
            return value.isNumber() && !value.raw().startsWith("-")
                    ? Finding.inside("is a number")
                    : Finding.unclear(UNCLEAR, "is no string");
        }
        String text = value.text();
        if (text.length() > MAX_LENGTH) {
            return Finding.outside(OUTSIDE, "is longer than " + MAX_LENGTH + " characters");
        }
        try {
            TextReadings.requireVisible(text);
        } catch (UnclearValueException e) {
            // the attack: a line feed or NUL that ends one command and starts another
            return Finding.unclear(UNCLEAR, e.why());
        }
        if (startsLikeAnOption(text)) {
            return Finding.outside(OUTSIDE, "would be taken for an option: " + shown(text));
        }
        if (sink == Sink.SHELL
                && SHELL_SYNTAX.matcher(TextReadings.plainPunctuation(text)).find()) {
            return Finding.outside(OUTSIDE, "means more than one plain word to a shell: " + shown(text));
        }
        if (sink == Sink.REVISION && NO_REVISION.matcher(text).find()) {
            return Finding.outside(OUTSIDE, "is no name of a revision: " + shown(text));
        }
        return Finding.inside("is a plain argument");
    }

    /** A dash, or what a program that trims or normalises takes for one. */
    private static boolean startsLikeAnOption(String text) {
        int at = 0;
        while (at < text.length()
                && (Character.isWhitespace(text.charAt(at)) || Character.isSpaceChar(text.charAt(at)))) {
            at++;
        }
        if (at == text.length()) {
            return false;
        }
        int first = text.codePointAt(at);
        return first == '-' || Character.getType(first) == Character.DASH_PUNCTUATION || first == 0x2212;
    }

    private static String shown(String text) {
        String visible = VisibleText.oneLine(text);
        return visible.length() <= 100 ? visible : visible.substring(0, 100) + "\u2026";
    }

    @Override
    public List<?> edges() {
        return List.of("main", "-x", "a;b", "a b");
    }

    @Override
    public String describe() {
        return switch (sink) {
            case ARGV -> "no option of a program";
            case SHELL -> "one plain word for a shell";
            case REVISION -> "a name of a revision";
        };
    }

    @Override
    public Map<String, ?> facts() {
        return Map.of("type", "argument", "sink", sink.name());
    }

    private enum Sink {
        ARGV,
        SHELL,
        REVISION
    }
}
