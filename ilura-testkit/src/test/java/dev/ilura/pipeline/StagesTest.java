package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.completed;
import static dev.ilura.pipeline.Outcomes.denied;
import static dev.ilura.pipeline.Outcomes.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.CallRequest;
import dev.ilura.Decision;
import dev.ilura.Pod;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.testkit.ScriptedCall;
import dev.ilura.testkit.ScriptedClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each stage ends the calls that it has to end, and what it ends goes no further. */
class StagesTest {

    @Test
    void anAllowedCallReachesTheServerAndIsRecordedBeforeAndAfter() {
        try (Gate gate = Gate.open()) {
            CallOutcome.Completed outcome = completed(gate.call("read", Map.of("path", "a.md")));
            assertThat(outcome.text()).isEqualTo("{\"path\":\"a.md\"}");
            assertThat(gate.labels(outcome)).containsExactly("dispatch", "outcome");
            assertThat(outcome.auditNumber().getAsLong())
                    .isEqualTo(gate.log.events().indexOf(gate.last(outcome)));
        }
    }

    @Test
    void resolveEndsCallsToWhatDoesNotExist() {
        try (Gate gate = Gate.open()) {
            denied(gate.call(CallRequest.to("files", "read").inPod("nowhere")), "ILR-CALL-001");
            denied(gate.call(CallRequest.to("nobody", "read")), "ILR-CALL-001");
            assertThat(gate.files.starts()).as("nothing was started for them").isZero();
            denied(gate.call("erase"), "ILR-CALL-001");
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void resolveEndsCallsToServersOutsideThePodWithoutStartingThem() {
        TestPolicy allowing = new TestPolicy();
        try (Gate gate = Gate.with(
                builder -> builder.pod(new Pod("narrow", List.of("files"), allowing, Pod.ToolNames.qualified()))
                        .server(dev.ilura.testkit.ScriptedServer.named("other").tool("read")))) {
            denied(gate.call(CallRequest.to("other", "read").inPod("narrow")), "ILR-CALL-001");
            assertThat(gate.gateway().inventory().server("other").orElseThrow().identity())
                    .as("it never ran")
                    .isEmpty();
        }
    }

    @Test
    void validateEndsWhatIsNoInstanceOfTheSchema() {
        try (Gate gate = Gate.open()) {
            gate.policy.validating(call -> Optional.of(TestPolicy.deny()));
            CallOutcome.Denied outcome = denied(gate.call("read"), "ILR-TEST-001");
            assertThat(outcome.rule()).isEqualTo(TestPolicy.RULE);
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void decideEndsWhatThePolicyDeniesAndTheLogSaysWhy() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(TestPolicy.deny());
            CallOutcome.Denied outcome = denied(gate.call("write", Map.of("path", "x")), "ILR-TEST-001");
            assertThat(gate.files.calls())
                    .as("denied calls never reach the server")
                    .isEmpty();
            AuditEvent decision = gate.last(outcome);
            assertThat(decision.type()).isEqualTo(AuditEvent.Type.DECISION);
            assertThat(decision.text("decision")).contains("deny");
            assertThat(decision.text("why")).contains("The test says no.");
            assertThat(decision.text("policy")).contains("policy-1");
        }
    }

    @Test
    void rewrittenArgumentsAreWhatIsSentAndRecorded() {
        try (Gate gate = Gate.open()) {
            Decision.Terms terms =
                    new Decision.Terms(false, false, List.of(new Decision.Rewrite("/path", "/srv/docs/a.md")));
            gate.policy.deciding(TestPolicy.allow(terms));
            CallOutcome outcome = gate.call("read", Map.of("path", "/srv/docs/x/../a.md"));
            ScriptedCall sent = gate.files.calls().get(0);
            assertThat(sent.arguments().raw()).isEqualTo("{\"path\":\"/srv/docs/a.md\"}");
            assertThat(gate.log.ofCall(outcome.callId()))
                    .allSatisfy(event ->
                            assertThat(event.arguments().orElseThrow().json()).isEqualTo(sent.arguments()));
        }
    }

    @Test
    void aServersOwnErrorFailsTheCall() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> call.error(-32050, "disk on fire"));
            CallOutcome.Failed outcome = failed(gate.call("read"), "ILR-CALL-010", Effect.UNKNOWN);
            assertThat(outcome.reason()).contains("disk on fire");
        }
    }

    @Test
    void anErrorOfTheToolIsAnAnswer() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> call.toolError("no such file"));
            CallOutcome.Completed outcome = completed(gate.call("read"));
            assertThat(outcome.isError()).isTrue();
            assertThat(gate.last(outcome).text("outcome")).contains("tool_error");
        }
    }

    @Test
    void inspectWithholdsWhatAnInspectorWithholds() {
        ResponseInspector secrets = (call, result) -> new ResponseInspector.Withheld("ILR-TEST-002", "Holds a key.");
        try (Gate gate = Gate.inspecting(secrets)) {
            CallOutcome.Failed outcome = failed(gate.call("read"), "ILR-TEST-002", Effect.UNKNOWN);
            assertThat(outcome.toString()).doesNotContain("content");
            assertThat(gate.labels(outcome)).containsExactly("dispatch", "outcome");
        }
    }

    @Test
    void inspectHandsOnWhatAnInspectorChanged() {
        ResponseInspector redaction = (call, result) -> new ResponseInspector.Changed(
                JsonValue.parse("{\"content\":[{\"type\":\"text\",\"text\":\"***\"}]}"), "A key was removed.");
        try (Gate gate = Gate.inspecting(redaction)) {
            CallOutcome.Completed outcome = completed(gate.call("read"));
            assertThat(outcome.text()).isEqualTo("***");
            assertThat(gate.last(outcome).text("inspection")).contains("A key was removed.");
            assertThat(gate.last(outcome).result()).contains(outcome.result());
        }
    }

    @Test
    void anInspectorThatFailsWithholds() {
        ResponseInspector broken = (call, result) -> {
            throw new IllegalStateException("broken");
        };
        try (Gate gate = Gate.inspecting(broken)) {
            failed(gate.call("read"), "ILR-CALL-009", Effect.UNKNOWN);
        }
    }

    @Test
    void anInspectorThatSaysNothingWithholds() {
        ResponseInspector silent = (call, result) -> null;
        try (Gate gate = Gate.inspecting(silent)) {
            failed(gate.call("read"), "ILR-CALL-009", Effect.UNKNOWN);
        }
    }

    /** The attack: what an inspector would withhold comes back as the text of an error. */
    @Test
    void aServersErrorIsInspectedToo() {
        ResponseInspector keys = (call, result) -> result.raw().contains("sk-123")
                ? new ResponseInspector.Withheld("ILR-TEST-002", "Holds a key.")
                : new ResponseInspector.Pass();
        try (Gate gate = Gate.inspecting(keys)) {
            gate.files.tool("read", call -> call.error(-32000, "your key is sk-123"));
            CallOutcome.Failed outcome = failed(gate.call("read"), "ILR-TEST-002", Effect.UNKNOWN);
            assertThat(outcome.toString()).doesNotContain("sk-123");
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("1", "files__read", "{}");
            assertThat(client.answer("1").raw()).doesNotContain("sk-123").contains("ILR-TEST-002");
        }
    }

    @Test
    void anErrorThatAnInspectorChangedStaysAnError() {
        ResponseInspector redaction = (call, result) ->
                new ResponseInspector.Changed(JsonValue.parse("{\"code\":-32000,\"message\":\"***\"}"), "redacted");
        try (Gate gate = Gate.inspecting(redaction)) {
            gate.files.tool("read", call -> call.error(-32000, "your key is sk-123"));
            CallOutcome.Failed outcome = failed(gate.call("read"), "ILR-CALL-010", Effect.UNKNOWN);
            assertThat(outcome.reason()).contains("***").doesNotContain("sk-123");
        }
    }

    @Test
    void inspectorsSeeWhatTheOneBeforeLeft() {
        ResponseInspector first =
                (call, result) -> new ResponseInspector.Changed(JsonValue.parse("{\"content\":[]}"), "emptied");
        ResponseInspector second = (call, result) -> result.raw().equals("{\"content\":[]}")
                ? new ResponseInspector.Pass()
                : new ResponseInspector.Withheld("ILR-TEST-003", "saw the original");
        try (Gate gate = Gate.with(builder -> builder.inspector(first).inspector(second))) {
            completed(gate.call("read"));
        }
    }

    @Test
    void aListenerThatThrowsChangesNothing() {
        dev.ilura.spi.GatewayListener broken = new dev.ilura.spi.GatewayListener() {
            @Override
            public void decided(dev.ilura.ToolCall call, Decision decision) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void ended(dev.ilura.ToolCall call, CallOutcome outcome) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void server(String server, String state, String detail) {
                throw new IllegalStateException("broken");
            }
        };
        try (Gate gate = Gate.with(builder -> builder.listener(broken))) {
            completed(gate.call("read"));
        }
    }

    @Test
    void aClosedGatewayCallsNobody() {
        Gate gate = Gate.open();
        completed(gate.call("read"));
        gate.close();
        failed(gate.call("read"), "ILR-CALL-013", Effect.NONE);
        assertThat(gate.files.calls()).hasSize(1);
        assertThat(gate.files.running()).isZero();
        assertThat(gate.log.isClosed()).isTrue();
    }
}
