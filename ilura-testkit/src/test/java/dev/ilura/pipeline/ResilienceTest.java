package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.completed;
import static dev.ilura.pipeline.Outcomes.denied;
import static dev.ilura.pipeline.Outcomes.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.CallRequest;
import dev.ilura.Inventory;
import dev.ilura.Limits;
import dev.ilura.Resilience;
import dev.ilura.testkit.ScriptedCall;
import dev.ilura.testkit.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Breaker, deadlines, retries, places and restarts: a bad server hurts its own calls, for a bounded time. */
class ResilienceTest {
    private static final Duration COOL_DOWN = Duration.ofSeconds(10);
    private static final Duration CALL = Limits.DEFAULTS.callTimeout();

    /** Starts a call, lets it reach the server, and lets the deadline pass. */
    private static CallOutcome timeOut(Gate gate) {
        int before = gate.files.calls().size();
        CompletableFuture<CallOutcome> call = gate.start("read");
        Gate.until(() -> gate.files.calls().size() > before);
        gate.time.advance(CALL);
        return Gate.outcome(call);
    }

    @Test
    void aCallEndsAtItsDeadlineAndTheServerIsToldToStop() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> {});
            failed(timeOut(gate), "ILR-CALL-004", Effect.UNKNOWN);
            Gate.until(() -> gate.files.frames("notifications/cancelled").size() == 1);
            assertThat(gate.files.frames("notifications/cancelled").get(0).at("/params/requestId"))
                    .contains(gate.files.calls().get(0).id());
        }
    }

    @Test
    void aCallerMayShortenTheDeadlineAndNotLengthenIt() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> {});
            CompletableFuture<CallOutcome> hasty =
                    gate.start(CallRequest.to("files", "read").within(Duration.ofSeconds(1)));
            CompletableFuture<CallOutcome> patient =
                    gate.start(CallRequest.to("files", "read").within(Duration.ofDays(1)));
            Gate.until(() -> gate.files.calls().size() == 2);
            gate.time.advance(Duration.ofSeconds(1));
            failed(Gate.outcome(hasty), "ILR-CALL-004", Effect.UNKNOWN);
            assertThat(patient).isNotDone();
            gate.time.advance(CALL);
            failed(Gate.outcome(patient), "ILR-CALL-004", Effect.UNKNOWN);
        }
    }

    @Test
    void threeFailuresInARowOpenTheBreakerAndTheFourthCallFailsAtOnce() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> {});
            for (int i = 0; i < 3; i++) {
                failed(timeOut(gate), "ILR-CALL-004", Effect.UNKNOWN);
            }
            failed(gate.call("read"), "ILR-CALL-005", Effect.NONE);
            assertThat(gate.files.calls()).hasSize(3);
        }
    }

    @Test
    void aSuccessInBetweenKeepsTheBreakerClosed() {
        try (Gate gate = Gate.open()) {
            for (int round = 0; round < 2; round++) {
                gate.files.tool("read", call -> {});
                timeOut(gate);
                timeOut(gate);
                gate.files.tool("read", call -> call.answerText("fine"));
                completed(gate.call("read"));
            }
        }
    }

    @Test
    void afterTheCoolDownOneCallProbesAndClosesTheBreaker() {
        try (Gate gate = opened()) {
            gate.time.advance(COOL_DOWN.plusMillis(1));
            List<ScriptedCall> probes = new CopyOnWriteArrayList<>();
            gate.files.tool("read", probes::add);
            CompletableFuture<CallOutcome> probe = gate.start("read");
            Gate.until(() -> probes.size() == 1);
            failed(gate.call("read"), "ILR-CALL-005", Effect.NONE);
            probes.get(0).answerText("fine");
            completed(Gate.outcome(probe));
            gate.files.tool("read");
            completed(gate.call("read"));
        }
    }

    @Test
    void aFailingProbeOpensTheBreakerAgain() {
        try (Gate gate = opened()) {
            gate.time.advance(COOL_DOWN.plusMillis(1));
            failed(timeOut(gate), "ILR-CALL-004", Effect.UNKNOWN);
            failed(gate.call("read"), "ILR-CALL-005", Effect.NONE);
        }
    }

    @Test
    void aProbeThatIsGivenUpDoesNotUseUpTheProbe() {
        try (Gate gate = opened()) {
            gate.time.advance(COOL_DOWN.plusMillis(1));
            gate.policy.deciding(TestPolicy.deny());
            denied(gate.call("read"), "ILR-TEST-001");
            gate.policy.deciding(TestPolicy.allow());
            gate.files.tool("read");
            completed(gate.call("read"));
        }
    }

    private static Gate opened() {
        Gate gate = Gate.open();
        gate.files.tool("read", call -> {});
        for (int i = 0; i < 3; i++) {
            timeOut(gate);
        }
        failed(gate.call("read"), "ILR-CALL-005", Effect.NONE);
        return gate;
    }

    @Test
    void whatTheCallerOrThePolicyEndsDoesNotCountAgainstTheServer() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(TestPolicy.deny());
            for (int i = 0; i < 5; i++) {
                denied(gate.call("read"), "ILR-TEST-001");
            }
            gate.policy.deciding(TestPolicy.allow());
            gate.files.tool("read", call -> call.error(-32602, "bad arguments"));
            for (int i = 0; i < 5; i++) {
                failed(gate.call("read"), "ILR-CALL-010", Effect.UNKNOWN);
            }
            gate.files.tool("read");
            completed(gate.call("read"));
        }
    }

    @Test
    void oneServersBreakerLeavesTheOthersAlone() {
        ScriptedServer other = ScriptedServer.named("other").tool("read");
        try (Gate gate = Gate.beside(other)) {
            gate.files.tool("read", call -> {});
            for (int i = 0; i < 3; i++) {
                timeOut(gate);
            }
            completed(gate.call(CallRequest.to("other", "read")));
        }
    }

    @Test
    void aServerThatCannotStartOpensTheBreakerToo() {
        try (Gate gate = Gate.open()) {
            gate.files.failToStart("no such file");
            CallOutcome.Failed first = failed(gate.call("read"), "ILR-SERVER-001", Effect.NONE);
            assertThat(first.reason()).contains("no such file");
            for (int i = 0; i < 2; i++) {
                CompletableFuture<CallOutcome> call = gate.start("read");
                advanceUntilDone(gate, call);
                failed(Gate.outcome(call), "ILR-SERVER-001", Effect.NONE);
            }
            failed(gate.call("read"), "ILR-CALL-005", Effect.NONE);
            gate.files.startAgain();
            gate.time.advance(COOL_DOWN.plusMillis(1));
            completed(gate.call("read"));
        }
    }

    private static void advanceUntilDone(Gate gate, CompletableFuture<CallOutcome> call) {
        Gate.until(() -> {
            gate.time.advance(Duration.ofMillis(50));
            return call.isDone();
        });
    }

    @Test
    void aServerThatDiesInACallFailsItAndIsStartedForTheNext() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", ScriptedCall::die);
            CallOutcome.Failed outcome = failed(gate.call("read"), "ILR-SERVER-001", Effect.UNKNOWN);
            assertThat(outcome.reason()).contains("exit status 1");
            gate.files.tool("read");
            CompletableFuture<CallOutcome> next = gate.start("read");
            advanceUntilDone(gate, next);
            completed(Gate.outcome(next));
            assertThat(gate.files.starts()).isEqualTo(2);
            assertThat(gate.files.running()).isEqualTo(1);
        }
    }

    @Test
    void restartsComeLaterAndLater() {
        Resilience patient = Resilience.DEFAULTS.withBreaker(1000, COOL_DOWN).withRestartDelay(Duration.ofSeconds(1));
        try (Gate gate = Gate.resilient(patient)) {
            gate.files.tool("read", ScriptedCall::die);
            gate.call("read");
            for (int seconds = 1; seconds <= 4; seconds *= 2) {
                CompletableFuture<CallOutcome> call = gate.start("read");
                Duration wait = Duration.ofSeconds(seconds);
                Gate.until(() -> gate.time.untilNext().equals(java.util.Optional.of(wait)));
                gate.time.advance(wait.minusMillis(1));
                assertThat(call).isNotDone();
                gate.time.advance(Duration.ofMillis(1));
                Gate.outcome(call);
            }
        }
    }

    @Test
    void theRestartDelayCountsFromTheEndOfTheServer() {
        Resilience patient = Resilience.DEFAULTS.withRestartDelay(Duration.ofSeconds(5));
        try (Gate gate = Gate.resilient(patient)) {
            gate.files.tool("read", ScriptedCall::die);
            gate.call("read");
            gate.files.tool("read");
            gate.time.advance(Duration.ofSeconds(5));
            completed(gate.call("read"));
        }
    }

    @Test
    void aServerThatNeverFinishesItsHandshakeFailsAtTheStartLimit() {
        try (Gate gate = Gate.open()) {
            gate.files.mute(true);
            CompletableFuture<CallOutcome> call = gate.start("read");
            Gate.until(() -> gate.files.frames("server/discover").size() == 1 && gate.time.timers() >= 2);
            gate.time.advance(Limits.DEFAULTS.startTimeout());
            failed(Gate.outcome(call), "ILR-SERVER-002", Effect.NONE);
            Gate.until(() -> gate.files.running() == 0);
            assertThat(gate.files.frames("notifications/cancelled"))
                    .as("a handshake is never cancelled")
                    .isEmpty();
        }
    }

    /** The first call runs on the very thread that started the server; its time is no longer the start's. */
    @Test
    void theStartLimitDoesNotEndAServerThatHasStarted() {
        Gate[] gate = new Gate[1];
        gate[0] = Gate.open();
        gate[0].policy.deciding(call -> {
            gate[0].time.advance(Limits.DEFAULTS.startTimeout());
            return TestPolicy.allow();
        });
        try (Gate open = gate[0]) {
            completed(open.call("read"));
            assertThat(open.files.running()).isEqualTo(1);
        }
    }

    @Test
    void closingStopsAServerThatIsStillStarting() {
        Gate gate = Gate.open();
        gate.files.mute(true);
        CompletableFuture<CallOutcome> call = gate.start("read");
        Gate.until(() -> gate.files.frames("server/discover").size() == 1);
        gate.close();
        assertThat(Gate.outcome(call)).isInstanceOf(CallOutcome.Failed.class);
        Gate.until(() -> gate.files.running() == 0);
    }

    @Test
    void garbageIsNoAnswerAndIsNamedWhenTheDeadlinePasses() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("read", call -> {
                call.send("{\"jsonrpc\":\"2.0\",\"id\":" + call.id() + ",\"result\":{},}");
                gate.files.listChanged();
            });
            CompletableFuture<CallOutcome> call = gate.start("read");
            Gate.until(() -> gate.files.frames("tools/list").size() == 2); // the garbage was read before
            gate.time.advance(CALL);
            CallOutcome.Failed outcome = failed(Gate.outcome(call), "ILR-CALL-004", Effect.UNKNOWN);
            assertThat(outcome.reason()).contains("ILR-FRAME-001");
        }
    }

    @Test
    void onlyIdempotentToolsAreRetried() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("write", ScriptedCall::die);
            failed(gate.call("write"), "ILR-SERVER-001", Effect.UNKNOWN);
            assertThat(gate.files.calls()).hasSize(1);
        }
    }

    @Test
    void anIdempotentToolIsRetriedOnceAndRecordedOnce() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(TestPolicy.allow(TestPolicy.idempotent()));
            gate.files.tool("read", call -> {
                gate.files.tool("read");
                call.die();
            });
            CompletableFuture<CallOutcome> call = gate.start("read");
            advanceUntilDone(gate, call);
            CallOutcome.Completed outcome = completed(Gate.outcome(call));
            assertThat(gate.files.calls()).hasSize(2);
            assertThat(gate.labels(outcome)).containsExactly("dispatch", "outcome");
        }
    }

    @Test
    void anErrorThatTheServerAnswersIsNotRetried() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(TestPolicy.allow(TestPolicy.idempotent()));
            gate.files.tool("read", call -> call.error(-32000, "no"));
            failed(gate.call("read"), "ILR-CALL-010", Effect.UNKNOWN);
            assertThat(gate.files.calls()).hasSize(1);
        }
    }

    @Test
    void onlySoManyCallsRunAtOnceAndTheRestWaitInLine() {
        List<ScriptedCall> running = new CopyOnWriteArrayList<>();
        try (Gate gate = Gate.limited(Limits.DEFAULTS.withConcurrency(10, 2, 3))) {
            gate.files.tool("read", running::add);
            List<CompletableFuture<CallOutcome>> calls =
                    Stream.generate(() -> gate.start("read")).limit(6).collect(Collectors.toCollection(ArrayList::new));
            Gate.until(() -> calls.stream().anyMatch(CompletableFuture::isDone));
            CompletableFuture<CallOutcome> tooMany =
                    calls.stream().filter(CompletableFuture::isDone).findFirst().orElseThrow();
            failed(Gate.outcome(tooMany), "ILR-CALL-007", Effect.NONE);
            calls.removeIf(CompletableFuture::isDone);
            for (int answered = 0; answered < calls.size(); answered++) {
                int next = answered;
                Gate.until(() -> running.size() > next);
                assertThat(running.size()).as("two places").isLessThanOrEqualTo(next + 2);
                running.get(next).answerText("fine");
            }
            calls.forEach(call -> completed(Gate.outcome(call)));
        }
    }

    @Test
    void whoWaitsInLineWaitsNoLongerThanTheDeadline() {
        try (Gate gate = Gate.limited(Limits.DEFAULTS.withConcurrency(1, 1, 10))) {
            gate.files.tool("read", call -> {});
            CompletableFuture<CallOutcome> first = gate.start("read");
            Gate.until(() -> gate.files.calls().size() == 1);
            CompletableFuture<CallOutcome> second =
                    gate.start(CallRequest.to("files", "read").within(Duration.ofSeconds(1)));
            Gate.until(() -> gate.time.timers() == 2);
            gate.time.advance(Duration.ofSeconds(1));
            failed(Gate.outcome(second), "ILR-CALL-007", Effect.NONE);
            assertThat(first).isNotDone();
            assertThat(gate.files.calls()).hasSize(1);
        }
    }

    /** The attack: a server that never answers takes every place of the gateway, and nobody gets through any more. */
    @Test
    void callsThatWaitForASlowServerTakeNoPlaceFromOthers() {
        ScriptedServer slow = ScriptedServer.named("slow").tool("wait", call -> {});
        Limits narrow = Limits.DEFAULTS.withConcurrency(2, 1, 100);
        try (Gate gate = Gate.with(builder -> builder.server(slow).limits(narrow))) {
            IntStream.range(0, 5).forEach(i -> gate.start(CallRequest.to("slow", "wait")));
            Gate.until(() -> slow.calls().size() == 1);
            completed(gate.call("read"));
        }
    }

    @Test
    void theGatewayAsAWholeHasPlacesToo() {
        ScriptedServer other = ScriptedServer.named("other").tool("read");
        Limits narrow = Limits.DEFAULTS.withConcurrency(1, 10, 100);
        try (Gate gate = Gate.with(builder -> builder.server(other).limits(narrow))) {
            gate.files.tool("read", call -> {});
            CompletableFuture<CallOutcome> first = gate.start("read");
            Gate.until(() -> gate.files.calls().size() == 1);
            CompletableFuture<CallOutcome> second = gate.start(CallRequest.to("other", "read"));
            Gate.until(() -> gate.log.events(AuditEvent.Type.DISPATCH).size() == 2 && gate.time.timers() == 2);
            assertThat(other.calls()).isEmpty();
            gate.files.calls().get(0).answerText("fine");
            completed(Gate.outcome(first));
            completed(Gate.outcome(second));
        }
    }

    /** The attack: a long line whose calls all end at once, each ending the next on the same stack. */
    @Test
    void aLongLineThatEndsAtOnceEndsInOrder() {
        List<ScriptedCall> running = new CopyOnWriteArrayList<>();
        int many = 3_000;
        try (Gate gate = Gate.limited(Limits.DEFAULTS.withConcurrency(1, 1, many))) {
            gate.files.tool("read", running::add);
            CompletableFuture<CallOutcome> first = gate.start("read");
            Gate.until(() -> running.size() == 1);
            List<CompletableFuture<CallOutcome>> line =
                    Stream.generate(() -> gate.start("read")).limit(many).toList();
            gate.files.describe("read", "something else").listChanged();
            Gate.until(() -> !gate.gateway()
                    .inventory()
                    .server("files")
                    .orElseThrow()
                    .quarantined()
                    .isEmpty());
            running.get(0).answerText("fine");
            completed(Gate.outcome(first));
            line.forEach(call -> failed(Gate.outcome(call), "ILR-CALL-011", Effect.NONE));
            assertThat(gate.files.calls()).hasSize(1);
        }
    }

    @Test
    void theInventorySaysWhatBecameOfAServer() {
        try (Gate gate = Gate.open()) {
            assertThat(state(gate)).isEqualTo(Inventory.State.IDLE);
            completed(gate.call("read"));
            assertThat(state(gate)).isEqualTo(Inventory.State.READY);
            gate.files.die();
            Gate.until(() -> state(gate) == Inventory.State.FAILED);
            assertThat(gate.gateway().inventory().server("files").orElseThrow().problem())
                    .hasValueSatisfying(problem -> assertThat(problem).contains("exit status 1"));
        }
    }

    private static Inventory.State state(Gate gate) {
        return gate.gateway().inventory().server("files").orElseThrow().state();
    }
}
