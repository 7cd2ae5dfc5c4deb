package dev.ilura.internal.call;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.AuditEvent;
import dev.ilura.Limits;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.internal.CallIds;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ClientDialogue;
import dev.ilura.spi.TimeSource;
import dev.ilura.text.VisibleText;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Asks a human one question at a time, whatever it is about, and judges the answer. Whatever is not a timely yes to
 * exactly the ticket, with what its lane demands, is a no. Thread-safe.
 */
public final class Consent {
    private static final int REASON_LENGTH = 10;

    private final String gateway;
    private final Optional<ApprovalHandler> handler;
    private final Limits limits;
    private final Supplier<String> logHead;
    private final CallIds ids;
    private final TimeSource time;
    private final ExecutorService executor;
    private final Semaphore places;

    /**
     * Asks in the name of a gateway.
     *
     * @param logHead names the newest state of the log
     */
    public Consent(
            String gateway,
            Optional<ApprovalHandler> handler,
            Limits limits,
            Supplier<String> logHead,
            CallIds ids,
            TimeSource time,
            ExecutorService executor) {
        this.gateway = gateway;
        this.handler = handler;
        this.limits = limits;
        this.logHead = logHead;
        this.ids = ids;
        this.time = time;
        this.executor = executor;
        this.places = new Semaphore(limits.pendingApprovals());
    }

    /** A new ticket; its time runs from now. */
    public ApprovalTicket ticket(
            ToolCall call,
            String policyVersion,
            RuleRef rule,
            RiskLane lane,
            String reason,
            int approvers,
            String display) {
        Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
        return new ApprovalTicket(
                ids.random(16),
                ids.random(32),
                now,
                now.plus(limits.approvalTimeout()),
                gateway,
                call,
                policyVersion,
                rule,
                lane,
                reason,
                display,
                approvers,
                logHead.get());
    }

    /**
     * Asks. The future never fails, and completes by the end of the ticket's time.
     *
     * @param client the way to the person at the client, if there is one
     */
    public CompletableFuture<Verdict> ask(ApprovalTicket ticket, Cancellation cancellation, ClientDialogue client) {
        TicketTime life = TicketTime.from(ticket, time);
        String digest = ticket.digest();
        return given(ticket, cancellation, client).thenApply(answer -> {
            Optional<Refusal> refusal = refusal(ticket, digest, life, answer);
            return new Verdict(ticket, answer, refusal, new Assent(ticket, digest, life));
        });
    }

    /**
     * What came of asking. Immutable.
     */
    public static final class Verdict {
        private final ApprovalTicket ticket;
        private final ApprovalAnswer answer;
        private final Optional<Refusal> refusal;
        private final Assent assent;

        private Verdict(ApprovalTicket ticket, ApprovalAnswer answer, Optional<Refusal> refusal, Assent assent) {
            this.ticket = ticket;
            this.answer = answer;
            this.refusal = refusal;
            this.assent = assent;
        }

        /** Why the answer is a no; empty if it is a yes. */
        public Optional<Refusal> refusal() {
            return refusal;
        }

        /** The yes, to be used once. */
        Assent assent() {
            if (!isYes()) {
                throw new IllegalStateException("nobody agreed");
            }
            return assent;
        }

        public boolean isYes() {
            return refusal.isEmpty();
        }

        /** Adds to a record who was asked what, and what they said. */
        public AuditEvent.Builder describe(AuditEvent.Builder event) {
            event.fact("answer", isYes() ? "yes" : "no")
                    .fact("lane", ticket.lane().label())
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
                                approved.evidence().map(Verdict::canonical).orElse(null))
                        .statement(approved.reason().orElse(null));
            } else if (answer instanceof ApprovalAnswer.Refused refused) {
                event.fact("approver", Ending.shortened(refused.approver()));
            }
            return event;
        }

        private static String canonical(JsonValue evidence) {
            return new String(CanonicalJson.of(evidence), StandardCharsets.UTF_8);
        }
    }

    /** Why an answer is a no. */
    public record Refusal(String code, String reason) {}

    private CompletableFuture<ApprovalAnswer> given(
            ApprovalTicket ticket, Cancellation cancellation, ClientDialogue client) {
        if (handler.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new ApprovalAnswer.Unanswered("none", "Nobody can be asked: this gateway has no approvals."));
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.completedFuture(new ApprovalAnswer.Unanswered(
                    "none", limits.pendingApprovals() + " approvals are open already; no more are taken."));
        }
        CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
        Future<?> asking = start(ticket, client, answer);
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

    private Future<?> start(ApprovalTicket ticket, ClientDialogue client, CompletableFuture<ApprovalAnswer> answer) {
        FutureTask<?> asking = new FutureTask<>(() -> answer.complete(answerOf(ticket, client)));
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
    private ApprovalAnswer answerOf(ApprovalTicket ticket, ClientDialogue client) {
        try {
            ApprovalAnswer given = handler.orElseThrow().ask(ticket, client);
            return given == null ? new ApprovalAnswer.Unanswered("none", "The handler gave no answer.") : given;
        } catch (InterruptedException e) {
            return new ApprovalAnswer.Unanswered("none", "The wait was ended.");
        } catch (RuntimeException | Error e) {
            return new ApprovalAnswer.Unanswered(
                    "none", "The handler failed: " + Ending.shortened(String.valueOf(e.getMessage())));
        }
    }

    private static Optional<Refusal> refusal(
            ApprovalTicket ticket, String digest, TicketTime life, ApprovalAnswer answer) {
        if (answer instanceof ApprovalAnswer.Refused refused) {
            return Optional.of(
                    new Refusal("ILR-ASK-001", Ending.shortened(refused.approver() + " said no: " + refused.why())));
        }
        if (!(answer instanceof ApprovalAnswer.Approved approved)) {
            ApprovalAnswer.Unanswered unanswered = (ApprovalAnswer.Unanswered) answer;
            return Optional.of(new Refusal("ILR-ASK-002", Ending.shortened(unanswered.why())));
        }
        if (!approved.ticketDigest().equals(digest)) {
            return Optional.of(new Refusal("ILR-ASK-003", "The answer is to another question."));
        }
        Optional<Refusal> lapse = life.lapse();
        return lapse.isPresent() ? lapse : missing(ticket, approved);
    }

    /** What the ticket demands and the yes does not bring. */
    private static Optional<Refusal> missing(ApprovalTicket ticket, ApprovalAnswer.Approved approved) {
        if (ticket.lane().compareTo(RiskLane.HIGH) >= 0
                && approved.reason().map(Consent::typedLength).orElse(0) < REASON_LENGTH) {
            return Optional.of(new Refusal(
                    "ILR-ASK-005",
                    "Lane " + ticket.lane().label() + " needs a typed reason of " + REASON_LENGTH + " characters."));
        }
        if (ticket.lane() == RiskLane.CRITICAL && approved.evidence().isEmpty()) {
            return Optional.of(new Refusal("ILR-ASK-006", "Lane critical needs a passkey; this channel gave none."));
        }
        if (ticket.approvers() > 1 && othersThan(ticket.call().principal(), approved) < ticket.approvers()) {
            return Optional.of(new Refusal(
                    "ILR-ASK-009",
                    ticket.approvers() + " different people have to agree, and whoever asks is none of them."));
        }
        return Optional.empty();
    }

    /** The attack: one person with two names that look alike, or the caller as a second person. */
    private static long othersThan(String principal, ApprovalAnswer.Approved approved) {
        return approved.people().stream()
                .map(Consent::normalName)
                .filter(person -> !person.isEmpty() && !person.equals(normalName(principal)))
                .distinct()
                .count();
    }

    private static String normalName(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
    }

    private static int typedLength(String reason) {
        return (int) reason.codePoints()
                .filter(c -> c != ' ' && VisibleText.isPlain(c))
                .count();
    }
}
