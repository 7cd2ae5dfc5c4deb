package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalAnswer.Approved;
import dev.ilura.ApprovalAnswer.Refused;
import dev.ilura.ApprovalAnswer.Unanswered;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.spi.ApprovalHandler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ApprovalsTest {
    private static final ApprovalTicket TICKET = Tickets.of(RiskLane.MEDIUM);
    private static final ApprovalHandler YES = Approvals.callback(ticket -> Approvals.approve(ticket, "alice"));
    private static final ApprovalHandler NO = Approvals.callback(ticket -> Approvals.refuse("bob", "not today"));

    @Test
    void anApprovalIsForTheTicketThatWasShown() throws Exception {
        assertThat(YES.ask(TICKET))
                .isInstanceOfSatisfying(
                        Approved.class,
                        approved -> assertThat(approved.ticketDigest()).isEqualTo(TICKET.digest()));
    }

    @Test
    void aLaneWithoutAHandlerStaysUnanswered() throws Exception {
        ApprovalHandler lanes = Approvals.byLane(Map.of(RiskLane.MEDIUM, YES, RiskLane.HIGH, NO));

        assertThat(lanes.ask(TICKET)).isInstanceOf(Approved.class);
        assertThat(lanes.ask(Tickets.of(RiskLane.HIGH))).isInstanceOf(Refused.class);
        assertThat(lanes.ask(Tickets.of(RiskLane.CRITICAL)))
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        unanswered -> assertThat(unanswered.why()).contains("ILR-APPROVAL-005", "critical"));
    }

    @Test
    void nobodyIsAskedByNone() throws Exception {
        assertThat(Approvals.none().ask(TICKET)).isInstanceOf(Unanswered.class);
    }

    @Test
    void aChannelThatCannotAskDoesNotSpeakForTheOthers() throws Exception {
        assertThat(Approvals.firstOf(List.of(Approvals.none(), YES)).ask(TICKET))
                .isInstanceOf(Approved.class);
        assertThat(Approvals.firstOf(List.of(NO, Approvals.none())).ask(TICKET)).isInstanceOf(Refused.class);
    }

    @Test
    void brokenChannelsTogetherAreNoApproval() throws Exception {
        ApprovalHandler throwing = ticket -> {
            throw new IllegalStateException("broken");
        };
        ApprovalHandler silent = mock(ApprovalHandler.class);

        assertThat(Approvals.firstOf(List.of(throwing, silent)).ask(TICKET))
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        unanswered -> assertThat(unanswered.why()).contains("IllegalStateException", "no answer"));
    }

    @Test
    void theFirstAnswerEndsTheOtherQuestions() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        ApprovalHandler waiting = ticket -> {
            try {
                asked.countDown();
                new CountDownLatch(1).await();
                return Approvals.approve(ticket, "too late");
            } finally {
                ended.countDown();
            }
        };
        ApprovalHandler no = ticket -> {
            asked.await();
            return Approvals.refuse("bob", "not today");
        };

        assertThat(Approvals.firstOf(List.of(waiting, no)).ask(TICKET)).isInstanceOf(Refused.class);
        assertThat(ended.await(10, SECONDS)).isTrue();
    }

    @Test
    void askingNobodyAtAllIsAMistake() {
        assertThatIllegalArgumentException().isThrownBy(() -> Approvals.firstOf(List.of()));
    }

    @Test
    void answersOfTheApplicationNameTheirChannel() throws Exception {
        ApprovalAnswer answer = Approvals.callback(ticket -> Approvals.approve(ticket, "alice", "month-end close"))
                .ask(TICKET);

        assertThat(answer).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.channel()).isEqualTo("callback");
            assertThat(approved.reason()).contains("month-end close");
        });
    }

    @Test
    void lanesNameWhoIsAskedAndOthersAreDenied() throws Exception {
        ApprovalHandler lanes = Approvals.byLane().medium(NO, Approvals.none()).others(YES);
        assertThat(lanes.ask(Tickets.of(RiskLane.MEDIUM))).isInstanceOf(Refused.class);
        assertThat(lanes.ask(Tickets.of(RiskLane.CRITICAL))).isInstanceOf(Approved.class);
        ApprovalHandler mediumOnly = Approvals.byLane().medium(YES).othersDenied();
        assertThat(mediumOnly.ask(Tickets.of(RiskLane.HIGH))).isInstanceOf(Unanswered.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Approvals.byLane().medium(YES).medium(NO));
    }

    @Test
    void aQuorumTakesDifferentPeopleOverTheSameTicket() throws Exception {
        ApprovalTicket two = Tickets.ticket().approvers(2).make();
        ApprovalHandler bob = Approvals.callback(ticket -> Approvals.approve(ticket, "bob", "checked the invoice"));
        ApprovalHandler aliceAgain = Approvals.callback(ticket -> Approvals.approve(ticket, " Alice"));
        ApprovalHandler other = Approvals.callback(ticket -> Approvals.approve(Tickets.of(RiskLane.HIGH), "carol"));

        assertThat(Approvals.quorum(List.of(YES, bob)).ask(two)).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.people()).containsExactlyInAnyOrder("alice", "bob");
            assertThat(approved.ticketDigest()).isEqualTo(two.digest());
            assertThat(approved.reason()).contains("bob: checked the invoice");
        });
        for (List<ApprovalHandler> tooFew :
                List.of(List.of(YES), List.of(YES, aliceAgain), List.of(YES, other), List.of(YES, Approvals.none()))) {
            assertThat(Approvals.quorum(tooFew).ask(two)).isInstanceOf(Unanswered.class);
        }
        assertThat(Approvals.quorum(List.of(NO)).ask(two)).isInstanceOf(Refused.class);
    }
}
