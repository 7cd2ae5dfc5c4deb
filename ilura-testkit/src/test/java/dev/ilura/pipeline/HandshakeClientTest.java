package dev.ilura.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.RiskLane;
import dev.ilura.json.JsonValue;
import dev.ilura.testkit.ScriptedClient;
import dev.ilura.testkit.ScriptedServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Clients of the handshake era that can be asked something, before servers of both eras. */
class HandshakeClientTest {
    private static final String ASKABLE = "{\"elicitation\":{},\"sampling\":{},\"roots\":{\"listChanged\":true}}";
    private static final String FORM =
            "{\"message\":\"Which?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}";

    /** Waits for a question of this method and gives its frame. */
    private static JsonValue question(ScriptedClient client, String method) {
        Gate.until(() -> client.notifications(method).size() > 0);
        return client.notifications(method).get(0);
    }

    private static void say(ScriptedClient client, JsonValue question, String result) {
        client.send("{\"jsonrpc\":\"2.0\",\"id\":"
                + question.member("id").orElseThrow().raw() + ",\"result\":" + result + "}");
    }

    @Test
    void capabilitiesAreThoseOfTheServers() {
        ScriptedServer other =
                ScriptedServer.named("other").capabilities("{\"resources\":{\"subscribe\":true},\"logging\":{}}");
        try (Gate gate = Gate.beside(other)) {
            ScriptedClient client = Eras.handshake(gate, "{}");
            JsonValue capabilities =
                    client.answer("\"hello\"").at("/result/capabilities").orElseThrow();
            assertThat(capabilities.members().keySet()).containsExactlyInAnyOrder("tools", "resources", "logging");
            assertThat(capabilities.at("/resources/subscribe").orElseThrow().flag())
                    .isTrue();
        }
    }

    @Test
    void aServersQuestionReachesTheClientThatCausedItAndNoOther() {
        try (Gate gate = Gate.open()) {
            gate.files.tool(
                    "write",
                    call -> call.ask("elicitation/create", FORM)
                            .thenAccept(said -> call.answerText(
                                    said.at("/result/content/n").orElseThrow().raw())));
            ScriptedClient one = Eras.handshake(gate, ASKABLE);
            ScriptedClient two = Eras.handshake(gate, ASKABLE);
            one.call("7", "files__write", "{}");
            two.call("7", "files__write", "{}");
            say(two, question(two, "elicitation/create"), "{\"action\":\"accept\",\"content\":{\"n\":2}}");
            say(one, question(one, "elicitation/create"), "{\"action\":\"accept\",\"content\":{\"n\":1}}");
            assertThat(one.answer("7")
                            .at("/result/content/0/text")
                            .orElseThrow()
                            .text())
                    .isEqualTo("1");
            assertThat(two.answer("7")
                            .at("/result/content/0/text")
                            .orElseThrow()
                            .text())
                    .isEqualTo("2");
            assertThat(one.notifications("elicitation/create")).hasSize(1);
            assertThat(gate.files.running()).as("a connection for each").isEqualTo(2);
        }
    }

    @Test
    void clientsThatCannotBeAskedShareOneConnection() {
        try (Gate gate = Gate.open()) {
            ScriptedClient one = Eras.handshake(gate, "{}");
            ScriptedClient two = Eras.handshake(gate, "{}");
            one.call("1", "files__read", "{}");
            two.call("1", "files__read", "{}");
            one.answer("1");
            two.answer("1");
            assertThat(gate.files.running()).isEqualTo(1);
        }
    }

    @Test
    void whatASharedConnectionAsksIsNotOffered() {
        try (Gate gate = Gate.open()) {
            gate.files.tool(
                    "write",
                    call -> call.ask("elicitation/create", FORM)
                            .thenAccept(said -> call.answerText(
                                    said.at("/error/code").orElseThrow().raw())));
            ScriptedClient client = Eras.handshake(gate, "{}");
            client.call("1", "files__write", "{}");
            assertThat(client.answer("1")
                            .at("/result/content/0/text")
                            .orElseThrow()
                            .text())
                    .isEqualTo("-32601");
        }
    }

    @Test
    void aConnectionEndsWithItsClient() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = Eras.handshake(gate, ASKABLE);
            client.call("1", "files__read", "{}");
            client.answer("1");
            client.close();
            Gate.until(() -> gate.files.running() == 0);
        }
    }

    @Test
    void serversLearnWhatTheClientCan() {
        try (Gate gate = Gate.open()) {
            Eras.handshake(gate, ASKABLE);
            assertThat(gate.files
                            .frames("initialize")
                            .get(0)
                            .at("/params/capabilities")
                            .orElseThrow()
                            .members()
                            .keySet())
                    .containsExactlyInAnyOrder("elicitation", "sampling", "roots");
        }
    }

    @Test
    void samplingThatIsDeniedIsAnsweredWithAnErrorAndOnRecord() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(
                    call -> call.tool().name().equals("@sampling") ? TestPolicy.deny() : TestPolicy.allow());
            gate.files.tool(
                    "write",
                    call -> call.ask("sampling/createMessage", "{\"messages\":[],\"maxTokens\":1}")
                            .thenAccept(said -> call.answerText(
                                    said.at("/error/code").orElseThrow().raw())));
            ScriptedClient client = Eras.handshake(gate, ASKABLE);
            client.call("1", "files__write", "{}");
            assertThat(client.answer("1")
                            .at("/result/content/0/text")
                            .orElseThrow()
                            .text())
                    .isEqualTo("-1");
            assertThat(client.notifications("sampling/createMessage")).isEmpty();
            assertThat(gate.log.events())
                    .filteredOn(event -> event.text("tool").orElse("").equals("@sampling"))
                    .anySatisfy(event -> assertThat(event.text("decision")).contains("deny"));
        }
    }

    @Test
    void aQuestionIsAskedAboutWhereTheRuleSaysSo() {
        try (Gate gate = Gate.approving(ticket -> new dev.ilura.ApprovalAnswer.Approved(
                ticket.digest(), "test", "test", Optional.empty(), Optional.empty()))) {
            gate.policy.deciding(
                    call -> call.tool().name().equals("@roots") ? TestPolicy.ask(RiskLane.MEDIUM) : TestPolicy.allow());
            gate.files.tool(
                    "write",
                    call -> call.ask("roots/list", "{}")
                            .thenAccept(said -> call.answerText(
                                    said.at("/result/roots").orElseThrow().raw())));
            ScriptedClient client = Eras.handshake(gate, ASKABLE);
            client.call("1", "files__write", "{}");
            say(client, question(client, "roots/list"), "{\"roots\":[]}");
            assertThat(client.answer("1")
                            .at("/result/content/0/text")
                            .orElseThrow()
                            .text())
                    .isEqualTo("[]");
            assertThat(gate.log.events(dev.ilura.AuditEvent.Type.APPROVAL)).hasSize(1);
        }
    }

    @Test
    void aQuestionThatTheServerWithdrawsIsWithdrawnFromTheClient() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("write", call -> call.ask("elicitation/create", FORM));
            ScriptedClient client = Eras.handshake(gate, ASKABLE);
            client.call("1", "files__write", "{}");
            JsonValue question = question(client, "elicitation/create");
            gate.files.send(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"s1\"}}");
            Gate.until(() -> client.notifications("notifications/cancelled").size() == 1);
            assertThat(client.notifications("notifications/cancelled").get(0).at("/params/requestId"))
                    .isEqualTo(question.member("id"));
        }
    }

    @Test
    void theCallsTimeStandsStillWhileItsClientIsAsked() {
        try (Gate gate = Gate.open()) {
            gate.files.tool(
                    "write", call -> call.ask("elicitation/create", FORM).thenAccept(said -> call.answerText("done")));
            ScriptedClient client = Eras.handshake(gate, ASKABLE);
            client.call("1", "files__write", "{}");
            JsonValue question = question(client, "elicitation/create");
            gate.time.advance(java.time.Duration.ofSeconds(59));
            say(client, question, "{\"action\":\"decline\"}");
            gate.time.advance(java.time.Duration.ofSeconds(59));
            assertThat(client.answer("1")
                            .at("/result/content/0/text")
                            .orElseThrow()
                            .text())
                    .isEqualTo("done");
        }
    }

    @Test
    void aModernServerIsReachedAndItsQuestionBecomesARequest() {
        ScriptedServer modern = ScriptedServer.named("new").modern();
        modern.tool("ask", call -> {
            Optional<JsonValue> said = call.frame().at("/params/inputResponses/k/content/n");
            if (said.isEmpty()) {
                call.answer(
                        "{\"resultType\":\"input_required\",\"requestState\":\"\\u0073tate\",\"inputRequests\":{\"k\":"
                                + "{\"method\":\"elicitation/create\",\"params\":" + FORM + "}}}");
            } else {
                call.answer("{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\""
                        + said.get().raw() + "\"}]}");
            }
        });
        try (Gate gate = Gate.beside(modern)) {
            ScriptedClient client = Eras.handshake(gate, ASKABLE);
            client.call("1", "new__ask", "{\"x\":1}");
            say(client, question(client, "elicitation/create"), "{\"action\":\"accept\",\"content\":{\"n\":5}}");
            assertThat(client.answer("1")
                            .at("/result/content/0/text")
                            .orElseThrow()
                            .text())
                    .isEqualTo("5");
            List<JsonValue> frames = modern.frames("tools/call");
            assertThat(frames).hasSize(2);
            assertThat(frames.get(0).member("id")).isNotEqualTo(frames.get(1).member("id"));
            assertThat(frames.get(1).at("/params/requestState").orElseThrow().raw())
                    .isEqualTo("\"\\u0073tate\"");
            assertThat(frames.get(1).at("/params/arguments").orElseThrow().raw())
                    .isEqualTo("{\"x\":1}");
            assertThat(frames.get(0)
                            .at("/params/_meta/io.modelcontextprotocol~1clientCapabilities")
                            .orElseThrow()
                            .raw())
                    .isEqualTo(ASKABLE);
            assertThat(modern.frames("initialize")).isEmpty();
            assertThat(modern.frames("ping")).isEmpty();
        }
    }

    @Test
    void aServerThatAsksForEverIsStopped() {
        ScriptedServer modern = ScriptedServer.named("new").modern();
        modern.tool(
                "ask",
                call -> call.answer("{\"resultType\":\"input_required\",\"inputRequests\":{\"k\":"
                        + "{\"method\":\"roots/list\",\"params\":{}}}}"));
        try (Gate gate = Gate.beside(modern)) {
            gate.policy.deciding(TestPolicy.allow());
            ScriptedClient client = Eras.handshake(gate, ASKABLE);
            client.call("1", "new__ask", "{}");
            Gate.until(() -> {
                client.notifications("roots/list").forEach(question -> say(client, question, "{\"roots\":[]}"));
                return !client.answers("1").isEmpty();
            });
            assertThat(client.answer("1").raw()).contains("ILR-CALL-017");
        }
    }

    @Test
    void logMessagesGoToTheClientThatWantsThem() {
        ScriptedServer chatty = ScriptedServer.named("chatty").capabilities("{\"tools\":{},\"logging\":{}}");
        chatty.answering("logging/setLevel", "{}");
        chatty.tool("talk", call -> {
            call.send(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"debug\",\"data\":1}}");
            call.send(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"error\",\"data\":2}}");
            call.answerText("said");
        });
        try (Gate gate = Gate.beside(chatty)) {
            ScriptedClient client = Eras.handshake(gate, ASKABLE);
            client.request("1", "logging/setLevel", "{\"level\":\"warning\"}");
            assertThat(client.answer("1").member("result").orElseThrow().raw()).isEqualTo("{}");
            Gate.until(() -> chatty.frames("logging/setLevel").size() == 1);
            client.call("2", "chatty__talk", "{}");
            client.answer("2");
            assertThat(client.notifications("notifications/message")).hasSize(1);
            client.request("3", "logging/setLevel", "{\"level\":\"loud\"}");
            assertThat(client.answer("3").at("/error/code").orElseThrow().raw()).isEqualTo("-32602");
        }
    }

    @Test
    void resourcesAreWatchedOnceHoweverManyWatchThem() {
        ScriptedServer data = ScriptedServer.named("data")
                .capabilities("{\"resources\":{\"subscribe\":true}}")
                .answering("resources/subscribe", "{}")
                .answering("resources/unsubscribe", "{}");
        try (Gate gate = Gate.with(builder -> builder.server(data))) {
            ScriptedClient one = Eras.handshake(gate, "{}");
            ScriptedClient two = Eras.handshake(gate, "{}");
            for (ScriptedClient client : List.of(one, two)) {
                client.request("1", "resources/subscribe", "{\"uri\":\"mem://a\"}");
                assertThat(client.answer("1").member("result").orElseThrow().raw())
                        .isEqualTo("{}");
            }
            assertThat(data.frames("resources/subscribe")).hasSize(1);
            String update =
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"mem://a\"}}";
            data.send(update);
            Gate.until(() -> one.notifications("notifications/resources/updated")
                                    .size()
                            == 1
                    && two.notifications("notifications/resources/updated").size() == 1);
            one.request("2", "resources/unsubscribe", "{\"uri\":\"mem://a\"}");
            one.answer("2");
            two.close();
            Gate.until(() -> data.frames("resources/unsubscribe").size() == 1);
            assertThat(gate.log.events())
                    .filteredOn(event -> event.text("tool").orElse("").equals("@resource:mem://a"))
                    .isNotEmpty();
        }
    }

    @Test
    void aTaskBelongsToTheClientThatMadeIt() {
        ScriptedServer slow = ScriptedServer.named("slow")
                .capabilities("{\"tools\":{},\"tasks\":{\"list\":{},\"requests\":{\"tools\":{\"call\":{}}}}}");
        String task = "{\"taskId\":\"t1\",\"status\":\"working\",\"createdAt\":\"2026-01-01T00:00:00Z\","
                + "\"lastUpdatedAt\":\"2026-01-01T00:00:00Z\",\"ttl\":null}";
        slow.tool("job", call -> call.answer("{\"task\":" + task + "}"))
                .answering("tasks/get", task)
                .answering("tasks/list", "{\"tasks\":[" + task + "," + task.replace("t1", "t2") + "]}");
        try (Gate gate = Gate.beside(slow)) {
            ScriptedClient one = Eras.handshake(gate, "{}");
            ScriptedClient two = Eras.handshake(gate, "{}");
            assertThat(one.answer("\"hello\"").at("/result/capabilities/tasks/requests"))
                    .isPresent();
            one.request("1", "tools/call", "{\"name\":\"slow__job\",\"arguments\":{},\"task\":{\"ttl\":1000}}");
            one.answer("1");
            one.request("2", "tasks/get", "{\"taskId\":\"t1\"}");
            assertThat(one.answer("2").member("result").orElseThrow().raw()).isEqualTo(task);
            two.request("2", "tasks/get", "{\"taskId\":\"t1\"}");
            assertThat(two.answer("2").member("error")).isPresent();
            one.request("3", "tasks/list", "{}");
            assertThat(one.answer("3").at("/result/tasks").orElseThrow().elements())
                    .hasSize(1);
            two.request("3", "tasks/list", "{}");
            assertThat(two.answer("3").at("/result/tasks").orElseThrow().elements())
                    .isEmpty();
            gate.policy.deciding(
                    call -> call.tool().name().equals("@task:get") ? TestPolicy.deny() : TestPolicy.allow());
            one.request("4", "tasks/get", "{\"taskId\":\"t1\"}");
            assertThat(one.answer("4").member("error")).isPresent();
        }
    }

    @Test
    void batchesExistInOneRevisionOnly() {
        String batch =
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}]";
        try (Gate gate = Gate.open()) {
            ScriptedClient client = Eras.handshake(gate, "{}");
            client.send(batch);
            Gate.until(() -> !client.answers("null").isEmpty());
            ScriptedClient older = ScriptedClient.of(gate.gateway());
            older.request(
                    "0", "initialize", "{\"protocolVersion\":\"2025-03-26\",\"capabilities\":{},\"clientInfo\":{}}");
            older.answer("0");
            older.send(batch);
            Gate.until(() -> older.received().stream().anyMatch(JsonValue::isArray));
            assertThat(older.received().stream()
                            .filter(JsonValue::isArray)
                            .findFirst()
                            .orElseThrow()
                            .elements())
                    .hasSize(2);
        }
    }
}
