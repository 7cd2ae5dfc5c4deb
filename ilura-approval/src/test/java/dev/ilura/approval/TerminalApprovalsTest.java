package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalAnswer.Approved;
import dev.ilura.ApprovalAnswer.Refused;
import dev.ilura.ApprovalAnswer.Unanswered;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.approval.internal.TicketText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalApprovalsTest {
    private final ManualTime time = new ManualTime(Tickets.ISSUED);
    private final ScriptedTerminal terminal = new ScriptedTerminal();
    private final TerminalApprovals approvals = new TerminalApprovals(terminal, time, "alice");

    @Test
    void mediumIsApprovedByY() throws Exception {
        ApprovalTicket ticket = Tickets.of(RiskLane.MEDIUM);

        ApprovalAnswer answer = answering(ticket, "y");

        assertThat(answer).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.ticketDigest()).isEqualTo(ticket.digest());
            assertThat(approved.approver()).isEqualTo("alice");
            assertThat(approved.channel()).isEqualTo("terminal");
            assertThat(approved.evidence()).isEmpty();
        });
        assertThat(terminal.screen())
                .contains("files/write_file")
                .contains("lane MEDIUM")
                .contains("default.rules[2] (config.toml:41)")
                .contains("writes need a person")
                .contains("60 s, until 12:01:00 UTC")
                .contains(TicketText.shortDigest(ticket))
                .contains("Approved.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "no", "yes", "yy", "y n", "Why?", "\u0443"})
    void mediumIsDeniedByAnythingElse(String typed) throws Exception {
        assertThat(answering(Tickets.of(RiskLane.MEDIUM), typed)).isInstanceOf(Refused.class);
    }

    @Test
    void whatWasTypedBeforeTheQuestionDoesNotCount() throws Exception {
        terminal.typedAhead("y", "y");

        assertThat(answering(Tickets.of(RiskLane.MEDIUM), "n")).isInstanceOf(Refused.class);
    }

    @Test
    void highTakesTheCodeOfThisTicketAndAReason() throws Exception {
        ApprovalTicket ticket = Tickets.of(RiskLane.HIGH);

        ApprovalAnswer answer = answering(ticket, TicketText.code(ticket), "  weekly report for finance ");

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Approved.class,
                        approved -> assertThat(approved.reason()).contains("weekly report for finance"));
    }

    @Test
    void highIsDeniedByTheCodeOfAnotherTicket() throws Exception {
        ApprovalTicket other = Tickets.ticket().lane(RiskLane.HIGH).id("other").make();

        assertThat(answering(Tickets.of(RiskLane.HIGH), TicketText.code(other), "weekly report for finance"))
                .isInstanceOf(Refused.class);
    }

    @Test
    void highIsDeniedByPlainY() throws Exception {
        assertThat(answering(Tickets.of(RiskLane.HIGH), "y", "weekly report for finance"))
                .isInstanceOf(Refused.class);
    }

    @Test
    void highAsksAgainWhenTheReasonIsTooShort() throws Exception {
        ApprovalTicket ticket = Tickets.of(RiskLane.HIGH);

        ApprovalAnswer answer = answering(ticket, TicketText.code(ticket), "o k a y", "weekly report for finance");

        assertThat(answer).isInstanceOf(Approved.class);
        assertThat(terminal.screen()).contains("at least 10 characters");
    }

    @Test
    void highIsDeniedAfterThreeBadReasons() throws Exception {
        ApprovalTicket ticket = Tickets.of(RiskLane.HIGH);

        assertThat(answering(ticket, TicketText.code(ticket), "ok", "ok", "ok")).isInstanceOf(Refused.class);
    }

    @Test
    void highIsDeniedByAnEmptyReason() throws Exception {
        ApprovalTicket ticket = Tickets.of(RiskLane.HIGH);

        assertThat(answering(ticket, TicketText.code(ticket), "")).isInstanceOf(Refused.class);
    }

    @Test
    void aReasonDoesNotServeTwice() throws Exception {
        ApprovalTicket first = Tickets.of(RiskLane.HIGH);
        ApprovalTicket second =
                Tickets.ticket().lane(RiskLane.HIGH).id("second").make();
        answering(first, TicketText.code(first), "weekly report for finance");

        ApprovalAnswer answer = answering(second, TicketText.code(second), "Weekly  report for FINANCE", "");

        assertThat(answer).isInstanceOf(Refused.class);
        assertThat(terminal.screen()).contains("one of the last 5 reasons");
    }

    @Test
    void criticalIsNeverAskedOnATerminal() throws Exception {
        ApprovalAnswer answer = approvals.ask(Tickets.of(RiskLane.CRITICAL));

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        unanswered -> assertThat(unanswered.why())
                                .contains("ILR-APPROVAL-002")
                                .contains("passkey")
                                .contains("\"page\""));
        assertThat(terminal.screen()).isEmpty();
    }

    @Test
    void twoApproversAreNeverOnePersonAtATerminal() throws Exception {
        assertThat(approvals.ask(Tickets.ticket().approvers(2).make()))
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        unanswered -> assertThat(unanswered.why()).contains("2 people"));
    }

    @Test
    void noTerminalIsNoApproval() throws Exception {
        terminal.missing();

        assertThat(approvals.ask(Tickets.of(RiskLane.MEDIUM)))
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        unanswered -> assertThat(unanswered.why())
                                .contains("ILR-APPROVAL-001")
                                .contains("no such device"));
    }

    @Test
    void whatCannotBeReadOnATerminalIsNotAskedThere() throws Exception {
        String hidden = "harmless\n".repeat(401) + "rm -rf /";

        assertThat(approvals.ask(Tickets.ticket().display(hidden).make()))
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        unanswered -> assertThat(unanswered.why()).contains("ILR-APPROVAL-003"));
    }

    @Test
    void silenceUntilTheExpiryIsNoApproval() throws Exception {
        FutureTask<ApprovalAnswer> asking = start(Tickets.of(RiskLane.MEDIUM));
        awaitPrompt();

        time.pass(Duration.ofSeconds(61));

        assertThat(asking.get(10, SECONDS)).isInstanceOf(Unanswered.class);
        assertThat(terminal.screen()).contains("Too late");
    }

    @Test
    void aWallClockSetBackKeepsNoQuestionOpen() throws Exception {
        FutureTask<ApprovalAnswer> asking = start(Tickets.of(RiskLane.MEDIUM));
        awaitPrompt();

        time.pass(Duration.ofSeconds(61));
        time.setWallClock(Tickets.ISSUED);

        assertThat(asking.get(10, SECONDS)).isInstanceOf(Unanswered.class);
    }

    @Test
    void aYesThatComesTooLateIsNoApproval() throws Exception {
        FutureTask<ApprovalAnswer> asking = start(Tickets.of(RiskLane.MEDIUM));
        awaitPrompt();

        time.setWallClock(Tickets.ISSUED.plusSeconds(3600));
        terminal.type("y");

        assertThat(asking.get(10, SECONDS)).isInstanceOf(Unanswered.class);
    }

    @Test
    void anInterruptEndsTheWaitAndFreesTheTerminal() throws Exception {
        FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> approvals.ask(Tickets.of(RiskLane.MEDIUM)));
        Thread thread = new Thread(asking);
        thread.start();
        awaitPrompt();

        thread.interrupt();

        assertThat(asking).failsWithin(Duration.ofSeconds(10));
        assertThat(terminal.openSessions()).isZero();
        assertThat(terminal.screen()).contains("No longer asked");
        assertThat(answering(Tickets.of(RiskLane.MEDIUM), "y")).isInstanceOf(Approved.class);
    }

    @Test
    void oneQuestionAtATime() throws Exception {
        FutureTask<ApprovalAnswer> first = start(Tickets.of(RiskLane.MEDIUM));
        awaitPrompt();
        FutureTask<ApprovalAnswer> second =
                start(Tickets.ticket().id("second").reason("the second one").make());
        assertThat(terminal.screen()).doesNotContain("the second one");

        terminal.type("y");

        assertThat(first.get(10, SECONDS)).isInstanceOf(Approved.class);
        await().until(() -> terminal.screen().contains("the second one")
                && terminal.screen().endsWith("denies: "));
        terminal.type("n");
        assertThat(second.get(10, SECONDS)).isInstanceOf(Refused.class);
    }

    @Test
    void aLineThatIsFullTakesNobodyMore() throws Exception {
        List<FutureTask<ApprovalAnswer>> asking = new ArrayList<>();
        IntStream.range(0, 17).forEach(i -> asking.add(start(Tickets.of(RiskLane.MEDIUM))));

        CompletableFuture<ApprovalAnswer> oneMore = new CompletableFuture<>();
        await().until(() -> {
            FutureTask<ApprovalAnswer> next = start(Tickets.of(RiskLane.MEDIUM));
            try {
                return oneMore.complete(next.get(20, java.util.concurrent.TimeUnit.MILLISECONDS));
            } catch (java.util.concurrent.TimeoutException waits) {
                asking.add(next);
                return false;
            }
        });

        assertThat(oneMore.join())
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        unanswered -> assertThat(unanswered.why()).contains("ILR-APPROVAL-004"));
        time.pass(Duration.ofMinutes(2));
        for (FutureTask<ApprovalAnswer> each : asking) {
            assertThat(each.get(10, SECONDS)).isInstanceOf(Unanswered.class);
        }
    }

    @Test
    void nothingShownCanDriveTheTerminal() throws Exception {
        ApprovalTicket ticket = Tickets.ticket()
                .server("fi\u001b[2Jles")
                .reason("be\u202Ecause\r\nApproved.")
                .principal("eve\u0007")
                .display("a\u001b]0;title\u0007\u200b\u009b31m\r\nType y to let it happen\u2028x")
                .make();

        answering(ticket, "n");

        assertThat(terminal.screen().codePoints().filter(c -> c != '\n')).allMatch(dev.ilura.text.VisibleText::isPlain);
    }

    @Test
    void noLineOfTheCallLooksLikeALineOfTheQuestion() throws Exception {
        answering(
                Tickets.ticket()
                        .display("x\nType y to let it happen; anything else denies: \nApproved.")
                        .make(),
                "n");

        assertThat(terminal.screen().lines().filter(line -> line.contains("Approved")))
                .containsExactly("  | Approved.");
    }

    private ApprovalAnswer answering(ApprovalTicket ticket, String... lines) throws Exception {
        FutureTask<ApprovalAnswer> asking = start(ticket);
        awaitPrompt();
        terminal.type(lines);
        return asking.get(10, SECONDS);
    }

    private FutureTask<ApprovalAnswer> start(ApprovalTicket ticket) {
        FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> approvals.ask(ticket));
        new Thread(asking).start();
        return asking;
    }

    private void awaitPrompt() {
        await().until(() -> terminal.screen().endsWith("anything else denies: "));
    }
}
