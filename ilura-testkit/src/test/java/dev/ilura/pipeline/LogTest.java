package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.completed;
import static dev.ilura.pipeline.Outcomes.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.Gateway;
import dev.ilura.Limits;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.testkit.ScriptedServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Nothing happens that is not on record first, and nobody learns what is not on record. */
class LogTest {

    @Test
    void aLogThatRefusesTheIntentPreventsTheEffect() {
        try (Gate gate = Gate.open()) {
            gate.log.refusing(event -> event.type() == AuditEvent.Type.DISPATCH);
            failed(gate.call("write"), "ILR-CALL-013", Effect.NONE);
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void theCallLeavesOnlyWhenTheIntentIsAcknowledged() {
        try (Gate gate = Gate.open()) {
            completed(gate.call("read"));
            gate.log.holding(event -> event.type() == AuditEvent.Type.DISPATCH);
            CompletableFuture<CallOutcome> call = gate.start("write");
            Gate.until(() -> gate.log.events(AuditEvent.Type.DISPATCH).size() == 2);
            assertThat(gate.files.calls()).as("taken is not acknowledged").hasSize(1);
            gate.log.acknowledge();
            completed(Gate.outcome(call));
            assertThat(gate.files.calls()).hasSize(2);
        }
    }

    @Test
    void aLogThatRefusesTheOutcomeWithholdsTheResult() {
        try (Gate gate = Gate.open()) {
            gate.log.refusing(event -> event.type() == AuditEvent.Type.OUTCOME);
            CallOutcome.Failed outcome =
                    failed(gate.call("read", Map.of("path", "secret")), "ILR-CALL-013", Effect.UNKNOWN);
            assertThat(outcome.toString()).doesNotContain("secret");
            assertThat(outcome.auditNumber()).isEmpty();
        }
    }

    @Test
    void aRefusedOutcomeDoesNotClaimThatAChangedResultHadNoEffect() {
        ResponseInspector redaction = (call, result) -> new ResponseInspector.Changed(JsonValue.parse("{}"), "emptied");
        try (Gate gate = Gate.inspecting(redaction)) {
            gate.log.refusing(event -> event.type() == AuditEvent.Type.OUTCOME);
            failed(gate.call("write"), "ILR-CALL-013", Effect.UNKNOWN);
        }
    }

    @Test
    void aRefusedOutcomeDoesNotClaimThatATimeOutHadNoEffect() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("write", call -> {});
            gate.log.refusing(event -> event.type() == AuditEvent.Type.OUTCOME);
            CompletableFuture<CallOutcome> call = gate.start("write");
            Gate.until(() -> gate.files.calls().size() == 1);
            gate.time.advance(Limits.DEFAULTS.callTimeout());
            failed(Gate.outcome(call), "ILR-CALL-013", Effect.UNKNOWN);
        }
    }

    @Test
    void aLogThatSaysNothingCountsAsOneThatRefuses() {
        try (Gate gate = Gate.open()) {
            gate.log.holding(event -> event.type() == AuditEvent.Type.DISPATCH);
            CompletableFuture<CallOutcome> call = gate.start("write");
            Gate.until(() -> gate.log.events(AuditEvent.Type.DISPATCH).size() == 1 && gate.time.timers() > 0);
            gate.time.advance(Limits.DEFAULTS.callTimeout());
            failed(Gate.outcome(call), "ILR-CALL-013", Effect.NONE);
            gate.log.acknowledge();
            assertThat(gate.files.calls()).as("a late word changes nothing").isEmpty();
        }
    }

    @Test
    void aSinkThatThrowsRefuses() {
        intentIsNotOnRecord(() -> {
            throw new IllegalStateException("disk on fire");
        });
    }

    @Test
    void aSinkThatGivesNullRefuses() {
        intentIsNotOnRecord(() -> null);
    }

    @Test
    void aSinkThatGivesNoReceiptRefuses() {
        intentIsNotOnRecord(() -> CompletableFuture.completedFuture(null));
    }

    private static void intentIsNotOnRecord(Supplier<CompletionStage<AuditReceipt>> word) {
        ScriptedServer files = ScriptedServer.named("files").tool("write");
        try (Gateway gateway = Gateway.builder()
                .server(files)
                .policy(new TestPolicy())
                .audit(new Saying(word))
                .build()) {
            failed(
                    gateway.callAsync("files", "write", Map.of())
                            .toCompletableFuture()
                            .orTimeout(10, TimeUnit.SECONDS)
                            .join(),
                    "ILR-CALL-013",
                    Effect.NONE);
            assertThat(files.calls()).isEmpty();
        }
    }

    /** Acknowledges all but intents. */
    private record Saying(Supplier<CompletionStage<AuditReceipt>> onIntent) implements AuditSink {
        @Override
        public CompletionStage<AuditReceipt> append(AuditEvent event, Acknowledgement level) {
            return event.type() == AuditEvent.Type.DISPATCH
                    ? onIntent.get()
                    : CompletableFuture.completedFuture(new AuditReceipt(0, "00"));
        }

        @Override
        public void close() {}
    }

    @Test
    void theStartOfAServerIsOnRecordBeforeItRuns() {
        try (Gate gate = Gate.open()) {
            gate.log.refusing(event -> event.type() == AuditEvent.Type.SERVER_START);
            failed(gate.call("read"), "ILR-CALL-013", Effect.NONE);
            assertThat(gate.files.starts()).isZero();
        }
    }

    @Test
    void theLogTellsTheWholeStoryOfAGateway() {
        Gate gate = Gate.open();
        completed(gate.call("read"));
        gate.close();
        assertThat(gate.log.events())
                .extracting(AuditEvent::type)
                .containsSubsequence(
                        AuditEvent.Type.GATEWAY_OPEN,
                        AuditEvent.Type.SERVER_START,
                        AuditEvent.Type.INVENTORY,
                        AuditEvent.Type.DISPATCH,
                        AuditEvent.Type.OUTCOME,
                        AuditEvent.Type.SERVER_STOP,
                        AuditEvent.Type.GATEWAY_CLOSE);
    }

    @Test
    void factsHoldNoPayload() {
        try (Gate gate = Gate.open()) {
            CallOutcome outcome = completed(gate.call("read", Map.of("password", "hunter2")));
            List<AuditEvent> events = gate.log.ofCall(outcome.callId());
            assertThat(events)
                    .allSatisfy(event -> assertThat(event.facts().toString()).doesNotContain("hunter2"));
            assertThat(events.get(0).arguments().orElseThrow().json().raw()).contains("hunter2");
        }
    }

    @Test
    void aCallCutOffByTheEndOfTheGatewayHasAnOutcomeOnRecord() {
        Gate gate = Gate.open();
        gate.files.tool("write", call -> {});
        CompletableFuture<CallOutcome> call = gate.start("write");
        Gate.until(() -> gate.files.calls().size() == 1);
        gate.close();
        CallOutcome.Failed outcome = failed(Gate.outcome(call), "ILR-CALL-008", Effect.UNKNOWN);
        assertThat(gate.labels(outcome)).containsExactly("dispatch", "outcome");
    }
}
