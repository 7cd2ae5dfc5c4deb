package dev.ilura.policy.manifest;

import dev.ilura.json.JsonValue;
import dev.ilura.policy.manifest.ManifestFinding.Kind;
import dev.ilura.text.VisibleText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Sentences where a value belongs. Nobody reads the members of an enumeration or a default value, but a model does; so
 * what addresses a reader from there is suspect, however it is worded.
 */
final class SentenceRules {
    private static final Set<String> VALUES =
            Set.of("enum", "default", "const", "examples", "example", "$comment", "errorMessage", "_meta", "title");
    private static final Pattern ADDRESSES = Pattern.compile(
            "\\b(you|your|yours|yourself|the (user|model|assistant|agent|person|human|reader)('s)?|this (tool|server|step|action|text|description)|(every|all|any|each|other) (other )?tools?|must|never|always|do not|don't|before (using|calling|any|every|each|first)|prior to|whenever|secretly)\\b");
    private static final int SHORTEST = 7;

    private SentenceRules() {}

    static Optional<ManifestFinding> inspect(String key, JsonValue value, String place) {
        return VALUES.contains(key) ? sentenceIn(value, place) : Optional.empty();
    }

    private static Optional<ManifestFinding> sentenceIn(JsonValue value, String place) {
        if (value.isString()) {
            return isSentence(value.text())
                    ? Optional.of(new ManifestFinding(
                            Kind.ORDER, place, "speaks to its reader where a value belongs: " + shown(value.text())))
                    : Optional.empty();
        }
        List<JsonValue> inner = value.isArray()
                ? value.elements()
                : value.isObject() ? List.copyOf(value.members().values()) : List.of();
        return inner.stream()
                .map(element -> sentenceIn(element, place))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static boolean isSentence(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.split("\\s+").length >= SHORTEST
                && ADDRESSES.matcher(lower).find();
    }

    private static String shown(String text) {
        return VisibleText.oneLine(text.length() > 120 ? text.substring(0, 120) + "..." : text);
    }
}
