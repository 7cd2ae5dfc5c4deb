package dev.ilura.peers;

import dev.ilura.Gateway;
import dev.ilura.InsecureDefaults;
import dev.ilura.Pod;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.Policies;
import dev.ilura.transport.sse.RemoteServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The client under test in the client scenarios of the official suite: the gate and its own way to a server, driven by the
 * smallest application there is. It lists, calls what the suite names (or everything that is listed, all at once), reads
 * a resource and gets a prompt.
 *
 * <p>Arguments: the server's address. The suite's wishes come in {@code MCP_CONFORMANCE_CONTEXT}.
 */
public final class ConformanceClient {
    private ConformanceClient() {}

    public static void main(String[] args) throws IOException {
        String url = args[args.length - 1];
        try (Gateway gateway = Gateway.builder()
                .server(RemoteServer.named("peer").url(url))
                .pod(new Pod(
                        Pod.DEFAULT,
                        List.of("peer"),
                        Policies.rules().allow(List.of("peer/*", "peer/@*")).denyOthers(),
                        Pod.ToolNames.plain()))
                .audit(InsecureDefaults.noAuditLog())
                .build()) {
            gateway.serve(new Application(ConformanceClient::use));
        }
    }

    private static void use(Application application) {
        List<JsonValue> tools = application
                .ask("tools/list", Map.of())
                .join()
                .at("/result/tools")
                .map(JsonValue::elements)
                .orElse(List.of());
        List<JsonValue> wanted = Optional.ofNullable(System.getenv("MCP_CONFORMANCE_CONTEXT"))
                .map(JsonValue::parse)
                .flatMap(context -> context.member("toolCalls"))
                .map(JsonValue::elements)
                .orElse(List.of());
        List<CompletableFuture<JsonValue>> calls = wanted.isEmpty()
                ? tools.stream()
                        .map(tool -> application.ask(
                                "tools/call",
                                Map.of(
                                        "name",
                                        tool.member("name").orElseThrow().text(),
                                        "arguments",
                                        argumentsFor(tool))))
                        .toList()
                : wanted.stream()
                        .map(call -> application.ask("tools/call", withoutNulls(call)))
                        .toList();
        calls.forEach(call -> System.out.println(call.join().raw()));
        first(application, "resources", "uri", "resources/read");
        first(application, "prompts", "name", "prompts/get");
    }

    /** The gate holds arguments against the schema, and null is no boolean: what is null is left out, as it means the same. */
    private static Map<String, Object> withoutNulls(JsonValue call) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        call.member("arguments").map(JsonValue::members).orElse(Map.of()).forEach((name, value) -> {
            if (!value.isNull()) {
                arguments.put(name, value.toJava());
            }
        });
        return Map.of("name", call.member("name").orElseThrow().text(), "arguments", arguments);
    }

    /** Any value of the declared type. */
    private static Map<String, Object> argumentsFor(JsonValue tool) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        tool.at("/inputSchema/properties")
                .map(JsonValue::members)
                .orElse(Map.of())
                .forEach((name, property) -> {
                    String type = property.member("type")
                            .filter(JsonValue::isString)
                            .map(JsonValue::text)
                            .orElse("");
                    switch (type) {
                        case "number", "integer" -> arguments.put(name, 5);
                        case "boolean" -> arguments.put(name, true);
                        case "string" -> arguments.put(name, "text");
                        default -> {
                            // left out
                        }
                    }
                });
        return arguments;
    }

    private static void first(Application application, String kind, String key, String method) {
        application
                .ask(kind + "/list", Map.of())
                .join()
                .at("/result/" + kind + "/0/" + key)
                .ifPresent(first -> System.out.println(application
                        .ask(method, Map.of(key, first.text()))
                        .join()
                        .raw()));
    }
}
