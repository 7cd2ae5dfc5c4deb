package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.denied;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.CallRequest;
import dev.ilura.Pod;
import dev.ilura.json.JsonValue;
import dev.ilura.testkit.ScriptedCall;
import dev.ilura.testkit.ScriptedClient;
import dev.ilura.testkit.ScriptedServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients see of the gate, frame by frame. */
class ClientsTest {

    private static List<String> listed(ScriptedClient client, String id) {
        client.request(id, "tools/list", "{}");
        return client.answer(id).at("/result/tools").orElseThrow().elements().stream()
                .map(tool -> tool.member("name").orElseThrow().text())
                .toList();
    }

    private static String text(JsonValue answer) {
        return answer.at("/result/content/0/text").map(JsonValue::text).orElse("");
    }

    private static Optional<String> code(JsonValue answer) {
        return answer.at("/result/_meta/dev.ilura~1code").map(JsonValue::text);
    }

    @Test
    void aCallIsAnsweredUnderTheClientsOwnId() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            for (String id : List.of("1", "-5", "\"a\"", "\"\\u00e9\\n\"", "9007199254740993")) {
                client.call(id, "files__read", "{\"for\":" + id + "}");
                assertThat(text(client.answer(id))).isEqualTo("{\"for\":" + id + "}");
            }
        }
    }

    @Test
    void aCallBeforeTheHandshakeIsJudgedLikeAnyOther() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(TestPolicy.deny());
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("1", "files__read", "{}");
            assertThat(code(client.answer("1"))).contains("ILR-TEST-001");
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void aDenialIsAResultThatTheModelCanRead() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(TestPolicy.deny());
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("1", "files__read", "{}");
            JsonValue answer = client.answer("1");
            assertThat(answer.at("/result/isError").orElseThrow().flag()).isTrue();
            assertThat(text(answer)).contains("The test says no.", "test.rules[0]");
            assertThat(gate.log.ofCall(answer.at("/result/_meta/dev.ilura~1call")
                            .orElseThrow()
                            .text()))
                    .as("the answer names the call in the log")
                    .hasSize(1);
        }
    }

    @Test
    void twoClientsWithEqualIdsNeverSeeEachOthersAnswers() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> {});
            ScriptedClient ada = ScriptedClient.of(gate.gateway(), Pod.DEFAULT, "ada");
            ScriptedClient eve = ScriptedClient.of(gate.gateway(), Pod.DEFAULT, "eve");
            ada.call("1", "files__read", "{\"of\":\"ada\"}");
            eve.call("1", "files__read", "{\"of\":\"eve\"}");
            Gate.until(() -> gate.files.calls().size() == 2);
            assertThat(gate.files.calls().get(0).id())
                    .isNotEqualTo(gate.files.calls().get(1).id());
            for (int i = 1; i >= 0; i--) {
                ScriptedCall call = gate.files.calls().get(i);
                call.answerText(call.arguments().raw());
                call.answerText("a second answer");
            }
            assertThat(text(ada.answer("1"))).isEqualTo("{\"of\":\"ada\"}");
            assertThat(text(eve.answer("1"))).isEqualTo("{\"of\":\"eve\"}");
            assertThat(ada.received()).hasSize(1);
            assertThat(eve.received()).hasSize(1);
        }
    }

    @Test
    void twoClientsWithEqualProgressTokensNeverSeeEachOthersProgress() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> {
                call.progress(
                        call.arguments().member("n").orElseThrow().integer().orElseThrow());
                call.answerText("done");
            });
            ScriptedClient ada = ScriptedClient.of(gate.gateway(), Pod.DEFAULT, "ada");
            ScriptedClient eve = ScriptedClient.of(gate.gateway(), Pod.DEFAULT, "eve");
            String params = "{\"name\":\"files__read\",\"arguments\":{\"n\":%d},\"_meta\":{\"progressToken\":\"t\"}}";
            ada.request("1", "tools/call", params.formatted(1));
            eve.request("1", "tools/call", params.formatted(2));
            ada.answer("1");
            eve.answer("1");
            assertThat(progress(ada)).containsExactly("1");
            assertThat(progress(eve)).containsExactly("2");
            assertThat(ada.received().get(0).member("method"))
                    .as("progress comes before the answer")
                    .isPresent();
            assertThat(ada.notifications("notifications/progress").get(0).at("/params/progressToken"))
                    .contains(JsonValue.parse("\"t\""));
        }
    }

    private static List<String> progress(ScriptedClient client) {
        return client.notifications("notifications/progress").stream()
                .map(frame -> frame.at("/params/progress").orElseThrow().raw())
                .toList();
    }

    @Test
    void progressAfterTheAnswerIsDropped() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> {
                call.answerText("done");
                call.progress(1);
            });
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request(
                    "1", "tools/call", "{\"name\":\"files__read\",\"arguments\":{},\"_meta\":{\"progressToken\":7}}");
            client.answer("1");
            client.request("2", "ping", "{}");
            gate.call("write");
            assertThat(client.notifications("notifications/progress")).isEmpty();
        }
    }

    @Test
    void whatThePolicyNeverAllowsIsNotListedAndStillDenied() {
        try (Gate gate = Gate.open()) {
            gate.policy
                    .hiding(tool -> tool.name().equals("write"))
                    .deciding(call -> call.tool().name().equals("write") ? TestPolicy.deny() : TestPolicy.allow());
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            assertThat(listed(client, "1")).containsExactly("files__read");
            client.call("2", "files__write", "{}");
            assertThat(code(client.answer("2"))).as("by its rule").contains("ILR-TEST-001");
            assertThat(gate.files.calls()).isEmpty();
            AuditEvent decision = gate.log.events(AuditEvent.Type.DECISION).get(0);
            assertThat(decision.text("server")).contains("files");
            assertThat(decision.text("tool")).contains("write");
        }
    }

    @Test
    void aPolicyThatFailsOnAListingDoesNotSwallowTheAnswer() {
        try (Gate gate = Gate.open()) {
            gate.policy.hiding(tool -> {
                throw new IllegalStateException("broken");
            });
            assertThat(listed(ScriptedClient.of(gate.gateway()), "1")).isEmpty();
        }
    }

    @Test
    void aServerThatCannotStartIsLeftOutOfTheListing() {
        ScriptedServer broken = ScriptedServer.named("broken").tool("x").failToStart("no such file");
        try (Gate gate = Gate.beside(broken)) {
            assertThat(listed(ScriptedClient.of(gate.gateway()), "1")).containsExactly("files__read", "files__write");
        }
    }

    @Test
    void aServerThatKeepsFailingDoesNotDelayEveryListing() {
        ScriptedServer broken = ScriptedServer.named("broken").tool("x").failToStart("no such file");
        try (Gate gate = Gate.beside(broken)) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            for (int i = 0; i < 3; i++) {
                String id = Integer.toString(i);
                client.request(id, "tools/list", "{}");
                Gate.until(() -> {
                    gate.time.advance(java.time.Duration.ofMillis(100));
                    return !client.answers(id).isEmpty();
                });
            }
            assertThat(listed(client, "4")).containsExactly("files__read", "files__write");
        }
    }

    @Test
    void entriesAreTheServersOwnButForTheName() {
        try (Gate gate = Gate.open()) {
            gate.files.list(JsonValue.parse(
                    "{\"vendor\": {\"x\" :1e3}, \"name\":\"read\" ,\"inputSchema\":{\"type\":\"object\"}}"));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("1", "tools/list", "{}");
            assertThat(client.answer("1").at("/result/tools/0").orElseThrow().raw())
                    .isEqualTo(
                            "{\"vendor\": {\"x\" :1e3}, \"name\":\"files__read\" ,\"inputSchema\":{\"type\":\"object\"}}");
        }
    }

    @Test
    void namesThatModelsCannotTakeAreShortenedAndStillMeanOneTool() {
        String longName = "a".repeat(100);
        String dotted = "files.read/now";
        try (Gate gate = Gate.open()) {
            gate.files.tool(longName).tool(longName + "b").tool(dotted);
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            List<String> names = listed(client, "1");
            assertThat(names).hasSize(5).doesNotHaveDuplicates().allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}"));
            for (int i = 2; i < 5; i++) {
                client.call(Integer.toString(i), names.get(i), "{}");
                client.answer(Integer.toString(i));
            }
            assertThat(gate.files.calls())
                    .extracting(ScriptedCall::tool)
                    .containsExactly(longName, longName + "b", dotted);
        }
    }

    /** The attack: a tool that takes the name under which clients know another server's tool. */
    @Test
    void aNameThatTwoToolsWouldGetIsGivenToNeither() {
        ScriptedServer one = ScriptedServer.named("a").tool("b_c");
        ScriptedServer two = ScriptedServer.named("a_b").tool("c");
        TestPolicy policy = new TestPolicy();
        try (Gate gate = Gate.with(builder -> builder.server(one)
                .server(two)
                .pod(new Pod("joined", List.of("a", "a_b"), policy, new Pod.ToolNames(Optional.of("_")))))) {
            ScriptedClient client = ScriptedClient.of(gate.gateway(), "joined", "local");
            assertThat(listed(client, "1")).isEmpty();
            client.call("2", "a_b_c", "{}");
            assertThat(code(client.answer("2"))).contains("ILR-CALL-001");
            assertThat(one.calls()).isEmpty();
            assertThat(two.calls()).isEmpty();
        }
    }

    @Test
    void whatAToolIsCalledDoesNotDependOnWhoMayCallIt() {
        ScriptedServer one = ScriptedServer.named("a").tool("b_c");
        ScriptedServer two = ScriptedServer.named("a_b").tool("c");
        TestPolicy policy = new TestPolicy().hiding(tool -> tool.name().equals("c"));
        try (Gate gate = Gate.with(builder -> builder.server(one)
                .server(two)
                .pod(new Pod("joined", List.of("a", "a_b"), policy, new Pod.ToolNames(Optional.of("_")))))) {
            assertThat(listed(ScriptedClient.of(gate.gateway(), "joined", "local"), "1"))
                    .isEmpty();
        }
    }

    @Test
    void aPodWithOneServerMayKeepPlainNames() {
        TestPolicy policy = new TestPolicy();
        try (Gate gate =
                Gate.with(builder -> builder.pod(new Pod("plain", List.of("files"), policy, Pod.ToolNames.plain())))) {
            ScriptedClient client = ScriptedClient.of(gate.gateway(), "plain", "local");
            assertThat(listed(client, "1")).containsExactly("read", "write");
            client.call("2", "read", "{}");
            assertThat(text(client.answer("2"))).isEqualTo("{}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"files__read\",\"Name\":\"files__write\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"files__read\",\"name\":\"files__write\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"METHOD\":\"tools/call\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{},\"param\\u017f\":{}}",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}",
                "\uFEFF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
                "{\"id\":1,\"method\":\"ping\"}",
                "",
                "nonsense"
            })
    void whatCouldBeReadInTwoWaysIsRefusedWithAnAnswerAndHasNoEffect(String frame) {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.send(frame);
            JsonValue answer = client.answer("null");
            assertThat(answer.at("/error/code").flatMap(JsonValue::integer).orElseThrow())
                    .isIn(-32700L, -32600L);
            assertThat(answer.at("/error/message").orElseThrow().text()).startsWith("ILR-FRAME-");
            assertThat(gate.files.starts()).isZero();
            client.request("9", "ping", "{}");
            assertThat(client.answer("9").member("result"))
                    .as("the connection goes on")
                    .isPresent();
        }
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            byte[] frame = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pin?\"}".getBytes(StandardCharsets.US_ASCII);
            frame[frame.length - 3] = (byte) 0xC0;
            client.send(frame);
            assertThat(client.answer("null").at("/error/code").flatMap(JsonValue::integer))
                    .contains(-32700L);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":7}",
                "{\"name\":\"files__read\",\"arguments\":[]}",
                "{\"name\":\"files__read\",\"arguments\":null}"
            })
    void aCallWithoutSubjectOrWithStrangeArgumentsIsRefused(String params) {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("1", "tools/call", params);
            assertThat(client.answer("1").at("/error/code").flatMap(JsonValue::integer))
                    .contains(-32602L);
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void argumentsBeyondTheirDepthAreRefused() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("1", "files__read", "{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}");
            assertThat(client.answer("1").at("/error/code").flatMap(JsonValue::integer))
                    .contains(-32602L);
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void anUnknownMethodHasAnAnswerAndAnUnknownNotificationNone() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unheard-of\"}");
            client.request("1", "system/shutdown", "{}");
            assertThat(client.answer("1").at("/error/code").flatMap(JsonValue::integer))
                    .contains(-32601L);
            assertThat(client.received()).hasSize(1);
        }
    }

    @Test
    void aServersOwnErrorIsPassedOnUnderTheClientsId() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> call.error(-32099, "custom"));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("\"x\"", "files__read", "{}");
            assertThat(client.answer("\"x\"").at("/error/code").flatMap(JsonValue::integer))
                    .contains(-32099L);
        }
    }

    @Test
    void aServersRequestsAreRefusedAndItsUnknownNotificationsDropped() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("1", "files__read", "{}");
            client.answer("1");
            gate.files.send("{\"jsonrpc\":\"2.0\",\"id\":99,\"method\":\"sampling/createMessage\",\"params\":{}}");
            gate.files.send(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\"}}");
            Gate.until(() -> gate.files.frames().stream()
                    .anyMatch(frame -> frame.member("error").isPresent()
                            && frame.member("id").map(JsonValue::raw).equals(Optional.of("99"))));
            assertThat(client.received()).hasSize(1);
        }
    }

    @Test
    void callsOfAClientAreRecordedUnderItsSessionAndPrincipal() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway(), Pod.DEFAULT, "ada");
            client.call("1", "files__read", "{}");
            client.answer("1");
            AuditEvent opened = gate.log.events(AuditEvent.Type.SESSION_OPEN).get(0);
            AuditEvent dispatch = gate.log.events(AuditEvent.Type.DISPATCH).get(0);
            assertThat(dispatch.text("session")).isEqualTo(opened.text("session"));
            assertThat(dispatch.text("principal")).contains("ada");
        }
    }

    @Test
    void aToolThatDoesNotExistIsDeniedByName() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("1", "files__erase", "{}");
            assertThat(code(client.answer("1"))).contains("ILR-CALL-001");
            denied(gate.call(CallRequest.to("files", "erase")), "ILR-CALL-001");
        }
    }

    @Test
    void aNameThatImitatesAQualifiedOneIsNotShown() {
        ScriptedServer other = ScriptedServer.named("other").tool("files__read").tool("fine");
        try (Gate gate = Gate.beside(other)) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("1", "tools/list", "{}");
            assertThat(client.answer("1").at("/result/tools").orElseThrow().elements())
                    .extracting(tool -> tool.member("name").orElseThrow().text())
                    .containsExactly("files__read", "files__write", "other__fine");
            client.call("2", "other__files__read", "{}");
            assertThat(client.answer("2").raw()).contains("ILR-CALL-001");
            assertThat(other.calls()).isEmpty();
        }
    }
}
