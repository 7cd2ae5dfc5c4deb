package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Command lines of given beginnings, in plain words: {@code "git status"} admits {@code git status --short}, but nothing
 * that a shell would do more with than split it at blanks.
 */
public final class CommandScope implements Scope {
    /** The command is not one of those. */
    public static final String OUTSIDE = "ILR-POLICY-131";

    /** The line means something to a shell beyond its words. */
    public static final String UNCLEAR = "ILR-POLICY-132";

    private static final Pattern PLAIN_LINE = Pattern.compile("[A-Za-z0-9_@%+=:,./^-]+( [A-Za-z0-9_@%+=:,./^-]+)*");

    private final List<String> beginnings;

    private CommandScope(List<String> beginnings) {
        this.beginnings = List.copyOf(beginnings);
    }

    /**
     * Only commands that begin with these words.
     *
     * @throws IllegalArgumentException if there is none, or one is not in plain words
     */
    public static CommandScope startingWith(List<String> beginnings) {
        if (beginnings.isEmpty()) {
            throw new IllegalArgumentException("a command scope needs the beginning of a command");
        }
        for (String beginning : beginnings) {
            if (!PLAIN_LINE.matcher(beginning).matches()) {
                throw new IllegalArgumentException("not in plain words: " + VisibleText.oneLine(beginning));
            }
        }
        return new CommandScope(beginnings);
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        if (!value.isString()) {
            return Finding.unclear(UNCLEAR, "is no string, so it is no command line");
        }
        String line = value.text();
        if (!PLAIN_LINE.matcher(line).matches()) {
            return Finding.unclear(UNCLEAR, "means more to a shell than its words");
        }
        boolean known =
                beginnings.stream().anyMatch(beginning -> line.equals(beginning) || line.startsWith(beginning + " "));
        return known
                ? Finding.inside("is a known command")
                : Finding.outside(OUTSIDE, "runs " + line.split(" ", 2)[0] + ", which is not one of " + beginnings);
    }

    @Override
    public List<?> edges() {
        List<String> edges = new ArrayList<>(List.of("rm -rf x", "id"));
        beginnings.forEach(beginning -> edges.addAll(List.of(beginning, beginning + " x", beginning + "; id")));
        return edges;
    }

    @Override
    public String describe() {
        return "a command that begins with " + beginnings;
    }

    @Override
    public Map<String, ?> facts() {
        return Map.of("type", "command", "beginnings", beginnings);
    }
}
