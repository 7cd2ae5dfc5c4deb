package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.internal.BoundedPattern;
import dev.ilura.policy.internal.BoundedPattern.TooCostlyException;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Texts: one of a list, of a pattern, or of a length. */
public final class TextScope implements Scope {
    /** The text is not one of the allowed. */
    public static final String OUTSIDE = "ILR-POLICY-151";

    /** The value is no text, or its pattern takes too long to check. */
    public static final String UNCLEAR = "ILR-POLICY-152";

    private static final int MAX_PATTERN_INPUT = 65_536;

    private final List<String> oneOf;
    private final String pattern;
    private final @Nullable BoundedPattern compiled;
    private final long maxLength;

    private TextScope(List<String> oneOf, String pattern, @Nullable BoundedPattern compiled, long maxLength) {
        this.oneOf = List.copyOf(oneOf);
        this.pattern = pattern;
        this.compiled = compiled;
        this.maxLength = maxLength;
    }

    /**
     * Exactly one of these, case counts.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TextScope oneOf(List<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("an enum needs a value");
        }
        return new TextScope(texts, "", null, Long.MAX_VALUE);
    }

    /**
     * The pattern (ECMA-262) is the whole text. A search that takes too long denies.
     *
     * @throws IllegalArgumentException if it is no pattern
     */
    public static TextScope matching(String pattern) {
        return new TextScope(List.of(), pattern, BoundedPattern.compile(pattern), MAX_PATTERN_INPUT);
    }

    /** At most this many characters (Unicode code points), none of them a control character but tab and line feeds. */
    public static TextScope atMost(long characters) {
        if (characters < 0) {
            throw new IllegalArgumentException("no text is shorter than nothing");
        }
        return new TextScope(List.of(), "", null, characters);
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        if (!value.isString()) {
            return Finding.unclear(UNCLEAR, "is no text");
        }
        String text = value.text();
        if (text.codePointCount(0, text.length()) > maxLength) {
            return Finding.outside(OUTSIDE, "is longer than " + maxLength + " characters");
        }
        if (!oneOf.isEmpty()) {
            return oneOf.contains(text)
                    ? Finding.inside("is " + text)
                    : Finding.outside(OUTSIDE, "is " + shown(text) + ", not one of " + oneOf);
        }
        return compiled == null ? plain(text) : matching(text, compiled);
    }

    private Finding plain(String text) {
        boolean control = text.chars().anyMatch(c -> (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F);
        return control
                ? Finding.unclear(UNCLEAR, "has a control character")
                : Finding.inside("has at most " + maxLength + " characters");
    }

    private Finding matching(String text, BoundedPattern wanted) {
        try {
            return wanted.matches(text)
                    ? Finding.inside("matches " + pattern)
                    : Finding.outside(OUTSIDE, "does not match " + pattern);
        } catch (TooCostlyException e) {
            return Finding.unclear(UNCLEAR, "takes too long to match with " + pattern);
        }
    }

    private static String shown(String text) {
        String visible = VisibleText.oneLine(text);
        return "\"" + (visible.length() <= 60 ? visible : visible.substring(0, 60) + "\u2026") + "\"";
    }

    @Override
    public List<?> edges() {
        List<String> edges = new ArrayList<>(oneOf);
        edges.addAll(List.of("", "a", "other", "a b"));
        if (maxLength < MAX_PATTERN_INPUT) {
            edges.addAll(List.of("a".repeat((int) maxLength), "a".repeat((int) maxLength + 1)));
        }
        return edges;
    }

    @Override
    public String describe() {
        if (!oneOf.isEmpty()) {
            return "one of " + oneOf;
        }
        return compiled == null ? "a text of at most " + maxLength + " characters" : "a text like " + pattern;
    }

    @Override
    public Map<String, ?> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("type", "text");
        facts.put("oneOf", oneOf);
        facts.put("pattern", pattern);
        facts.put("maxLength", Long.toString(maxLength));
        return facts;
    }
}
