package dev.ilura.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ClientDialogue;
import dev.ilura.testkit.ScriptedCall;
import dev.ilura.testkit.ScriptedClient;
import dev.ilura.testkit.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of 2026-07-28, before a server of the handshake era and before one of their own. */
class ModernClientTest {
    private static final String ELICITS = "{\"elicitation\":{\"form\":{}}}";
    private static final String FORM =
            "{\"message\":\"Which?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}";

    private static Optional<Long> code(JsonValue answer) {
        return answer.at("/error/code").flatMap(JsonValue::integer);
    }

    private static String type(JsonValue answer) {
        return answer.at("/result/resultType").map(JsonValue::text).orElse("");
    }

    @Test
    void discoversWhatItsServersCan() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("1", "server/discover", "{" + Eras.meta("{}") + "}");
            JsonValue result = client.answer("1").member("result").orElseThrow();
            assertThat(result.at("/supportedVersions").orElseThrow().raw()).isEqualTo("[\"2026-07-28\"]");
            assertThat(result.at("/capabilities/tools/listChanged")).isPresent();
            assertThat(result.at("/capabilities/prompts"))
                    .as("no server has any")
                    .isEmpty();
            assertThat(result.at("/ttlMs").flatMap(JsonValue::integer)).isPresent();
            assertThat(result.at("/cacheScope").orElseThrow().text()).isEqualTo("private");
        }
    }

    @Test
    void aRequestWithoutItsMetadataIsRefused() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("1", "server/discover", "{}");
            assertThat(code(client.answer("1"))).contains(-32602L);
            client.request(
                    "2", "tools/list", "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}");
            assertThat(code(client.answer("2"))).contains(-32602L);
        }
    }

    @Test
    void anotherRevisionIsRefusedWithThoseThatAreSpoken() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("1", "tools/list", "{" + Eras.meta("{}").replace("2026-07-28", "v999") + "}");
            JsonValue answer = client.answer("1");
            assertThat(code(answer)).contains(-32022L);
            assertThat(answer.at("/error/data/supported").orElseThrow().raw()).isEqualTo("[\"2026-07-28\"]");
            assertThat(answer.at("/error/data/requested").orElseThrow().text()).isEqualTo("v999");
        }
    }

    @Test
    void whatTheRevisionNoLongerHasIsNotKnown() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            int id = 1;
            for (String method : new String[] {"initialize", "ping", "logging/setLevel", "resources/subscribe"}) {
                client.request(Integer.toString(id), method, "{" + Eras.meta("{}") + "}");
                assertThat(code(client.answer(Integer.toString(id)))).as(method).contains(-32601L);
                id++;
            }
        }
    }

    @Test
    void aServerOfTheHandshakeEraGetsNoMetadataAndItsResultBecomesComplete() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> call.answer("{\"content\":[],\"x-own\":1.50}"));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            Eras.call(client, "1", "files__read", "{}", ELICITS);
            assertThat(client.answer("1").member("result").orElseThrow().raw())
                    .isEqualTo("{\"resultType\":\"complete\",\"content\":[],\"x-own\":1.50}");
            assertThat(gate.files
                            .calls()
                            .get(0)
                            .frame()
                            .at("/params/_meta")
                            .map(JsonValue::raw)
                            .orElse("{}"))
                    .isEqualTo("{}");
        }
    }

    @Test
    void listsSayHowLongTheyMayBeKept() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("1", "tools/list", "{" + Eras.meta("{}") + "}");
            JsonValue result = client.answer("1").member("result").orElseThrow();
            assertThat(result.member("tools").orElseThrow().elements()).hasSize(2);
            assertThat(type(client.answer("1"))).isEqualTo("complete");
            assertThat(result.member("ttlMs").flatMap(JsonValue::integer)).isPresent();
            assertThat(result.member("cacheScope").orElseThrow().text()).isEqualTo("private");
        }
    }

    @Test
    void aServersQuestionEndsTheRequestAndTheNextOneGoesOnWithTheCall() {
        try (Gate gate = Gate.open()) {
            gate.files.tool(
                    "write",
                    call -> call.ask("elicitation/create", FORM)
                            .thenAccept(said -> call.answerText(said.at("/result/content/which")
                                    .orElseThrow()
                                    .raw())));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("0", "tools/list", "{" + Eras.meta("{}") + "}");
            client.answer("0");
            Eras.call(client, "1", "files__write", "{\"a\":1}", ELICITS);
            JsonValue asked = Eras.asked(gate, client, "1");
            assertThat(type(asked)).isEqualTo("input_required");
            assertThat(asked.at("/result/inputRequests/q1/params").orElseThrow().raw())
                    .isEqualTo(FORM);
            Eras.retry(
                    client,
                    "2",
                    "files__write",
                    "{\"a\":1}",
                    ELICITS,
                    asked,
                    "{\"q1\":{\"action\":\"accept\",\"content\":{\"which\":7}}}");
            JsonValue answer = client.answer("2");
            assertThat(type(answer)).isEqualTo("complete");
            assertThat(answer.at("/result/content/0/text").orElseThrow().text()).isEqualTo("7");
            assertThat(gate.files.calls()).as("one call, over two requests").hasSize(1);
            assertThat(client.answers("1")).hasSize(1);
        }
    }

    @Test
    void whatAServerAsksAtOnceIsAskedAtOnce() {
        try (Gate gate = Gate.open()) {
            gate.files.tool(
                    "write",
                    call -> call.ask("elicitation/create", FORM)
                            .thenCombine(call.ask("elicitation/create", FORM), List::of)
                            .thenRun(() -> call.answerText("both")));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            Eras.call(client, "1", "files__write", "{}", ELICITS);
            JsonValue asked = Eras.asked(gate, client, "1");
            assertThat(asked.at("/result/inputRequests").orElseThrow().members())
                    .containsOnlyKeys("q1", "q2");
            String no = "{\"action\":\"decline\"}";
            Eras.retry(client, "2", "files__write", "{}", ELICITS, asked, "{\"q1\":" + no + "}");
            JsonValue again = Eras.asked(gate, client, "2");
            assertThat(again.at("/result/inputRequests").orElseThrow().members())
                    .as("what was not answered is asked again")
                    .containsOnlyKeys("q2");
            Eras.retry(client, "3", "files__write", "{}", ELICITS, again, "{\"q2\":" + no + "}");
            assertThat(client.answer("3")
                            .at("/result/content/0/text")
                            .orElseThrow()
                            .text())
                    .isEqualTo("both");
        }
    }

    @ParameterizedTest
    @CsvSource({"user_name,user_name", "q7,q1", "a\\u0000b,q1", "__proto__,q1", "'',q1"})
    void aServerMaySayWhatItCallsAQuestion(String said, String key) {
        try (Gate gate = Gate.open()) {
            String form = FORM.replace("{\"message\"", "{\"_meta\":{\"dev.ilura/key\":\"" + said + "\"},\"message\"");
            gate.files.tool("write", call -> call.ask("elicitation/create", form));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            Eras.call(client, "1", "files__write", "{}", ELICITS);
            assertThat(Eras.asked(gate, client, "1")
                            .at("/result/inputRequests")
                            .orElseThrow()
                            .members())
                    .containsOnlyKeys(key);
        }
    }

    @Test
    void aStateIsGoodForOneUseByItsOwnerForTheSameRequest() {
        try (Gate gate = Gate.open()) {
            gate.files.tool(
                    "write", call -> call.ask("elicitation/create", FORM).thenAccept(said -> call.answerText("done")));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("0", "tools/list", "{" + Eras.meta("{}") + "}");
            client.answer("0");
            Eras.call(client, "1", "files__write", "{\"a\":1}", ELICITS);
            JsonValue asked = Eras.asked(gate, client, "1");
            String yes = "{\"q1\":{\"action\":\"accept\",\"content\":{}}}";
            Eras.retry(client, "2", "files__write", "{\"a\":2}", ELICITS, asked, yes);
            assertThat(code(client.answer("2"))).as("other arguments").contains(-32602L);
            Eras.retry(client, "3", "files__read", "{\"a\":1}", ELICITS, asked, yes);
            assertThat(code(client.answer("3"))).as("another tool").contains(-32602L);
            ScriptedClient other = ScriptedClient.of(gate.gateway(), "default", "somebody else");
            Eras.retry(other, "4", "files__write", "{\"a\":1}", ELICITS, asked, yes);
            assertThat(code(other.answer("4"))).as("another principal").contains(-32602L);
            Eras.retry(client, "5", "files__write", "{\"a\":1}", ELICITS, asked, yes);
            assertThat(type(client.answer("5"))).isEqualTo("complete");
            Eras.retry(client, "6", "files__write", "{\"a\":1}", ELICITS, asked, yes);
            assertThat(code(client.answer("6"))).as("used already").contains(-32602L);
        }
    }

    @Test
    void aForgedStateIsNoState() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            JsonValue forged = JsonValue.parse("{\"result\":{\"requestState\":\"ilura1.00.1.AAAA\"}}");
            Eras.retry(client, "1", "files__write", "{}", ELICITS, forged, "{}");
            assertThat(code(client.answer("1"))).contains(-32602L);
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void aCallWhoseClientDoesNotComeBackEnds() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("write", call -> call.ask("elicitation/create", FORM));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("0", "tools/list", "{" + Eras.meta("{}") + "}");
            client.answer("0");
            Eras.call(client, "1", "files__write", "{}", ELICITS);
            JsonValue asked = Eras.asked(gate, client, "1");
            gate.time.advance(Duration.ofSeconds(61));
            Gate.until(() -> gate.files.frames("notifications/cancelled").size() == 1);
            Eras.retry(client, "2", "files__write", "{}", ELICITS, asked, "{\"q1\":{\"action\":\"decline\"}}");
            assertThat(code(client.answer("2"))).contains(-32602L);
        }
    }

    @Test
    void aModernServersQuestionAndStatePassByteForByte() {
        ScriptedServer modern = ScriptedServer.named("new").modern();
        modern.tool("ask", call -> {
            if (call.frame().at("/params/requestState").isEmpty()) {
                call.answer(
                        "{\"resultType\":\"input_required\",\"requestState\":\"\\u0073tate\",\"inputRequests\":{\"k\":"
                                + "{\"method\":\"elicitation/create\",\"params\":" + FORM + "}}}");
            } else {
                call.answer("{\"resultType\":\"complete\",\"content\":[]}");
            }
        });
        try (Gate gate = Gate.beside(modern)) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            Eras.call(client, "1", "new__ask", "{}", ELICITS);
            JsonValue asked = Eras.asked(gate, client, "1");
            assertThat(asked.at("/result/requestState").orElseThrow().raw()).isEqualTo("\"\\u0073tate\"");
            Eras.retry(client, "2", "new__ask", "{}", ELICITS, asked, "{\"k\":{\"action\":\"decline\"}}");
            assertThat(type(client.answer("2"))).isEqualTo("complete");
            assertThat(modern.calls()
                            .get(1)
                            .frame()
                            .at("/params/requestState")
                            .orElseThrow()
                            .raw())
                    .isEqualTo("\"\\u0073tate\"");
            assertThat(modern.calls()
                            .get(1)
                            .frame()
                            .at("/params/inputResponses")
                            .orElseThrow()
                            .raw())
                    .isEqualTo("{\"k\":{\"action\":\"decline\"}}");
            assertThat(gate.log.events())
                    .filteredOn(event -> event.text("tool").orElse("").equals("@elicitation"))
                    .isNotEmpty();
        }
    }

    @Test
    void aQuestionThatThePolicyDeniesNeverReachesTheClient() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(call -> call.tool().name().startsWith("@") ? TestPolicy.deny() : TestPolicy.allow());
            gate.files.tool(
                    "write",
                    call -> call.ask("elicitation/create", FORM)
                            .thenAccept(said -> call.answerText(
                                    said.at("/result/action").orElseThrow().text())));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("0", "tools/list", "{" + Eras.meta("{}") + "}");
            client.answer("0");
            Eras.call(client, "1", "files__write", "{}", ELICITS);
            assertThat(client.answer("1")
                            .at("/result/content/0/text")
                            .orElseThrow()
                            .text())
                    .isEqualTo("decline");
        }
    }

    @Test
    void callsAtOnceHaveAConnectionEachAndALaterOneTakesOverAnIdleOne() {
        try (Gate gate = Gate.open()) {
            List<ScriptedCall> asking = new CopyOnWriteArrayList<>();
            gate.files.tool("write", asking::add);
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("0", "tools/list", "{" + Eras.meta(ELICITS) + "}");
            client.answer("0");
            Eras.call(client, "1", "files__write", "{\"n\":1}", ELICITS);
            Eras.call(client, "2", "files__write", "{\"n\":2}", ELICITS);
            Gate.until(() -> asking.size() == 2);
            asking.forEach(call -> call.ask(
                    "elicitation/create",
                    FORM.replace("Which?", call.arguments().raw().replace("\"", "'"))));
            for (String id : List.of("1", "2")) {
                assertThat(Eras.asked(gate, client, id)
                                .at("/result/inputRequests/q1/params/message")
                                .orElseThrow()
                                .text())
                        .as("a question belongs to the call that caused it")
                        .isEqualTo("{'n':" + id + "}");
            }
            assertThat(gate.files.running())
                    .as("the shared one, and one for each call")
                    .isEqualTo(3);
            gate.time.advance(Duration.ofSeconds(61));
            Gate.until(() -> gate.files.frames("notifications/cancelled").size() == 2);
            Eras.call(client, "3", "files__read", "{}", ELICITS);
            assertThat(type(client.answer("3"))).isEqualTo("complete");
            assertThat(gate.files.running()).isEqualTo(3);
            gate.time.advance(Duration.ofMinutes(6));
            Gate.until(() -> gate.files.running() == 1);
        }
    }

    @Test
    void principalsShareNoConnectionThatCanAsk() {
        try (Gate gate = Gate.open()) {
            for (String principal : List.of("ada", "eve")) {
                ScriptedClient client = ScriptedClient.of(gate.gateway(), "default", principal);
                client.request("0", "tools/list", "{" + Eras.meta(ELICITS) + "}");
                client.answer("0");
                Eras.call(client, "1", "files__read", "{}", ELICITS);
                client.answer("1");
            }
            assertThat(gate.files.running())
                    .as("the shared one, and one for each principal")
                    .isEqualTo(3);
        }
    }

    @Test
    void whatAServerAsksAfterTheEndOfACallReachesNobody() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("0", "tools/list", "{" + Eras.meta(ELICITS) + "}");
            client.answer("0");
            Eras.call(client, "1", "files__read", "{}", ELICITS);
            client.answer("1");
            Gate.until(() -> gate.files
                    .ask("elicitation/create", FORM)
                    .join()
                    .member("error")
                    .isPresent());
            assertThat(client.received())
                    .noneMatch(frame -> frame.at("/result/inputRequests").isPresent());
        }
    }

    @Test
    void onlySoManyConnectionsAreOpenedForSingleClients() {
        try (Gate gate = Gate.open()) {
            for (int i = 0; i < 20; i++) {
                ScriptedClient client = Eras.handshake(gate, "{\"roots\":{}}");
                client.call("1", "files__read", "{}");
                client.answer("1");
            }
            assertThat(gate.files.running()).as("sixteen, and the shared one").isEqualTo(17);
        }
    }

    @Test
    void listensToChangesUnderTheIdOfItsRequest() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.request("0", "tools/list", "{" + Eras.meta("{}") + "}");
            client.answer("0");
            client.request(
                    "\"sub\"",
                    "subscriptions/listen",
                    "{\"notifications\":{\"toolsListChanged\":true}," + Eras.meta("{}") + "}");
            Gate.until(() -> !client.notifications("notifications/subscriptions/acknowledged")
                    .isEmpty());
            gate.files.describe("read", "changed").listChanged();
            Gate.until(() ->
                    client.notifications("notifications/tools/list_changed").size() == 1);
            assertThat(client.notifications("notifications/tools/list_changed")
                            .get(0)
                            .at("/params/_meta/io.modelcontextprotocol~1subscriptionId")
                            .orElseThrow()
                            .text())
                    .isEqualTo("sub");
            client.cancel("\"sub\"");
            gate.files.describe("write", "changed").listChanged();
            Gate.until(() ->
                    gate.gateway().inventory().servers().get(0).quarantined().size() == 2);
            assertThat(client.notifications("notifications/tools/list_changed")).hasSize(1);
            assertThat(client.answers("\"sub\"")).isEmpty();
        }
    }

    @Test
    void approvalsReachThePersonThroughTheProtocol() {
        try (Gate gate = Gate.approving(new Elicited())) {
            gate.policy.deciding(TestPolicy.ask(RiskLane.MEDIUM));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            Eras.call(client, "1", "files__write", "{}", ELICITS);
            JsonValue asked = Eras.asked(gate, client, "1");
            assertThat(type(asked)).isEqualTo("input_required");
            assertThat(gate.files.calls()).isEmpty();
            Eras.retry(
                    client,
                    "2",
                    "files__write",
                    "{}",
                    ELICITS,
                    asked,
                    "{\"q1\":{\"action\":\"accept\",\"content\":{\"yes\":true}}}");
            assertThat(type(client.answer("2"))).isEqualTo("complete");
            assertThat(gate.files.calls()).hasSize(1);
        }
    }

    /** Asks for a yes by form. */
    static final class Elicited implements ApprovalHandler {
        @Override
        public ApprovalAnswer ask(ApprovalTicket ticket) {
            throw new AssertionError("the dialogue is there");
        }

        @Override
        public ApprovalAnswer ask(ApprovalTicket ticket, ClientDialogue client) {
            JsonValue schema =
                    JsonValue.of(Map.of("type", "object", "properties", Map.of("yes", Map.of("type", "boolean"))));
            return client.form("Really?", schema).toCompletableFuture().join() instanceof ClientDialogue.Accepted
                    ? new ApprovalAnswer.Approved(
                            ticket.digest(), "test", "the client", Optional.empty(), Optional.empty())
                    : new ApprovalAnswer.Refused("test", "the client", "no");
        }
    }
}
