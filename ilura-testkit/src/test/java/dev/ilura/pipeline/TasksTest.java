package dev.ilura.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import dev.ilura.testkit.ScriptedClient;
import dev.ilura.testkit.ScriptedServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks of 2025-11-25 and of the extension of 2026-07-28, each between a client and a server of its own era. */
class TasksTest {
    private static final String EXTENSION = "\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}";
    private static final String ASKABLE = "{" + EXTENSION + ",\"elicitation\":{\"form\":{}},\"sampling\":{}}";
    private static final String TIMES =
            "\"createdAt\":\"2026-09-01T10:00:00Z\",\"lastUpdatedAt\":\"2026-09-01T10:00:01Z\",";
    private static final String FORM = "{\"method\":\"elicitation/create\",\"params\":{\"mode\":\"form\","
            + "\"message\":\"Which?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}";
    private static final String SAMPLE =
            "{\"method\":\"sampling/createMessage\",\"params\":{\"messages\":[],\"maxTokens\":1}}";

    private static String task(String status, String more) {
        return "{\"resultType\":\"" + (status.equals("new") ? "task" : "complete")
                + "\",\"taskId\":\"t-1\",\"status\":\""
                + (status.equals("new") ? "working" : status) + "\"," + TIMES + "\"ttlMs\":60000,\"x-own\":1.50"
                + (more.isEmpty() ? "" : "," + more) + "}";
    }

    /** A server of the extension whose only task is what the test says. */
    private static ScriptedServer jobs(AtomicReference<String> now) {
        return ScriptedServer.named("jobs")
                .modern()
                .capabilities("{\"tools\":{}," + EXTENSION + "}")
                .tool("job", call -> call.answer(task("new", "")))
                .on("tasks/get", call -> call.answer(now.get()))
                .answering("tasks/update", "{\"resultType\":\"complete\"}")
                .answering("tasks/cancel", "{\"resultType\":\"complete\"}");
    }

    private static ScriptedClient withTask(Gate gate) {
        ScriptedClient client = ScriptedClient.of(gate.gateway(), "default", "ada");
        Eras.call(client, "\"made\"", "jobs__job", "{}", ASKABLE);
        assertThat(result(client, "\"made\"")).isEqualTo(task("new", ""));
        return client;
    }

    private static void ask(ScriptedClient client, String id, String method, String more) {
        client.request(id, method, "{\"taskId\":\"t-1\"," + more + Eras.meta(ASKABLE) + "}");
    }

    private static String result(ScriptedClient client, String id) {
        JsonValue answer = client.answer(id);
        return answer.member("result").map(JsonValue::raw).orElseGet(answer::raw);
    }

    @Test
    void theExtensionIsDeclaredToItsOwnEraOnly() {
        try (Gate gate = Gate.beside(jobs(new AtomicReference<>("{}")))) {
            ScriptedClient modern = ScriptedClient.of(gate.gateway());
            modern.request("1", "server/discover", "{" + Eras.meta(ASKABLE) + "}");
            assertThat(modern.answer("1").at("/result/capabilities/extensions/io.modelcontextprotocol~1tasks"))
                    .isPresent();
            ScriptedClient older = Eras.handshake(gate, "{}");
            JsonValue hello = older.answer("\"hello\"");
            assertThat(hello.at("/result/capabilities/extensions")).isEmpty();
            assertThat(hello.at("/result/capabilities/tasks")).isEmpty();
        }
    }

    @Test
    void aTaskIsMadeWatchedAnsweredAndCancelledByteForByte() {
        AtomicReference<String> now = new AtomicReference<>(task("working", "\"pollIntervalMs\":10"));
        ScriptedServer jobs = jobs(now);
        try (Gate gate = Gate.beside(jobs)) {
            ScriptedClient client = withTask(gate);
            assertThat(jobs.calls().get(0).frame().raw())
                    .as("the server sees who can take a task")
                    .contains(EXTENSION);
            ask(client, "1", "tasks/get", "");
            assertThat(result(client, "1")).isEqualTo(now.get());
            now.set(task("input_required", "\"inputRequests\":{\"name\" : " + FORM + "}"));
            ask(client, "2", "tasks/get", "");
            assertThat(result(client, "2")).isEqualTo(now.get());
            ask(client, "3", "tasks/update", "\"inputResponses\":{\"name\":{\"action\":\"accept\",\"content\":{}}},");
            assertThat(result(client, "3")).isEqualTo("{\"resultType\":\"complete\"}");
            assertThat(jobs.frames("tasks/update")
                            .get(0)
                            .at("/params/inputResponses")
                            .orElseThrow()
                            .raw())
                    .isEqualTo("{\"name\":{\"action\":\"accept\",\"content\":{}}}");
            now.set(task("completed", "\"result\":{\"content\":[],\"n\":1e2}"));
            ask(client, "4", "tasks/get", "");
            assertThat(result(client, "4")).isEqualTo(now.get());
            ask(client, "5", "tasks/cancel", "");
            assertThat(result(client, "5")).isEqualTo("{\"resultType\":\"complete\"}");
            assertThat(jobs.frames("tasks/cancel")
                            .get(0)
                            .at("/params/taskId")
                            .orElseThrow()
                            .text())
                    .isEqualTo("t-1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasks/get", "tasks/update", "tasks/cancel"})
    void theIdOfATaskOpensNothingForOthers(String method) {
        ScriptedServer jobs = jobs(new AtomicReference<>(task("working", "")));
        try (Gate gate = Gate.beside(jobs)) {
            withTask(gate);
            ScriptedClient eve = ScriptedClient.of(gate.gateway(), "default", "eve");
            ask(eve, "1", method, "\"inputResponses\":{},");
            assertThat(result(eve, "1")).contains("ILR-CALL-001");
            assertThat(jobs.frames(method)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "update", "cancel"})
    void whatIsDoneWithATaskIsJudged(String what) {
        ScriptedServer jobs = jobs(new AtomicReference<>(task("working", "")));
        try (Gate gate = Gate.beside(jobs)) {
            ScriptedClient client = withTask(gate);
            gate.policy.deciding(
                    call -> call.tool().name().equals("@task:" + what) ? TestPolicy.deny() : TestPolicy.allow());
            ask(client, "1", "tasks/" + what, "\"inputResponses\":{},");
            assertThat(result(client, "1")).contains("ILR-TEST-001");
            assertThat(jobs.frames("tasks/" + what)).isEmpty();
        }
    }

    @Test
    void aQuestionOfATaskIsJudgedOnceHoweverOftenItIsLookedAt() {
        AtomicReference<String> now =
                new AtomicReference<>(task("input_required", "\"inputRequests\":{\"a\":" + FORM + "}"));
        try (Gate gate = Gate.beside(jobs(now))) {
            AtomicInteger asked = new AtomicInteger();
            gate.policy.deciding(call -> {
                asked.addAndGet(call.tool().name().equals("@elicitation") ? 1 : 0);
                return TestPolicy.allow();
            });
            ScriptedClient client = withTask(gate);
            for (String id : List.of("1", "2", "3")) {
                ask(client, id, "tasks/get", "");
                assertThat(result(client, id)).isEqualTo(now.get());
            }
            assertThat(asked).hasValue(1);
            now.set(task("input_required", "\"inputRequests\":{\"a\":" + FORM.replace("Which?", "Password?") + "}"));
            ask(client, "4", "tasks/get", "");
            client.answer("4");
            assertThat(asked).as("another question under the same key").hasValue(2);
        }
    }

    @Test
    void aQuestionThatMayNotBeAskedIsDeclinedAndNotShown() {
        AtomicReference<String> now = new AtomicReference<>(
                task("input_required", "\"inputRequests\":{\"a\":" + FORM + ",\"b\":" + SAMPLE + "}"));
        ScriptedServer jobs = jobs(now);
        try (Gate gate = Gate.beside(jobs)) {
            Set<String> judged = ConcurrentHashMap.newKeySet();
            gate.policy.deciding(call -> {
                judged.add(call.tool().name());
                return call.tool().name().equals("@elicitation") ? TestPolicy.deny() : TestPolicy.allow();
            });
            ScriptedClient client = withTask(gate);
            ask(client, "1", "tasks/get", "");
            assertThat(result(client, "1"))
                    .isEqualTo(task("input_required", "\"inputRequests\":{\"b\":" + SAMPLE + "}"));
            JsonValue update = jobs.frames("tasks/update").get(0);
            assertThat(update.at("/params/taskId").orElseThrow().text()).isEqualTo("t-1");
            assertThat(update.at("/params/inputResponses").orElseThrow().raw())
                    .isEqualTo("{\"a\":{\"action\":\"decline\"}}");
            assertThat(judged).contains("@elicitation", "@sampling");
        }
    }

    @Test
    void aQuestionThatCannotBeDeclinedIsNoAnswer() {
        AtomicReference<String> now =
                new AtomicReference<>(task("input_required", "\"inputRequests\":{\"b\":" + SAMPLE + "}"));
        ScriptedServer jobs = jobs(now);
        try (Gate gate = Gate.beside(jobs)) {
            gate.policy.deciding(
                    call -> call.tool().name().equals("@sampling") ? TestPolicy.deny() : TestPolicy.allow());
            ScriptedClient client = withTask(gate);
            ask(client, "1", "tasks/get", "");
            assertThat(result(client, "1")).contains("ILR-CALL-016").doesNotContain("maxTokens");
            assertThat(jobs.frames("tasks/update")).isEmpty();
        }
    }

    @Test
    void eachEraHasItsOwnMethods() {
        ScriptedServer jobs = jobs(new AtomicReference<>(task("working", "")));
        try (Gate gate = Gate.beside(jobs)) {
            ScriptedClient modern = withTask(gate);
            for (String method : List.of("tasks/list", "tasks/result")) {
                ask(modern, "\"" + method + "\"", method, "");
                assertThat(result(modern, "\"" + method + "\"")).contains("-32601");
            }
            ScriptedClient older = Eras.handshake(gate, "{}");
            older.request("1", "tasks/update", "{\"taskId\":\"t-1\",\"inputResponses\":{}}");
            assertThat(result(older, "1"))
                    .as("a method of 2026-07-28 without what its requests have")
                    .contains("-32602");
            assertThat(jobs.frames("tasks/update")).isEmpty();
        }
    }

    @Test
    void theHandshakeErasTasksRunToTheirResultWithQuestionsAndStatusInBetween() {
        McpSchema schema = McpSchema.of("2025-11-25");
        String task = "{\"taskId\":\"t1\",\"status\":\"%s\"," + TIMES + "\"ttl\":60000}";
        ScriptedServer slow = ScriptedServer.named("slow")
                .capabilities(
                        "{\"tools\":{},\"tasks\":{\"list\":{},\"cancel\":{},\"requests\":{\"tools\":{\"call\":{}}}}}")
                .tool("job", call -> call.answer("{\"task\":" + task.formatted("working") + "}"))
                .on("tasks/result", call -> {
                    call.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tasks/status\",\"params\":"
                            + task.formatted("input_required") + "}");
                    call.ask(
                                    "elicitation/create",
                                    "{\"message\":\"Which?\",\"requestedSchema\":{\"type\":\"object\","
                                            + "\"properties\":{}},\"_meta\":{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"t1\"}}}")
                            .thenAccept(said -> call.answer("{\"content\":[{\"type\":\"text\",\"text\":\"done\"}],"
                                    + "\"_meta\":{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"t1\"}}}"));
                })
                .answering("tasks/cancel", task.formatted("cancelled"));
        try (Gate gate = Gate.beside(slow)) {
            ScriptedClient client = Eras.handshake(gate, "{\"elicitation\":{}}");
            client.request("1", "tools/call", "{\"name\":\"slow__job\",\"arguments\":{},\"task\":{\"ttl\":60000}}");
            assertThat(result(client, "1")).isEqualTo("{\"task\":" + task.formatted("working") + "}");
            assertThat(slow.calls().get(0).frame().at("/params/task/ttl")).isPresent();
            client.request("2", "tasks/result", "{\"taskId\":\"t1\"}");
            Gate.until(() -> !client.notifications("elicitation/create").isEmpty());
            JsonValue question = client.notifications("elicitation/create").get(0);
            assertThat(question.raw()).contains("io.modelcontextprotocol/related-task");
            client.send("{\"jsonrpc\":\"2.0\",\"id\":"
                    + question.member("id").orElseThrow().raw() + ",\"result\":{\"action\":\"decline\"}}");
            assertThat(result(client, "2")).contains("\"done\"", "related-task");
            client.request("3", "tasks/cancel", "{\"taskId\":\"t1\"}");
            assertThat(result(client, "3")).isEqualTo(task.formatted("cancelled"));
            assertThat(client.notifications("notifications/tasks/status")).hasSize(1);
            Map<String, String> methods = Map.of("1", "tools/call", "2", "tasks/result", "3", "tasks/cancel");
            assertThat(client.received())
                    .filteredOn(frame ->
                            !frame.member("id").map(JsonValue::raw).orElse("").equals("\"hello\""))
                    .allSatisfy(frame -> assertThat(
                                    frame.member("method").isPresent()
                                            ? schema.faultsOfMessage(frame)
                                            : schema.faultsOfAnswer(
                                                    methods.getOrDefault(
                                                            frame.member("id")
                                                                    .orElseThrow()
                                                                    .raw(),
                                                            ""),
                                                    frame))
                            .as("%s", frame)
                            .isEmpty());
        }
    }
}
