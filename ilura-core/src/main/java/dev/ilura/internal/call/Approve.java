package dev.ilura.internal.call;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.Limits;
import dev.ilura.RiskLane;
import dev.ilura.internal.CallIds;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.TimeSource;
import dev.ilura.text.VisibleText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Stage 5: asks a human where the lane says so. The question is in the log before it is asked and the answer before it
 * counts. Whatever is not a timely yes to exactly this ticket, with what the lane demands, is a no.
 */
final class Approve {
    private static final int REASON_LENGTH = 10;

    private final String gateway;
    private final Optional<ApprovalHandler> handler;
    private final Limits limits;
    private final Journal journal;
    private final CallIds ids;
    private final TimeSource time;
    private final ExecutorService executor;
    private final Semaphore places;

    Approve(
            String gateway,
            Optional<ApprovalHandler> handler,
            Limits limits,
            Journal journal,
            CallIds ids,
            TimeSource time,
            ExecutorService executor) {
        this.gateway = gateway;
        this.handler = handler;
        this.limits = limits;
        this.journal = journal;
        this.ids = ids;
        this.time = time;
        this.executor = executor;
        this.places = new Semaphore(limits.pendingApprovals());
    }

    CompletableFuture<Cleared> apply(Judged judged) {
        if (judged.lane() == RiskLane.LOW) {
            return CompletableFuture.completedFuture(new Cleared(judged, Optional.empty()));
        }
        ApprovalTicket ticket = issue(judged);
        return journal.append(question(judged, ticket), judged.lane())
                .handle((receipt, failure) -> {
                    if (failure != null) {
                        throw new Stop(logFailed(judged, failure));
                    }
                    return ticket;
                })
                .thenCompose(issued -> ask(issued, judged.pending().cancellation()))
                .thenCompose(answer -> recordAnswer(judged, ticket, answer));
    }

    private ApprovalTicket issue(Judged judged) {
        Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
        return new ApprovalTicket(
                ids.random(16),
                ids.random(32),
                now,
                now.plus(limits.approvalTimeout()),
                gateway,
                judged.call(),
                judged.policyVersion(),
                judged.rule(),
                judged.lane(),
                judged.reason(),
                ApprovalText.of(judged.call()),
                1,
                journal.head());
    }

    private static AuditEvent question(Judged judged, ApprovalTicket ticket) {
        return AuditEvent.of(AuditEvent.Type.DECISION, judged.call())
                .fact("decision", "ask")
                .fact("lane", judged.lane().label())
                .fact("rule", Ending.ruleText(judged.rule()))
                .fact("policy", judged.policyVersion())
                .fact("why", Ending.shortened(judged.reason()))
                .fact("approvalId", ticket.id())
                .fact("ticket", ticket.digest())
                .arguments(judged.call().arguments())
                .build();
    }

    private CompletableFuture<ApprovalAnswer> ask(ApprovalTicket ticket, Cancellation cancellation) {
        if (handler.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new ApprovalAnswer.Unanswered("none", "Nobody can be asked: this gateway has no approvals."));
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.completedFuture(new ApprovalAnswer.Unanswered(
                    "none", limits.pendingApprovals() + " approvals are open already; no more are taken."));
        }
        CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
        Future<?> asking = start(ticket, answer);
        TimeSource.Timer timer = time.after(
                limits.approvalTimeout(),
                () -> answer.complete(new ApprovalAnswer.Unanswered(
                        "none",
                        "Nobody answered within " + limits.approvalTimeout().toSeconds() + " s.")));
        cancellation.onCancel(() -> answer.complete(new ApprovalAnswer.Unanswered("none", "The caller gave up.")));
        return answer.whenComplete((given, failure) -> {
            timer.cancel();
            asking.cancel(true);
        });
    }

    private Future<?> start(ApprovalTicket ticket, CompletableFuture<ApprovalAnswer> answer) {
        FutureTask<?> asking = new FutureTask<>(() -> answer.complete(answerOf(ticket)));
        try {
            executor.execute(() -> run(asking));
            return asking;
        } catch (RejectedExecutionException e) {
            places.release();
            answer.complete(new ApprovalAnswer.Unanswered("none", "The gateway has no thread left to ask on."));
            return CompletableFuture.completedFuture(null);
        }
    }

    /** The place is given back even if the question was withdrawn before the thread began. */
    private void run(FutureTask<?> asking) {
        try {
            asking.run();
        } finally {
            places.release();
        }
    }

    /** A handler that throws, is interrupted or gives null has not said yes. */
    private ApprovalAnswer answerOf(ApprovalTicket ticket) {
        try {
            ApprovalAnswer given = handler.orElseThrow().ask(ticket);
            return given == null ? new ApprovalAnswer.Unanswered("none", "The handler gave no answer.") : given;
        } catch (InterruptedException e) {
            return new ApprovalAnswer.Unanswered("none", "The wait was ended.");
        } catch (RuntimeException | Error e) {
            return new ApprovalAnswer.Unanswered(
                    "none", "The handler failed: " + Ending.shortened(String.valueOf(e.getMessage())));
        }
    }

    private CompletableFuture<Cleared> recordAnswer(Judged judged, ApprovalTicket ticket, ApprovalAnswer answer) {
        Optional<Refusal> refusal = refusal(ticket, answer);
        return journal.append(record(judged, ticket, answer, refusal), judged.lane())
                .handle((receipt, failure) -> cleared(judged, ticket, refusal, receipt, failure));
    }

    private static Cleared cleared(
            Judged judged, ApprovalTicket ticket, Optional<Refusal> refusal, AuditReceipt receipt, Throwable failure) {
        if (failure != null) {
            throw new Stop(logFailed(judged, failure));
        }
        if (refusal.isPresent()) {
            throw new Stop(Ending.notApproved(
                    judged, refusal.get().code(), refusal.get().reason(), receipt));
        }
        return new Cleared(judged, Optional.of(ticket));
    }

    /** Why an answer is a no. */
    private record Refusal(String code, String reason) {}

    private Optional<Refusal> refusal(ApprovalTicket ticket, ApprovalAnswer answer) {
        if (answer instanceof ApprovalAnswer.Refused refused) {
            return Optional.of(
                    new Refusal("ILR-ASK-001", Ending.shortened(refused.approver() + " said no: " + refused.why())));
        }
        if (!(answer instanceof ApprovalAnswer.Approved approved)) {
            ApprovalAnswer.Unanswered unanswered = (ApprovalAnswer.Unanswered) answer;
            return Optional.of(new Refusal("ILR-ASK-002", Ending.shortened(unanswered.why())));
        }
        if (!approved.ticketDigest().equals(ticket.digest())) {
            return Optional.of(new Refusal("ILR-ASK-003", "The answer is to another question."));
        }
        if (!time.now().isBefore(ticket.expiresAt())) {
            return Optional.of(new Refusal("ILR-ASK-004", "The answer came too late."));
        }
        if (ticket.lane().compareTo(RiskLane.HIGH) >= 0
                && approved.reason().map(Approve::typedLength).orElse(0) < REASON_LENGTH) {
            return Optional.of(new Refusal(
                    "ILR-ASK-005",
                    "Lane " + ticket.lane().label() + " needs a typed reason of " + REASON_LENGTH + " characters."));
        }
        if (ticket.lane() == RiskLane.CRITICAL && approved.evidence().isEmpty()) {
            return Optional.of(new Refusal("ILR-ASK-006", "Lane critical needs a passkey; this channel gave none."));
        }
        return Optional.empty();
    }

    private static int typedLength(String reason) {
        return (int) reason.codePoints()
                .filter(c -> c != ' ' && VisibleText.isPlain(c))
                .count();
    }

    private static AuditEvent record(
            Judged judged, ApprovalTicket ticket, ApprovalAnswer answer, Optional<Refusal> refusal) {
        AuditEvent.Builder event = AuditEvent.of(AuditEvent.Type.APPROVAL, judged.call())
                .fact("answer", refusal.isPresent() ? "no" : "yes")
                .fact("lane", judged.lane().label())
                .fact("channel", Ending.shortened(answer.channel()))
                .fact("approvalId", ticket.id())
                .fact("ticket", ticket.digest())
                .fact("ticketJson", new String(ticket.canonical(), StandardCharsets.UTF_8))
                .fact("code", refusal.map(Refusal::code).orElse(null))
                .fact("why", refusal.map(Refusal::reason).orElse(null));
        if (answer instanceof ApprovalAnswer.Approved approved) {
            event.fact("approver", Ending.shortened(approved.approver()))
                    .fact(
                            "evidence",
                            approved.evidence().map(Approve::canonical).orElse(null))
                    .statement(approved.reason().orElse(null));
        } else if (answer instanceof ApprovalAnswer.Refused refused) {
            event.fact("approver", Ending.shortened(refused.approver()));
        }
        return event.build();
    }

    private static String canonical(JsonValue evidence) {
        return new String(CanonicalJson.of(evidence), StandardCharsets.UTF_8);
    }

    private static Ending logFailed(Judged judged, Throwable failure) {
        return Ending.failed(
                judged.pending(),
                Optional.of(judged.call()),
                judged.lane(),
                "ILR-CALL-013",
                "The log did not take the approval: " + RecordOutcome.reason(failure),
                Effect.NONE);
    }
}
