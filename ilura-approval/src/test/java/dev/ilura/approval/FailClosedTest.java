package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome;
import dev.ilura.Decision;
import dev.ilura.Gateway;
import dev.ilura.Limits;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Secret;
import dev.ilura.ToolCall;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.testkit.MemoryAudit;
import dev.ilura.testkit.ScriptedServer;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever breaks between the question and the effect, there is no effect. One row for each thing that can break. */
class FailClosedTest {
    private static final String REASON = "invoice 4711 of the printer";

    private ScriptedServer bank = ScriptedServer.named("bank");
    private MemoryAudit audit = new MemoryAudit();
    private final ChangingPolicy policy = new ChangingPolicy();

    @TempDir
    private Path state;

    private PageFixture page;
    private Gateway gateway;

    @BeforeEach
    void open() throws Exception {
        page = new PageFixture(state).paired();
        gateway = gateway(page.page, Limits.DEFAULTS);
    }

    @AfterEach
    void close() {
        gateway.close();
        page.close();
    }

    private Gateway gateway(ApprovalHandler handler, Limits limits) {
        bank = ScriptedServer.named("bank").tool("transfer");
        audit = new MemoryAudit();
        return Gateway.builder()
                .server(bank)
                .policy(policy)
                .approvals(handler)
                .audit(audit)
                .limits(limits)
                .time(page.time)
                .build();
    }

    /** Something breaks while a call waits for its answer on the page. */
    interface Break {
        void now(FailClosedTest test) throws Exception;
    }

    static Stream<Named<Break>> breaks() {
        return Stream.of(
                row("nobody answers in time", test -> test.page.time.pass(Duration.ofMinutes(2))),
                row("the page is closed", test -> test.page.page.close()),
                row("the threads of the page die", test -> {
                    PageCrash.of(test.page.page);
                    assertThatThrownBy(test::approve)
                            .as("nobody can approve")
                            .hasRootCauseInstanceOf(ConnectException.class);
                    test.page.time.pass(Duration.ofMinutes(2));
                }),
                row("the gateway is closed", test -> test.gateway.close()),
                row("the clock is set back, then somebody approves", test -> {
                    test.page.time.setWallClock(Tickets.ISSUED.minusSeconds(3_600));
                    test.approve();
                }),
                row("the clock is set forward, then somebody approves", test -> {
                    test.page.time.setWallClock(Tickets.ISSUED.plusSeconds(30));
                    test.approve();
                }),
                row("the policy changes, then somebody approves", test -> {
                    test.policy.version = "2";
                    test.approve();
                }),
                row("the tool changes, then somebody approves", test -> {
                    test.bank
                            .describe("transfer", "sends everything to a stranger")
                            .listChanged();
                    await().until(() -> !test.gateway
                            .inventory()
                            .server("bank")
                            .orElseThrow()
                            .quarantined()
                            .isEmpty());
                    test.approve();
                }),
                row("the log does not take the answer", test -> {
                    test.audit.refusing(event -> event.type() == AuditEvent.Type.APPROVAL);
                    test.approve();
                }),
                row("the log does not take the intent", test -> {
                    test.audit.refusing(event -> event.type() == AuditEvent.Type.DISPATCH);
                    test.approve();
                }),
                row("somebody approves too quickly, then nobody", test -> {
                    test.page
                            .clickAtOnce(test.page.card(0), "approve", Map.of("reason", REASON))
                            .send();
                    test.page.time.pass(Duration.ofMinutes(2));
                }),
                row(
                        "somebody denies",
                        test -> test.page
                                .click(test.page.card(0), "deny", Map.of())
                                .send()));
    }

    private static Named<Break> row(String name, Break what) {
        return Named.of(name, what);
    }

    private void approve() throws Exception {
        page.click(page.card(0), "approve", Map.of("reason", REASON)).send();
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void whateverBreaksWhileTheQuestionIsOpenThereIsNoEffect(Break what) throws Exception {
        CompletableFuture<CallOutcome> call = call();
        await().until(() -> page.calls() == 1);

        what.now(this);

        isWithoutEffect(call);
    }

    @Test
    void theSameWithNothingBrokenHasOneEffect() throws Exception {
        CompletableFuture<CallOutcome> call = call();
        await().until(() -> page.calls() == 1);
        approve();
        assertThat(call.get(10, SECONDS)).isInstanceOf(CallOutcome.Completed.class);
        assertThat(bank.calls()).hasSize(1);
    }

    @Test
    void aLogThatDoesNotTakeTheQuestionLeavesItUnasked() throws Exception {
        audit.refusing(event -> event.type() == AuditEvent.Type.DECISION);
        isWithoutEffect(call());
        assertThat(page.calls()).isZero();
    }

    @Test
    void aPageThatIsClosedAlreadyAsksNobody() throws Exception {
        page.page.close();
        isWithoutEffect(call());
    }

    @Test
    void aQuestionThatCannotBeWrittenDownIsNotAsked() throws Exception {
        Files.createDirectories(state.resolve("questions.json"));
        isWithoutEffect(call());
    }

    @Test
    void aFullQueueTakesNoMore() throws Exception {
        gateway.close();
        page = new PageFixture(state).paired();
        gateway = gateway(
                page.page,
                new Limits(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(30), 256, 64, 1024, 1));
        CompletableFuture<CallOutcome> first = call();
        await().until(() -> page.calls() == 1);
        isWithoutEffect(call());
        assertThat(first).isNotDone();
    }

    /** A handler that breaks the contract of its interface, as one that was compiled without these checks can. */
    @SuppressWarnings("NullAway") // the null is what is tested
    private static ApprovalAnswer answersNull(ApprovalTicket ticket) {
        return null;
    }

    static Stream<Named<ApprovalHandler>> handlers() {
        return Stream.of(
                Named.of("throws", ticket -> {
                    throw new IllegalStateException("broken");
                }),
                Named.of("runs out of memory", ticket -> {
                    throw new OutOfMemoryError("as if");
                }),
                Named.of("answers null", FailClosedTest::answersNull),
                Named.of("is interrupted", ticket -> {
                    throw new InterruptedException();
                }),
                Named.of(
                        "all channels break",
                        Approvals.firstOf(List.of(
                                ticket -> {
                                    throw new IllegalStateException("broken");
                                },
                                FailClosedTest::answersNull))),
                Named.of("nobody is there", Approvals.none()),
                Named.of("the client cannot be asked", ElicitationApprovals.atClient()),
                Named.of(
                        "no receiver listens",
                        WebhookApprovals.to(
                                URI.create("http://127.0.0.1:1/"), Secret.of("0123456789abcdef0123456789abcdef"))),
                Named.of("no lane has a handler", Approvals.byLane().othersDenied()),
                Named.of("one of two people", Approvals.quorum(List.of(Approvals.none()))));
    }

    @ParameterizedTest
    @MethodSource("handlers")
    void whateverAHandlerDoesButAgreeThereIsNoEffect(ApprovalHandler handler) throws Exception {
        gateway.close();
        for (RiskLane lane : List.of(RiskLane.MEDIUM, RiskLane.HIGH, RiskLane.CRITICAL)) {
            policy.lane = lane;
            gateway = gateway(handler, Limits.DEFAULTS);
            assertThat(isWithoutEffect(call())).isInstanceOf(CallOutcome.NotApproved.class);
            gateway.close();
        }
    }

    private CompletableFuture<CallOutcome> call() {
        return gateway.callAsync("bank", "transfer", Map.of("amount", 900)).toCompletableFuture();
    }

    private CallOutcome isWithoutEffect(CompletableFuture<CallOutcome> call) throws Exception {
        CallOutcome outcome = call.get(20, SECONDS);
        assertThat(outcome).isNotInstanceOf(CallOutcome.Completed.class);
        assertThat(bank.calls()).as("effects").isEmpty();
        return outcome;
    }

    private static final class ChangingPolicy implements PolicyEngine {
        private volatile String version = "1";
        private volatile RiskLane lane = RiskLane.HIGH;

        @Override
        public Decision decide(ToolCall call) {
            return new Decision.Ask(
                    new RuleRef("rules[0]", "code"), lane, "Money leaves.", Decision.Terms.PLAIN, List.of());
        }

        @Override
        public String version() {
            return version;
        }
    }
}
