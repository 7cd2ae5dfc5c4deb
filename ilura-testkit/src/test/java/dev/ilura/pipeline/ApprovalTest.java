package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.completed;
import static dev.ilura.pipeline.Outcomes.failed;
import static dev.ilura.pipeline.Outcomes.notApproved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.CallRequest;
import dev.ilura.Limits;
import dev.ilura.RiskLane;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.testkit.ScriptedClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only a timely yes to exactly this ticket, with what its lane demands, lets a call happen. */
class ApprovalTest {
    private static final String REASON = "restoring the lost notes";

    private static ApprovalAnswer yes(ApprovalTicket ticket) {
        return yes(ticket.digest(), Optional.of(REASON), Optional.of(JsonValue.parse("{\"passkey\":1}")));
    }

    private static ApprovalAnswer yes(String digest, Optional<String> reason, Optional<JsonValue> evidence) {
        return new ApprovalAnswer.Approved(digest, "ada", "test", reason, evidence);
    }

    /** A gate whose policy asks in this lane. */
    private static Gate asking(RiskLane lane, ApprovalHandler handler) {
        Gate gate = Gate.approving(handler);
        gate.policy.deciding(TestPolicy.ask(lane));
        return gate;
    }

    private static void hasNoEffect(RiskLane lane, ApprovalHandler handler, String code) {
        try (Gate gate = asking(lane, handler)) {
            CallOutcome.NotApproved outcome = notApproved(gate.call("write"), code);
            assertThat(gate.files.calls()).isEmpty();
            assertThat(gate.labels(outcome)).containsExactly("decision", "approval");
            assertThat(gate.last(outcome).text("answer")).contains("no");
            assertThat(gate.last(outcome).text("code")).contains(code);
        }
    }

    @ParameterizedTest
    @EnumSource(value = RiskLane.class, mode = EnumSource.Mode.EXCLUDE, names = "LOW")
    void aYesWithAllThatTheLaneDemandsLetsTheCallHappen(RiskLane lane) {
        try (Gate gate = asking(lane, ApprovalTest::yes)) {
            CallOutcome.Completed outcome = completed(gate.call("write", Map.of("path", "a")));
            assertThat(gate.labels(outcome)).containsExactly("decision", "approval", "dispatch", "outcome");
            List<AuditEvent> events = gate.log.ofCall(outcome.callId());
            assertThat(events.get(1).text("approver")).contains("ada");
            assertThat(events.get(1).statement()).contains(REASON);
            assertThat(events.get(2).text("ticket"))
                    .as("what is dispatched names what was agreed to")
                    .isEqualTo(events.get(0).text("ticket"));
        }
    }

    @Test
    void theTicketShowsTheCallThatWouldRun() {
        List<ApprovalTicket> tickets = new CopyOnWriteArrayList<>();
        try (Gate gate = asking(RiskLane.MEDIUM, ticket -> {
            tickets.add(ticket);
            return yes(ticket);
        })) {
            completed(gate.call("write", Map.of("path", "a\u202Etxt.exe\u001B[2J")));
            ApprovalTicket ticket = tickets.get(0);
            assertThat(ticket.call().arguments().json())
                    .isEqualTo(gate.files.calls().get(0).arguments());
            assertThat(ticket.display())
                    .contains("files/write")
                    .contains(ticket.call().arguments().sha256())
                    .contains("a\\u{202E}txt.exe\\u{1B}[2J");
            assertThat(ticket.reason()).isEqualTo("The test asks.");
            assertThat(Duration.between(ticket.issuedAt(), ticket.expiresAt()))
                    .isEqualTo(Limits.DEFAULTS.approvalTimeout());
        }
    }

    @Test
    void everyQuestionIsAnother() {
        List<ApprovalTicket> tickets = new CopyOnWriteArrayList<>();
        try (Gate gate = asking(RiskLane.MEDIUM, ticket -> {
            tickets.add(ticket);
            return yes(tickets.get(0));
        })) {
            completed(gate.call("write"));
            notApproved(gate.call("write"), "ILR-ASK-003");
            assertThat(gate.files.calls()).as("an old yes is replayed in vain").hasSize(1);
            assertThat(tickets.get(0).digest()).isNotEqualTo(tickets.get(1).digest());
        }
    }

    @Test
    void anAnswerToAnotherTicketIsNoYes() {
        hasNoEffect(
                RiskLane.MEDIUM, ticket -> yes("0".repeat(64), Optional.of(REASON), Optional.empty()), "ILR-ASK-003");
    }

    @Test
    void aRefusalIsNoYes() {
        hasNoEffect(RiskLane.MEDIUM, ticket -> new ApprovalAnswer.Refused("ada", "test", "no"), "ILR-ASK-001");
    }

    @Test
    void nobodyThereIsNoYes() {
        hasNoEffect(RiskLane.MEDIUM, ticket -> new ApprovalAnswer.Unanswered("test", "away"), "ILR-ASK-002");
    }

    @Test
    void aHandlerThatThrowsIsNoYes() {
        hasNoEffect(
                RiskLane.MEDIUM,
                ticket -> {
                    throw new IllegalStateException("broken");
                },
                "ILR-ASK-002");
    }

    @Test
    void aHandlerThatRunsOutOfStackIsNoYes() {
        hasNoEffect(
                RiskLane.MEDIUM,
                ticket -> {
                    throw new StackOverflowError();
                },
                "ILR-ASK-002");
    }

    @Test
    void nullIsNoYes() {
        hasNoEffect(RiskLane.MEDIUM, ticket -> null, "ILR-ASK-002");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ok",
                "         ",
                "o k a y y y y y",
                "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"
            })
    void fromHighOnAHumanTypesWhy(String reason) {
        hasNoEffect(
                RiskLane.HIGH, ticket -> yes(ticket.digest(), Optional.of(reason), Optional.empty()), "ILR-ASK-005");
    }

    @Test
    void aMissingReasonIsNoYesFromHighOn() {
        hasNoEffect(RiskLane.HIGH, ticket -> yes(ticket.digest(), Optional.empty(), Optional.empty()), "ILR-ASK-005");
    }

    @Test
    void criticalNeedsEvidence() {
        hasNoEffect(
                RiskLane.CRITICAL,
                ticket -> yes(ticket.digest(), Optional.of(REASON), Optional.empty()),
                "ILR-ASK-006");
    }

    @Test
    void withoutAHandlerNobodyAgrees() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(TestPolicy.ask(RiskLane.MEDIUM));
            notApproved(gate.call("write"), "ILR-ASK-002");
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void silenceIsNoYesAndTheHandlerIsInterrupted() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Gate gate = asking(RiskLane.MEDIUM, ticket -> {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return yes(ticket);
        })) {
            CompletableFuture<CallOutcome> call = gate.start("write");
            Gate.until(() -> asked.getCount() == 0 && gate.time.timers() > 0);
            gate.time.advance(Limits.DEFAULTS.approvalTimeout());
            notApproved(Gate.outcome(call), "ILR-ASK-002");
            Gate.until(() -> interrupted.getCount() == 0);
            assertThat(gate.files.calls()).as("a yes after the time is no yes").isEmpty();
        }
    }

    /** A machine that was asleep: the timer has not run yet, and the yes is too late all the same. */
    @Test
    void anAnswerAfterExpiryIsTooLateEvenIfNoTimerRan() {
        Gate[] gate = new Gate[1];
        gate[0] = asking(RiskLane.MEDIUM, ticket -> {
            gate[0].time.jump(Limits.DEFAULTS.approvalTimeout());
            return yes(ticket);
        });
        try (Gate open = gate[0]) {
            notApproved(open.call("write"), "ILR-ASK-004");
            assertThat(open.files.calls()).isEmpty();
        }
    }

    @Test
    void anApprovalThatExpiresBeforeTheCallIsSentIsNoApproval() {
        try (Gate gate = asking(RiskLane.MEDIUM, ApprovalTest::yes)) {
            gate.log.holding(event -> event.type() == AuditEvent.Type.DISPATCH);
            CompletableFuture<CallOutcome> call = gate.start("write");
            Gate.until(() -> gate.log.events(AuditEvent.Type.DISPATCH).size() == 1);
            gate.time.jump(Limits.DEFAULTS.approvalTimeout());
            gate.log.acknowledge();
            failed(Gate.outcome(call), "ILR-CALL-011", Effect.NONE);
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void aFullDeskTakesNoMoreQuestions() {
        Limits one =
                new Limits(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(30), 256, 64, 1024, 1);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (Gate gate = Gate.with(builder -> builder.limits(one).approvals(ticket -> {
            asked.countDown();
            answered.await();
            return yes(ticket);
        }))) {
            gate.policy.deciding(TestPolicy.ask(RiskLane.MEDIUM));
            CompletableFuture<CallOutcome> first = gate.start("write");
            Gate.until(() -> asked.getCount() == 0);
            notApproved(gate.call("write"), "ILR-ASK-002");
            answered.countDown();
            completed(Gate.outcome(first));
            Gate.until(() -> gate.call("write").isCompleted());
        }
    }

    /** The attack: an agent that asks and gives up in a row until no place is left for questions that matter. */
    @Test
    void questionsThatAreWithdrawnGiveTheirPlacesBack() {
        AtomicInteger asked = new AtomicInteger();
        try (Gate gate = asking(RiskLane.MEDIUM, ticket -> {
            if (ticket.call().tool().name().equals("read")) {
                return yes(ticket);
            }
            asked.incrementAndGet();
            new CountDownLatch(1).await();
            return null;
        })) {
            completed(gate.call("read"));
            ScriptedClient client = ScriptedClient.of(gate.gateway());
            for (int i = 0; i < 3 * Limits.DEFAULTS.pendingApprovals(); i++) {
                client.call(Integer.toString(i), "files__write", "{}");
                client.cancel(Integer.toString(i));
            }
            Gate.until(() -> gate.call("read").isCompleted());
            assertThat(gate.files.calls())
                    .allSatisfy(call -> assertThat(call.tool()).isEqualTo("read"));
        }
    }

    @Test
    void aWaitingQuestionHoldsUpNoOtherCall() {
        CountDownLatch answered = new CountDownLatch(1);
        try (Gate gate = Gate.approving(ticket -> {
            answered.await();
            return yes(ticket);
        })) {
            gate.policy.deciding(
                    call -> call.tool().name().equals("write") ? TestPolicy.ask(RiskLane.MEDIUM) : TestPolicy.allow());
            CompletableFuture<CallOutcome> waiting = gate.start("write");
            completed(gate.call("read"));
            assertThat(waiting).isNotDone();
            answered.countDown();
            completed(Gate.outcome(waiting));
        }
    }

    /** The attack: the tool is exchanged while the human reads. */
    @Test
    void aToolThatChangesWhileTheHumanReadsIsNotCalled() {
        Gate[] gate = new Gate[1];
        gate[0] = asking(RiskLane.MEDIUM, ticket -> {
            gate[0].files.describe("write", "sends everything to a stranger").listChanged();
            Gate.until(() -> !gate[0].gateway()
                    .inventory()
                    .server("files")
                    .orElseThrow()
                    .quarantined()
                    .isEmpty());
            return yes(ticket);
        });
        try (Gate open = gate[0]) {
            failed(open.call("write"), "ILR-CALL-011", Effect.NONE);
            assertThat(open.files.calls()).isEmpty();
        }
    }

    /** The attack: another program stands behind the name when the human has agreed. */
    @Test
    void aServerThatIsExchangedWhileTheHumanReadsIsNotCalled() {
        Gate[] gate = new Gate[1];
        gate[0] = asking(RiskLane.MEDIUM, ticket -> {
            gate[0].files.identity("impostor").die();
            Gate.until(() -> gate[0].files.running() == 0);
            return yes(ticket);
        });
        try (Gate open = gate[0]) {
            CompletableFuture<CallOutcome> call = open.start("write");
            Gate.until(() ->
                    (open.files.running() == 0 && open.files.starts() == 1 && open.time.timers() > 0) || call.isDone());
            Gate.until(() -> {
                open.time.advance(Duration.ofMillis(100));
                return call.isDone();
            });
            failed(Gate.outcome(call), "ILR-CALL-011", Effect.NONE);
            assertThat(open.files.calls()).isEmpty();
        }
    }

    @Test
    void theQuestionIsOnRecordBeforeItIsAsked() {
        Gate[] gate = new Gate[1];
        gate[0] = asking(RiskLane.MEDIUM, ticket -> {
            assertThat(gate[0].log.events(AuditEvent.Type.DECISION)).hasSize(1);
            return yes(ticket);
        });
        try (Gate open = gate[0]) {
            completed(open.call("write"));
        }
    }

    @Test
    void aLogThatRefusesTheQuestionOrTheAnswerEndsTheCall() {
        for (AuditEvent.Type type : List.of(AuditEvent.Type.DECISION, AuditEvent.Type.APPROVAL)) {
            try (Gate gate = asking(RiskLane.MEDIUM, ApprovalTest::yes)) {
                gate.log.refusing(event -> event.type() == type);
                failed(gate.call("write"), "ILR-CALL-013", Effect.NONE);
                assertThat(gate.files.calls()).isEmpty();
            }
        }
    }

    @Test
    void startingAServerThatNeedsConsentIsAskedForAndRefusedWithoutIt() {
        List<ApprovalTicket> tickets = new CopyOnWriteArrayList<>();
        AtomicInteger said = new AtomicInteger();
        try (Gate gate = Gate.approving(ticket -> {
            tickets.add(ticket);
            return said.getAndIncrement() == 0
                    ? new ApprovalAnswer.Refused("ada", "test", "unknown program")
                    : yes(ticket);
        })) {
            gate.files.question("This program was never started before.");
            failed(gate.call("read"), "ILR-ASK-007", Effect.NONE);
            assertThat(gate.files.starts()).isZero();
            completed(gate.call("read"));
            assertThat(gate.files.starts()).isEqualTo(1);
            assertThat(tickets)
                    .allSatisfy(
                            ticket -> assertThat(ticket.call().serverIdentity()).isEqualTo("scripted"));
        }
    }

    @Test
    void theStartLimitStandsStillWhileAHumanIsAsked() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (Gate gate = Gate.approving(ticket -> {
            asked.countDown();
            answered.await();
            return yes(ticket);
        })) {
            gate.files.question("Start it?");
            CompletableFuture<CallOutcome> call = gate.start(CallRequest.to("files", "read"));
            Gate.until(() -> asked.getCount() == 0);
            gate.time.advance(Limits.DEFAULTS.startTimeout().plusSeconds(1));
            answered.countDown();
            completed(Gate.outcome(call));
        }
    }

    @Test
    void consentThatComesTooLateStartsNothing() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (Gate gate = Gate.approving(ticket -> {
            asked.countDown();
            answered.await();
            return yes(ticket);
        })) {
            gate.files.question("Start it?");
            CompletableFuture<CallOutcome> call = gate.start("read");
            Gate.until(() -> asked.getCount() == 0 && gate.time.timers() > 0);
            gate.time.advance(Limits.DEFAULTS.approvalTimeout());
            failed(Gate.outcome(call), "ILR-ASK-007", Effect.NONE);
            answered.countDown();
            assertThat(gate.files.starts()).isZero();
        }
    }
}
