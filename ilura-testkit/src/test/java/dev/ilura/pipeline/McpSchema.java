package dev.ilura.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harrel.jsonschema.Dialects;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The official schema of one revision. */
final class McpSchema {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, McpSchema> KNOWN = new ConcurrentHashMap<>();

    /** The result types that answer a method; the first that exists in the revision counts beside the shared ones. */
    private static final Map<String, List<String>> RESULTS = Map.ofEntries(
            Map.entry("initialize", List.of("InitializeResult")),
            Map.entry("server/discover", List.of("DiscoverResult")),
            Map.entry("ping", List.of("EmptyResult", "Result")),
            Map.entry("logging/setLevel", List.of("EmptyResult", "Result")),
            Map.entry("tools/list", List.of("ListToolsResult")),
            Map.entry("tools/call", List.of("CallToolResult", "CreateTaskResult", "InputRequiredResult")),
            Map.entry("prompts/list", List.of("ListPromptsResult")),
            Map.entry("prompts/get", List.of("GetPromptResult", "InputRequiredResult")),
            Map.entry("resources/list", List.of("ListResourcesResult")),
            Map.entry("resources/templates/list", List.of("ListResourceTemplatesResult")),
            Map.entry("resources/read", List.of("ReadResourceResult", "InputRequiredResult")),
            Map.entry("resources/subscribe", List.of("EmptyResult", "Result")),
            Map.entry("resources/unsubscribe", List.of("EmptyResult", "Result")),
            Map.entry("completion/complete", List.of("CompleteResult")),
            Map.entry("subscriptions/listen", List.of("SubscriptionsListenResult")),
            Map.entry("tasks/get", List.of("GetTaskResult")),
            Map.entry("tasks/result", List.of("GetTaskPayloadResult")),
            Map.entry("tasks/cancel", List.of("CancelTaskResult")),
            Map.entry("tasks/list", List.of("ListTasksResult")),
            Map.entry("sampling/createMessage", List.of("CreateMessageResult")),
            Map.entry("elicitation/create", List.of("ElicitResult")),
            Map.entry("roots/list", List.of("ListRootsResult")));

    private final String revision;
    private final JsonNode types;
    private final String path;
    private final Validator validator;

    private McpSchema(String revision) {
        this.revision = revision;
        JsonNode schema = read(revision);
        this.path = schema.has("$defs") ? "$defs" : "definitions";
        this.types = schema.get(path);
        this.validator = new ValidatorFactory()
                .withJsonNodeFactory(new JacksonNode.Factory())
                .withDefaultDialect(
                        schema.has("$defs") ? new Dialects.Draft2020Dialect() : new Dialects.Draft7Dialect())
                .withDisabledSchemaValidation(true)
                .createValidator();
        validator.registerSchema(URI.create("urn:mcp:" + revision), schema);
    }

    static McpSchema of(String revision) {
        return KNOWN.computeIfAbsent(revision, McpSchema::new);
    }

    private static JsonNode read(String revision) {
        try (InputStream in = Objects.requireNonNull(
                McpSchema.class.getResourceAsStream("/mcp-schema/" + revision + ".json"), revision)) {
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The methods of one of the schema's unions, for example {@code ClientRequest}. */
    Set<String> methods(String union) {
        Set<String> methods = new TreeSet<>();
        JsonNode type = types.get(union);
        if (type == null) {
            return methods;
        }
        Iterable<JsonNode> members = type.has("anyOf") ? type.get("anyOf") : List.of(type);
        for (JsonNode member : members) {
            JsonNode target = member.has("$ref") ? types.get(nameOf(member)) : member;
            JsonNode method = target.path("properties").path("method").path("const");
            if (method.isTextual()) {
                methods.add(method.asText());
            }
        }
        return methods;
    }

    private static String nameOf(JsonNode reference) {
        String target = reference.get("$ref").asText();
        return target.substring(target.lastIndexOf('/') + 1);
    }

    /** What is wrong with a request or notification; empty if nothing is. */
    List<String> faultsOfMessage(JsonValue frame) {
        String method = frame.member("method").orElseThrow().text();
        boolean request = frame.member("id").isPresent();
        for (Map.Entry<String, JsonNode> type : entries()) {
            boolean same = type.getValue()
                    .path("properties")
                    .path("method")
                    .path("const")
                    .asText()
                    .equals(method);
            if (same && type.getKey().endsWith(request ? "Request" : "Notification")) {
                return faults(type.getKey(), frame);
            }
        }
        return List.of(revision + " has no " + method);
    }

    /** What is wrong with the answer to a request of this method. */
    List<String> faultsOfAnswer(String method, JsonValue frame) {
        if (frame.member("error").isPresent()) {
            String error = types.has("JSONRPCErrorResponse") ? "JSONRPCErrorResponse" : "JSONRPCError";
            return faults(error, frame);
        }
        JsonValue result = frame.member("result").orElseThrow();
        List<String> last = List.of("no type answers " + method);
        for (String type : RESULTS.getOrDefault(method, List.of())) {
            if (types.has(type)) {
                last = faults(type, result);
                if (last.isEmpty()) {
                    return last;
                }
            }
        }
        return last;
    }

    private Map<String, JsonNode> byName() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        types.properties().forEach(type -> all.put(type.getKey(), type.getValue()));
        return all;
    }

    private Iterable<Map.Entry<String, JsonNode>> entries() {
        return byName().entrySet();
    }

    private List<String> faults(String type, JsonValue value) {
        URI uri = URI.create("urn:mcp:" + revision + ":" + type);
        validator.registerSchema(uri, "{\"$ref\":\"urn:mcp:" + revision + "#/" + path + "/" + type + "\"}");
        Validator.Result result = validator.validate(uri, value.raw());
        return result.isValid()
                ? List.of()
                : result.getErrors().stream()
                        .map(error -> type + " " + error.getInstanceLocation() + ": " + error.getError())
                        .toList();
    }
}
