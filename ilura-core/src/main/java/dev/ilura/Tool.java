package dev.ilura;

import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import java.util.Optional;

/**
 * One tool as its server describes it. The description is untrusted text; the {@link #digest()} is what approvals, pins
 * and records hold on to.
 */
public final class Tool {
    private final String name;
    private final JsonValue json;
    private final String digest;

    private Tool(String name, JsonValue json, String digest) {
        this.name = name;
        this.json = json;
        this.digest = digest;
    }

    /**
     * Reads one entry of a {@code tools/list} result.
     *
     * @throws IllegalArgumentException if the entry is no object or its {@code name} is not a string
     */
    public static Tool of(JsonValue json) {
        String name = json.member("name")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElseThrow(() -> new IllegalArgumentException("a tool needs a string member \"name\""));
        return named(name, json);
    }

    /**
     * Something else of a server that can be asked for, a prompt or a resource, under the name that rules and records
     * use for it, for example {@code @resource:file:///srv/a.md}.
     */
    public static Tool named(String name, JsonValue json) {
        return new Tool(name, json, Digests.sha256Hex(CanonicalJson.of(json)));
    }

    /** The server's own name for it, without the server. */
    public String name() {
        return name;
    }

    /** What it says it does; untrusted. */
    public Optional<String> description() {
        return json.member("description").filter(JsonValue::isString).map(JsonValue::text);
    }

    /** The JSON Schema of its arguments, if it is an object. */
    public Optional<JsonValue> inputSchema() {
        return json.member("inputSchema").filter(JsonValue::isObject);
    }

    /** The whole entry, unknown members included. */
    public JsonValue json() {
        return json;
    }

    /** SHA-256 (hex) over the canonical form of every member of the entry: any change of meaning changes it. */
    public String digest() {
        return digest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tool tool && digest.equals(tool.digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return name + "@" + digest.substring(0, 12);
    }
}
