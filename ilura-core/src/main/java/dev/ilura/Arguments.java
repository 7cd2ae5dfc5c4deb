package dev.ilura;

import dev.ilura.json.Digests;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of one call: an immutable view over exactly the bytes that will be written to the server. What is
 * judged, shown, approved and recorded is read from these bytes.
 */
public final class Arguments {
    private static final Arguments EMPTY = new Arguments(JsonValue.parse("{}"));

    private final JsonValue json;
    private final String sha256;

    private Arguments(JsonValue json) {
        this.json = json;
        this.sha256 = Digests.sha256Hex(json.bytes());
    }

    /** No arguments: {@code {}}. */
    public static Arguments empty() {
        return EMPTY;
    }

    /**
     * The arguments that a frame holds.
     *
     * @throws IllegalArgumentException if the value is no object
     * @throws dev.ilura.json.MalformedJsonException if it is beyond {@link JsonLimits#ARGUMENTS}
     */
    public static Arguments of(JsonValue object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("arguments must be a JSON object, not " + object.kind());
        }
        return new Arguments(JsonValue.parse(object.bytes(), JsonLimits.ARGUMENTS));
    }

    /**
     * Writes a map as JSON, once; these bytes are then the arguments.
     *
     * @throws dev.ilura.json.MalformedJsonException if the map holds what strict JSON cannot (a lone surrogate, NaN, too
     *     deep, too long)
     */
    public static Arguments of(Map<String, ?> map) {
        return new Arguments(JsonValue.parse(JsonWriter.write(map), JsonLimits.ARGUMENTS));
    }

    /** The arguments as a JSON object. */
    public JsonValue json() {
        return json;
    }

    /** The value at an RFC 6901 pointer, for example {@code /path} or {@code /edits/0/oldText}. */
    public Optional<JsonValue> at(String pointer) {
        return json.at(pointer);
    }

    /** A copy of the exact bytes. */
    public byte[] bytes() {
        return json.bytes();
    }

    /** SHA-256 (hex) of the exact bytes. */
    public String sha256() {
        return sha256;
    }

    /**
     * These arguments with one string replaced. Only its span changes; every other byte stays.
     *
     * @throws IllegalArgumentException if the pointer names no string
     */
    public Arguments with(Decision.Rewrite rewrite) {
        JsonValue old = at(rewrite.pointer())
                .filter(JsonValue::isString)
                .orElseThrow(() -> new IllegalArgumentException("no string at " + rewrite.pointer()));
        if (old.text().equals(rewrite.value())) {
            return this;
        }
        return new Arguments(
                JsonValue.parse(json.splice(old, JsonWriter.string(rewrite.value())), JsonLimits.ARGUMENTS));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Arguments arguments && sha256.equals(arguments.sha256);
    }

    @Override
    public int hashCode() {
        return sha256.hashCode();
    }

    /** Size and digest, never the content. */
    @Override
    public String toString() {
        return "Arguments[" + json.length() + " bytes, sha256=" + sha256.substring(0, 12) + "]";
    }
}
