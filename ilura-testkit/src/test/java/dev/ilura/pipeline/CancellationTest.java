package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.completed;
import static dev.ilura.pipeline.Outcomes.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.CallRequest;
import dev.ilura.Limits;
import dev.ilura.RiskLane;
import dev.ilura.testkit.ScriptedCall;
import dev.ilura.testkit.ScriptedClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A call that is given up ends wherever it is: before the effect there is none, and the caller gets no answer. */
class CancellationTest {

    /** Calls {@code files__write} as request 1, waits for the moment, gives it up, and waits for its record. */
    private static AuditEvent givenUp(Gate gate, ScriptedClient client, java.util.function.BooleanSupplier moment) {
        client.call("1", "files__write", "{}");
        Gate.until(moment);
        client.cancel("1");
        Gate.until(() -> endings(gate).size() == 1);
        assertThat(client.answers("1")).as("who gave up gets no answer").isEmpty();
        return endings(gate).get(0);
    }

    private static List<AuditEvent> endings(Gate gate) {
        return Stream.concat(
                        gate.log.events(AuditEvent.Type.OUTCOME).stream(),
                        gate.log.events(AuditEvent.Type.APPROVAL).stream())
                .toList();
    }

    private static void hadNoEffect(Gate gate, AuditEvent ending) {
        assertThat(ending.text("code")).contains("ILR-CALL-008");
        assertThat(ending.text("effect")).contains("none");
        assertThat(gate.files.calls()).isEmpty();
    }

    @Test
    void whileTheServerStarts() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (Gate gate = Gate.approving(ticket -> {
            asked.countDown();
            answered.await();
            return new ApprovalAnswer.Approved(ticket.digest(), "ada", "test", Optional.empty(), Optional.empty());
        })) {
            gate.files.question("Start it?");
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("1", "files__write", "{}");
            Gate.until(() -> asked.getCount() == 0);
            client.cancel("1");
            answered.countDown();
            completed(gate.call("read"));
            Gate.until(() -> endings(gate).size() == 2);
            assertThat(client.answers("1")).isEmpty();
            assertThat(gate.files.calls()).extracting(ScriptedCall::tool).containsExactly("read");
        }
    }

    @Test
    void aCallerFromJavaNeedNotWaitForAServerThatStarts() throws Exception {
        try (Gate gate = Gate.open()) {
            gate.files.mute(true);
            AtomicReference<CallOutcome> outcome = new AtomicReference<>();
            Thread caller =
                    new Thread(() -> outcome.set(gate.gateway().call(CallRequest.to("files", "write"))), "caller");
            caller.start();
            Gate.until(() -> gate.files.frames("server/discover").size() == 1);
            caller.interrupt();
            caller.join(10_000);
            failed(outcome.get(), "ILR-CALL-008", Effect.NONE);
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void whileThePolicyThinks() {
        CountDownLatch thinking = new CountDownLatch(1);
        CountDownLatch thought = new CountDownLatch(1);
        try (Gate gate = Gate.open()) {
            gate.policy.blocking().deciding(call -> {
                thinking.countDown();
                try {
                    thought.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return TestPolicy.allow();
            });
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            AuditEvent ending = givenUp(gate, client, () -> thinking.getCount() == 0);
            thought.countDown();
            hadNoEffect(gate, ending);
        }
    }

    @Test
    void whileAHumanIsAsked() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Gate gate = Gate.approving(ticket -> {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
            return null;
        })) {
            gate.policy.deciding(TestPolicy.ask(RiskLane.MEDIUM));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            AuditEvent ending = givenUp(gate, client, () -> asked.getCount() == 0);
            assertThat(ending.type()).isEqualTo(AuditEvent.Type.APPROVAL);
            assertThat(ending.text("answer")).contains("no");
            Gate.until(() -> interrupted.getCount() == 0);
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void whileTheIntentIsRecorded() {
        try (Gate gate = Gate.open()) {
            completed(gate.call("read"));
            gate.log.holding(event -> event.type() == AuditEvent.Type.DISPATCH);
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("1", "files__write", "{}");
            Gate.until(() -> gate.log.events(AuditEvent.Type.DISPATCH).size() == 2);
            client.cancel("1");
            gate.log.acknowledge();
            Gate.until(() -> gate.log.events(AuditEvent.Type.OUTCOME).size() == 2);
            AuditEvent ending = gate.log.events(AuditEvent.Type.OUTCOME).get(1);
            assertThat(ending.text("effect")).contains("none");
            assertThat(client.answers("1")).isEmpty();
            assertThat(gate.files.calls())
                    .as("it was given up before it could be sent")
                    .hasSize(1);
        }
    }

    @Test
    void whileItWaitsInLine() {
        try (Gate gate = Gate.limited(Limits.DEFAULTS.withConcurrency(1, 1, 10))) {
            gate.files.tool("read", call -> {});
            gate.start("read");
            Gate.until(() -> gate.files.calls().size() == 1);
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            AuditEvent ending = givenUp(
                    gate,
                    client,
                    () -> gate.log.events(AuditEvent.Type.DISPATCH).size() == 2);
            assertThat(ending.text("effect")).contains("none");
            assertThat(gate.files.calls()).hasSize(1);
        }
    }

    @Test
    void whileTheServerWorks() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("write", call -> {});
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            AuditEvent ending = givenUp(gate, client, () -> gate.files.calls().size() == 1);
            assertThat(ending.text("effect")).contains("unknown");
            Gate.until(() -> gate.files.frames("notifications/cancelled").size() == 1);
            assertThat(gate.files.frames("notifications/cancelled").get(0).at("/params/requestId"))
                    .contains(gate.files.calls().get(0).id());
            gate.files.calls().get(0).answerText("too late");
            completed(gate.call("read"));
            assertThat(client.answers("1")).as("a late answer is dropped").isEmpty();
        }
    }

    @Test
    void aClientThatLeavesGivesUpWhatItStarted() {
        try (Gate gate = Gate.open()) {
            gate.files.tool("write", call -> {});
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.call("1", "files__write", "{}");
            Gate.until(() -> gate.files.calls().size() == 1);
            client.close();
            Gate.until(() -> gate.files.frames("notifications/cancelled").size() == 1);
            Gate.until(() -> gate.log.events(AuditEvent.Type.SESSION_CLOSE).size() == 1);
        }
    }

    @Test
    void cancellingWhatIsNotThereChangesNothing() {
        try (Gate gate = Gate.open()) {
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            client.cancel("7");
            client.cancel("\"seven\"");
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{}}");
            client.call("7", "files__read", "{}");
            assertThat(client.answer("7").member("result")).isPresent();
            assertThat(client.received()).hasSize(1);
        }
    }
}
