package dev.ilura.policy;

import dev.ilura.json.JsonValue;
import dev.ilura.text.Hidden;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What arguments may look like, whatever tool they are for: bounded, and without text that is read in two ways. */
final class ArgumentShape {
    /** An object, array or string is larger than its limit. */
    static final String TOO_LARGE = "ILR-POLICY-014";

    /** A key is one that some programs take for an instruction, is empty, or has characters nobody sees. */
    static final String KEY = "ILR-POLICY-013";

    /** A string holds NUL, or characters that reorder what a reader sees. */
    static final String TEXT = "ILR-POLICY-015";

    /** Keys that change an object's nature in JavaScript: the attack is prototype pollution of the server. */
    private static final List<String> FORBIDDEN_KEYS = List.of("__proto__", "constructor", "prototype");

    private final ArgumentLimits limits;

    ArgumentShape(ArgumentLimits limits) {
        this.limits = limits;
    }

    /** What is wrong, if anything. */
    Optional<Fault> check(JsonValue value) {
        return switch (value.kind()) {
            case OBJECT -> object(value.members());
            case ARRAY -> array(value.elements());
            case STRING -> string(value);
            case NUMBER, BOOLEAN, NULL -> Optional.empty();
        };
    }

    private Optional<Fault> object(Map<String, JsonValue> members) {
        if (members.size() > limits.keys()) {
            return fault(TOO_LARGE, "an object has " + members.size() + " keys, more than " + limits.keys());
        }
        if (LookAlikes.hasTwins(members.keySet())) {
            return fault(KEY, "an object has two keys that differ only in how their letters are encoded");
        }
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
            Optional<Fault> fault = key(member.getKey()).or(() -> check(member.getValue()));
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private Optional<Fault> array(List<JsonValue> elements) {
        if (elements.size() > limits.elements()) {
            return fault(TOO_LARGE, "an array has " + elements.size() + " elements, more than " + limits.elements());
        }
        for (JsonValue element : elements) {
            Optional<Fault> fault = check(element);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private static Optional<Fault> key(String key) {
        if (key.isEmpty()) {
            return fault(KEY, "an object has an empty key");
        }
        if (FORBIDDEN_KEYS.contains(key)) {
            return fault(KEY, "the key \"" + key + "\" is one that some programs take for an instruction");
        }
        return key.codePoints().anyMatch(Hidden::isHidden)
                ? fault(KEY, "the key " + LookAlikes.shown(key) + " has characters that nobody sees")
                : Optional.empty();
    }

    private Optional<Fault> string(JsonValue value) {
        String raw = value.raw();
        if (raw.length() - 2 > limits.characters() && value.text().length() > limits.characters()) {
            return fault(TOO_LARGE, "a string is longer than " + limits.characters() + " characters");
        }
        if (isPlain(raw)) {
            return Optional.empty();
        }
        return value.text().chars().anyMatch(ArgumentShape::misleads)
                ? fault(TEXT, "a string holds NUL or characters that reorder what a reader sees")
                : Optional.empty();
    }

    /** Most strings need no unescaping to be known harmless. */
    private static boolean isPlain(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c >= 0x2000 || (c == '\\' && raw.charAt(i + 1) == 'u')) {
                return false;
            }
        }
        return true;
    }

    /** The attacks: a NUL that ends the text for the program behind, bidirectional overrides ("Trojan Source"). */
    private static boolean misleads(int c) {
        return c == 0 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    }

    private static Optional<Fault> fault(String code, String what) {
        return Optional.of(new Fault(code, what));
    }

    /** One thing that is wrong. */
    record Fault(String code, String what) {}
}
