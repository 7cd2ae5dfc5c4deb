package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.internal.Disguises;
import dev.ilura.policy.internal.SecretDetectors;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Values without a credential in them, plain or in one of the usual disguises (base64, hex, escapes, reversed, spaced
 * out, invisible characters in between). Detection is by shape: it finds what its issuers made to be found.
 */
public final class SecretScope implements Scope {
    /** There is a credential in the value. */
    public static final String OUTSIDE = "ILR-POLICY-171";

    private static final SecretScope INSTANCE = new SecretScope();

    private SecretScope() {}

    /** The scope; there is one. */
    public static SecretScope noCredential() {
        return INSTANCE;
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        Optional<String> found = find(value);
        return found.map(kind -> Finding.outside(OUTSIDE, "holds a credential: " + kind))
                .orElse(Finding.inside("holds no credential"));
    }

    private static Optional<String> find(JsonValue value) {
        return switch (value.kind()) {
            case STRING -> find(value.text());
            case NUMBER -> SecretDetectors.find(value.raw());
            case ARRAY ->
                value.elements().stream()
                        .map(SecretScope::find)
                        .flatMap(Optional::stream)
                        .findFirst();
            case OBJECT -> members(value);
            case BOOLEAN, NULL -> Optional.empty();
        };
    }

    /** A name and its value are also read together: {"password": "..."} says what neither half does. */
    private static Optional<String> members(JsonValue object) {
        StringBuilder together = new StringBuilder();
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
            JsonValue value = member.getValue();
            together.append(value.isString() ? value.text() : " ");
            Optional<String> found = find(member.getKey())
                    .or(() -> find(value))
                    .or(() -> value.isString()
                            ? SecretDetectors.find(member.getKey() + "=" + value.text())
                            : Optional.empty());
            if (found.isPresent()) {
                return found;
            }
        }
        // the attack: one half in the title, the other in the body
        return SecretDetectors.find(together.toString());
    }

    private static Optional<String> find(String text) {
        Optional<String> plain = SecretDetectors.find(text);
        if (plain.isPresent()) {
            return plain;
        }
        return Disguises.undone(text).stream()
                .map(SecretDetectors::find)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> Stream.concat(Disguises.turned(text).stream(), Disguises.guessed(text).stream())
                        .map(SecretDetectors::findMarked)
                        .flatMap(Optional::stream)
                        .findFirst())
                .map(kind -> kind + ", disguised");
    }

    @Override
    public boolean judgesElements() {
        return false;
    }

    @Override
    public String describe() {
        return "free of credentials";
    }

    @Override
    public Map<String, ?> facts() {
        return Map.of("type", "secret");
    }
}
