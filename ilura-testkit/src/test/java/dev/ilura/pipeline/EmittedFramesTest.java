package dev.ilura.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import dev.ilura.testkit.ScriptedClient;
import dev.ilura.testkit.ScriptedServer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every frame that the gate writes, to clients and to servers of every era, is one of the schema of that era. */
class EmittedFramesTest {
    private static final String MODERN = "2026-07-28";
    private static final String ASKABLE = "{\"elicitation\":{\"form\":{},\"url\":{}},\"sampling\":{},\"roots\":{}}";
    private static final String FORM =
            "{\"mode\":\"form\",\"message\":\"Which?\",\"requestedSchema\":{\"type\":\"object\","
                    + "\"properties\":{\"n\":{\"type\":\"integer\"}}}}";
    private static final String URL = "{\"mode\":\"url\",\"message\":\"There\",\"url\":\"https://example.org/\"}";
    private static final String SAMPLE =
            "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\"," + "\"text\":\"?\"}}],\"maxTokens\":1}";
    private static final Map<String, String> ANSWERS = Map.of(
            "elicitation/create", "{\"action\":\"decline\"}",
            "sampling/createMessage",
                    "{\"role\":\"assistant\",\"content\":{\"type\":\"text\",\"text\":\"!\"},\"model\":\"m\"}",
            "roots/list", "{\"roots\":[]}");
    private static final String CAPABILITIES = "{\"tools\":{\"listChanged\":true},\"prompts\":{},\"completions\":{},"
            + "\"logging\":{},\"resources\":{\"subscribe\":true,\"listChanged\":true}}";

    private static ScriptedServer server(String revision) {
        ScriptedServer server = ScriptedServer.named("far").capabilities(CAPABILITIES);
        boolean modern = revision.equals(MODERN);
        String complete = modern ? "\"resultType\":\"complete\"," : "";
        String kept = modern ? complete + "\"ttlMs\":1,\"cacheScope\":\"public\"," : "";
        server.tool("plain", call -> call.answer("{" + complete + "\"content\":[]}"))
                .tool("wrong", call -> call.error(-32602, "no"))
                .tool("slow", call -> {
                    call.progress(1);
                    call.answer("{" + complete + "\"content\":[]}");
                })
                .tool("asks", call -> elicits(call, revision, FORM))
                .tool(
                        "opens",
                        call -> elicits(call, revision, modern ? URL : URL.replace("}", ",\"elicitationId\":\"e\"}")))
                .tool("samples", call -> asks(call, modern, "sampling/createMessage", SAMPLE))
                .tool("roots", call -> asks(call, modern, "roots/list", "{}"))
                .answering("prompts/list", "{" + kept + "\"prompts\":[{\"name\":\"p\"}]}")
                .answering("prompts/get", "{" + complete + "\"messages\":[]}")
                .answering("resources/list", "{" + kept + "\"resources\":[{\"uri\":\"mem://a\",\"name\":\"a\"}]}")
                .answering("resources/templates/list", "{" + kept + "\"resourceTemplates\":[]}")
                .answering("resources/read", "{" + kept + "\"contents\":[{\"uri\":\"mem://a\",\"text\":\"t\"}]}")
                .answering("completion/complete", "{" + complete + "\"completion\":{\"values\":[\"v\"]}}")
                .answering("logging/setLevel", "{}")
                .answering("resources/subscribe", "{}")
                .answering("resources/unsubscribe", "{}");
        return modern ? server.modern() : server.revision(revision);
    }

    private static void elicits(dev.ilura.testkit.ScriptedCall call, String revision, String params) {
        if (revision.compareTo("2025-06-18") < 0) {
            call.answerText("does not know elicitation");
        } else {
            asks(call, revision.equals(MODERN), "elicitation/create", params);
        }
    }

    private static void asks(dev.ilura.testkit.ScriptedCall call, boolean modern, String method, String params) {
        if (!modern) {
            call.ask(method, params).thenAccept(said -> call.answerText("thanks"));
        } else if (call.frame().at("/params/inputResponses").isPresent()) {
            call.answer("{\"resultType\":\"complete\",\"content\":[]}");
        } else {
            call.answer("{\"resultType\":\"input_required\",\"requestState\":\"s\",\"inputRequests\":{\"k\":"
                    + "{\"method\":\"" + method + "\",\"params\":" + params + "}}}");
        }
    }

    private static Map<String, String> requests() {
        Map<String, String> requests = new LinkedHashMap<>();
        requests.put("tools/list", "");
        requests.put("prompts/list", "");
        requests.put("resources/list", "");
        requests.put("resources/templates/list", "");
        requests.put("prompts/get", "\"name\":\"far__p\"");
        requests.put("resources/read", "\"uri\":\"mem://a\"");
        requests.put(
                "completion/complete",
                "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"far__p\"},"
                        + "\"argument\":{\"name\":\"x\",\"value\":\"y\"}");
        for (String tool : List.of("plain", "wrong", "slow", "asks", "opens", "samples", "roots", "unknown")) {
            requests.put("tools/call " + tool, "\"name\":\"far__" + tool + "\",\"arguments\":{}");
        }
        requests.put("no/such/method", "");
        return requests;
    }

    /** A key is a method, perhaps with a word behind it that tells it from another. */
    private static String method(String key) {
        int end = key.indexOf(' ');
        return end < 0 ? key : key.substring(0, end);
    }

    private static List<String> toServer(ScriptedServer server, String revision) {
        return server.frames().stream()
                .flatMap(frame -> faultsToServer(revision, frame).stream().map(fault -> fault + " in " + frame))
                .toList();
    }

    private static List<String> faultsToServer(String revision, JsonValue frame) {
        Optional<String> method = frame.member("method").map(JsonValue::text);
        if (method.isEmpty()) {
            return ANSWERS.keySet().stream()
                    .map(asked -> McpSchema.of(revision).faultsOfAnswer(asked, frame))
                    .filter(List::isEmpty)
                    .findFirst()
                    .orElse(List.of("it answers nothing that was asked"));
        }
        // a probe speaks the era that it asks about
        return McpSchema.of(method.get().equals("server/discover") ? MODERN : revision)
                .faultsOfMessage(frame);
    }

    private static void answerQuestions(ScriptedClient client) {
        ANSWERS.forEach((method, answer) -> client.notifications(method)
                .forEach(question -> client.send("{\"jsonrpc\":\"2.0\",\"id\":"
                        + question.member("id").orElseThrow().raw() + ",\"result\":" + answer + "}")));
    }

    @ParameterizedTest
    @CsvSource({
        "2024-11-05,2025-11-25",
        "2025-03-26,2025-11-25",
        "2025-06-18,2025-11-25",
        "2025-11-25,2024-11-05",
        "2025-11-25,2025-11-25",
        "2025-11-25,2026-07-28"
    })
    void toHandshakeClients(String revision, String serverRevision) {
        ScriptedServer server = server(serverRevision);
        McpSchema schema = McpSchema.of(revision);
        try (Gate gate = Gate.with(builder -> builder.server(server))) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            Map<String, String> methods = new LinkedHashMap<>();
            methods.put("\"hello\"", "initialize");
            client.request(
                    "\"hello\"",
                    "initialize",
                    "{\"protocolVersion\":\"" + revision + "\",\"capabilities\":" + ASKABLE
                            + ",\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}");
            client.answer("\"hello\"");
            int next = 1;
            Map<String, String> requests = requests();
            requests.put("ping", "");
            requests.put("logging/setLevel", "\"level\":\"info\"");
            requests.put("resources/subscribe", "\"uri\":\"mem://a\"");
            requests.put("resources/unsubscribe", "\"uri\":\"mem://a\"");
            for (Map.Entry<String, String> request : requests.entrySet()) {
                String id = Integer.toString(next++);
                String method = method(request.getKey());
                methods.put(id, method);
                String meta = "\"_meta\":{\"progressToken\":" + id + "}";
                client.request(
                        id,
                        method,
                        "{" + request.getValue() + (request.getValue().isEmpty() ? "" : ",") + meta + "}");
                Gate.until(() -> {
                    answerQuestions(client);
                    return !client.answers(id).isEmpty();
                });
            }
            assertThat(client.notifications("notifications/progress")).isNotEmpty();
            assertThat(client.received())
                    .allSatisfy(frame -> assertThat(faults(schema, methods, frame))
                            .as("%s", frame)
                            .isEmpty());
            assertThat(toServer(server, serverRevision)).isEmpty();
        }
    }

    private static List<String> faults(McpSchema schema, Map<String, String> methods, JsonValue frame) {
        if (frame.member("method").isPresent()) {
            return schema.faultsOfMessage(frame);
        }
        return schema.faultsOfAnswer(
                methods.getOrDefault(frame.member("id").orElseThrow().raw(), ""), frame);
    }

    @ParameterizedTest
    @CsvSource({"2024-11-05", "2025-11-25", "2026-07-28"})
    void toModernClients(String serverRevision) {
        ScriptedServer server = server(serverRevision);
        McpSchema schema = McpSchema.of(MODERN);
        try (Gate gate = Gate.with(builder -> builder.server(server))) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            Map<String, String> methods = new LinkedHashMap<>();
            Map<String, String> requests = requests();
            requests.put("server/discover", "");
            String meta = Eras.meta(ASKABLE).replace("{\"io.", "{\"progressToken\":9,\"io.");
            int next = 1;
            for (Map.Entry<String, String> request : requests.entrySet()) {
                String id = Integer.toString(next++);
                String method = method(request.getKey());
                methods.put(id, method);
                String params = request.getValue() + (request.getValue().isEmpty() ? "" : ",") + meta;
                client.request(id, method, "{" + params + "}");
                JsonValue answer = Eras.asked(gate, client, id);
                if (answer.at("/result/inputRequests").isPresent()) {
                    Map.Entry<String, JsonValue> question = answer.at("/result/inputRequests")
                            .orElseThrow()
                            .members()
                            .entrySet()
                            .iterator()
                            .next();
                    String said = ANSWERS.get(
                            question.getValue().member("method").orElseThrow().text());
                    String again = Integer.toString(next++);
                    methods.put(again, method);
                    client.request(
                            again,
                            method,
                            "{" + params + ",\"requestState\":"
                                    + answer.at("/result/requestState")
                                            .orElseThrow()
                                            .raw()
                                    + ",\"inputResponses\":{\"" + question.getKey() + "\":" + said + "}}");
                    client.answer(again);
                }
            }
            client.request(
                    "\"sub\"",
                    "subscriptions/listen",
                    "{\"notifications\":{\"toolsListChanged\":true," + "\"resourceSubscriptions\":[\"mem://a\"]},"
                            + Eras.meta("{}") + "}");
            methods.put("\"sub\"", "subscriptions/listen");
            Gate.until(() -> client.notifications("notifications/subscriptions/acknowledged")
                            .size()
                    == 1);
            server.listChanged();
            server.send(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"mem://a\"}}");
            Gate.until(() -> !client.notifications("notifications/tools/list_changed")
                            .isEmpty()
                    && !client.notifications("notifications/resources/updated").isEmpty());
            gate.time.advance(Duration.ofSeconds(1));
            assertThat(client.received())
                    .allSatisfy(frame -> assertThat(faults(schema, methods, frame))
                            .as("%s", frame)
                            .isEmpty());
            assertThat(toServer(server, serverRevision)).isEmpty();
        }
    }
}
