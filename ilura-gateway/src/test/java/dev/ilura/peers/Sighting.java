package dev.ilura.peers;

import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a client saw of a server: its tools in their order, and the answers to its calls. */
record Sighting(List<JsonValue> tools, List<JsonValue> results) {
    Sighting {
        tools = List.copyOf(tools);
        results = List.copyOf(results);
    }

    List<String> names() {
        return tools.stream().map(Sighting::name).toList();
    }

    /** The tools by name, spelled byte for byte as the client got them. */
    Map<String, String> spelledTools() {
        Map<String, String> spelled = new LinkedHashMap<>();
        tools.forEach(tool -> spelled.put(name(tool), tool.raw()));
        return spelled;
    }

    /** The answers in one spelling, so that only their meaning is compared. */
    List<String> canonicalResults() {
        return results.stream().map(Sighting::canonical).toList();
    }

    /** What this would look like behind a gate that changes nothing but the tools' names. */
    Sighting through(String server) {
        return new Sighting(
                tools.stream()
                        .map(tool -> renamed(tool, server + "__" + name(tool)))
                        .toList(),
                results);
    }

    private static JsonValue renamed(JsonValue tool, String name) {
        JsonValue old = tool.member("name").orElseThrow();
        return JsonValue.parse(new String(tool.splice(old, JsonWriter.string(name)), StandardCharsets.UTF_8));
    }

    private static String name(JsonValue tool) {
        return tool.member("name").orElseThrow().text();
    }

    private static String canonical(JsonValue result) {
        return new String(CanonicalJson.of(result), StandardCharsets.UTF_8);
    }
}
