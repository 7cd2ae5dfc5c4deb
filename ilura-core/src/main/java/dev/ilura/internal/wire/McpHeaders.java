package dev.ilura.internal.wire;

import dev.ilura.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The HTTP headers in which 2026-07-28 repeats parts of a request. The body is what counts; a header that says something
 * else is an attack on whoever decides by headers, and is refused.
 */
public final class McpHeaders {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern PLAIN = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e\\t]*[\\x21-\\x7e])?");
    private static final String ENCODED = "=?base64?";
    private static final String ENCODED_END = "?=";
    private static final Set<String> PRIMITIVES = Set.of("string", "integer", "boolean");
    private static final int DEEPEST = 16;

    private McpHeaders() {}

    /**
     * An argument that is repeated in a header.
     *
     * @param header its whole name
     * @param pointer where the arguments have it
     */
    public record Param(String header, String pointer) {}

    /**
     * The arguments that a tool wants repeated; empty if its schema says it in a way that is not allowed: then no client may
     * offer the tool.
     */
    public static Optional<List<Param>> paramsOf(Optional<JsonValue> schema) {
        if (schema.filter(each -> each.raw().contains("x-mcp-header")).isEmpty()) {
            return Optional.of(List.of());
        }
        List<Param> found = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int reachable = collect(schema.get(), "", found, names, DEEPEST);
        return reachable >= 0 && reachable == occurrences(schema.get())
                ? Optional.of(List.copyOf(found))
                : Optional.empty();
    }

    /** How many annotations are reachable by {@code properties} alone; negative if one of them is wrong. */
    private static int collect(JsonValue schema, String at, List<Param> found, Set<String> names, int depth) {
        if (depth == 0) {
            return -1;
        }
        int count = 0;
        Map<String, JsonValue> properties =
                schema.member("properties").map(JsonValue::members).orElse(Map.of());
        for (Map.Entry<String, JsonValue> property : properties.entrySet()) {
            JsonValue value = property.getValue();
            String pointer = at + "/" + property.getKey().replace("~", "~0").replace("/", "~1");
            Optional<JsonValue> wanted = value.member("x-mcp-header");
            if (wanted.isPresent()) {
                if (!isRight(wanted.get(), value)
                        || !names.add(wanted.get().text().toLowerCase(Locale.ROOT))) {
                    return -1;
                }
                found.add(new Param("Mcp-Param-" + wanted.get().text(), pointer));
                count++;
            }
            int below = collect(value, pointer, found, names, depth - 1);
            if (below < 0) {
                return -1;
            }
            count += below;
        }
        return count;
    }

    private static boolean isRight(JsonValue wanted, JsonValue property) {
        return wanted.isString()
                && TOKEN.matcher(wanted.text()).matches()
                && property.member("type")
                        .filter(JsonValue::isString)
                        .map(JsonValue::text)
                        .filter(PRIMITIVES::contains)
                        .isPresent();
    }

    /** Members of this name anywhere in the schema, whatever they mean there. */
    private static int occurrences(JsonValue value) {
        int count = 0;
        for (Map.Entry<String, JsonValue> member : value.members().entrySet()) {
            count += member.getKey().equals("x-mcp-header") ? 1 : 0;
            count += occurrences(member.getValue());
        }
        for (JsonValue element : value.elements()) {
            count += occurrences(element);
        }
        return count;
    }

    /** What must stand beside a request. */
    public static Map<String, String> of(
            String method, Optional<String> name, Optional<JsonValue> arguments, List<Param> params) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Mcp-Method", method);
        name.ifPresent(text -> headers.put("Mcp-Name", encoded(text)));
        for (Param param : params) {
            arguments
                    .flatMap(all -> all.at(param.pointer()))
                    .flatMap(McpHeaders::text)
                    .ifPresent(text -> headers.put(param.header(), encoded(text)));
        }
        return headers;
    }

    private static Optional<String> text(JsonValue value) {
        return switch (value.kind()) {
            case STRING -> Optional.of(value.text());
            case BOOLEAN, NUMBER -> Optional.of(value.raw());
            default -> Optional.empty();
        };
    }

    /** As it may stand in a header: plain ASCII as it is, anything else in base64. */
    static String encoded(String text) {
        boolean plain = PLAIN.matcher(text).matches() && !text.startsWith(ENCODED);
        return plain
                ? text
                : ENCODED + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + ENCODED_END;
    }

    /** What a header says; empty if it cannot be read. */
    static Optional<String> decoded(String value) {
        String text = value.strip();
        boolean encoded = text.startsWith(ENCODED)
                && text.endsWith(ENCODED_END)
                && text.length() >= ENCODED.length() + ENCODED_END.length();
        if (!encoded) {
            return Optional.of(text);
        }
        String base64 = text.substring(ENCODED.length(), text.length() - ENCODED_END.length());
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            // The JDK takes base64 without its padding, others do not: two readings.
            return Base64.getEncoder().encodeToString(bytes).equals(base64)
                    ? Optional.of(new String(bytes, StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * What is wrong with a header, if anything is.
     *
     * @param values all that came under its name
     * @param said what the body says; empty if it says nothing, and then the header must not be there
     */
    public static Optional<String> objection(String header, List<String> values, Optional<String> said) {
        if (said.isEmpty()) {
            return values.isEmpty() ? Optional.empty() : Optional.of(header + " repeats what the body does not say.");
        }
        if (values.isEmpty()) {
            return Optional.of(header + " is missing.");
        }
        if (values.size() > 1) {
            return Optional.of(header + " is there more than once.");
        }
        return decoded(values.get(0)).equals(said)
                ? Optional.empty()
                : Optional.of(header + " does not say what the body says.");
    }

    /** What is wrong with the headers of an argument, if anything is. */
    public static Optional<String> objection(Param param, List<String> values, Optional<JsonValue> arguments) {
        return objection(
                param.header(),
                values,
                arguments.flatMap(all -> all.at(param.pointer())).flatMap(McpHeaders::text));
    }
}
