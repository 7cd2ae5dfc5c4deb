package dev.ilura.internal;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.Arguments;
import dev.ilura.AuditEvent;
import dev.ilura.IluraException;
import dev.ilura.Limits;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.StartRequest;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import dev.ilura.text.VisibleText;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Admits the start of one server: asks a human where the transport has a question, and puts the start on record before
 * anything of the server runs. The ticket is bound to the launch identity, so one changed byte is another question.
 */
final class StartAdmission implements Transport.StartGate {
    private static final RuleRef RULE = new RuleRef("start-of-server", "built-in");

    private final String gateway;
    private final String server;
    private final Optional<ApprovalHandler> handler;
    private final AuditSink audit;
    private final Limits limits;
    private final CallIds ids;
    private final TimeSource time;
    private final ExecutorService executor;

    StartAdmission(
            String gateway,
            String server,
            Optional<ApprovalHandler> handler,
            AuditSink audit,
            Limits limits,
            CallIds ids,
            TimeSource time,
            ExecutorService executor) {
        this.gateway = gateway;
        this.server = server;
        this.handler = handler;
        this.audit = audit;
        this.limits = limits;
        this.ids = ids;
        this.time = time;
        this.executor = executor;
    }

    @Override
    public void admit(StartRequest request) {
        AuditEvent.Builder event = AuditEvent.of(AuditEvent.Type.SERVER_START)
                .fact("server", server)
                .fact("serverIdentity", request.identity());
        request.facts().forEach(event::fact);
        if (request.question().isPresent()) {
            ApprovalTicket ticket = ticket(request, request.question().get());
            ApprovalAnswer answer = ask(ticket);
            boolean agreed = answer instanceof ApprovalAnswer.Approved approved
                    && approved.ticketDigest().equals(ticket.digest())
                    && time.now().isBefore(ticket.expiresAt());
            event.fact("question", VisibleText.oneLine(request.question().get()))
                    .fact("answer", agreed ? "yes" : "no")
                    .fact("channel", VisibleText.oneLine(answer.channel()))
                    .fact("ticket", ticket.digest());
            record(event.fact("decision", agreed ? "approved" : "deny").build());
            if (!agreed) {
                throw new IluraException(
                        "ILR-ASK-007",
                        "Server \"" + server + "\" needs a human's consent to start, and got none: "
                                + request.question().get(),
                        "Approve the start when asked, or name the server so that there is no question.");
            }
        } else {
            record(event.fact("decision", "allow").build());
        }
    }

    private ApprovalTicket ticket(StartRequest request, String question) {
        Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
        Tool start = Tool.of(JsonValue.of(Map.of("name", "(start)")));
        ToolCall call = ToolCall.to(server, start)
                .id(ids.next())
                .session("start")
                .principal("operator")
                .serverIdentity(request.identity())
                .arguments(Arguments.of(Map.of("launch", request.display())))
                .build();
        return new ApprovalTicket(
                ids.random(16),
                ids.random(32),
                now,
                now.plus(limits.approvalTimeout()),
                gateway,
                call,
                "built-in",
                RULE,
                RiskLane.MEDIUM,
                question,
                VisibleText.block(request.display()),
                1,
                audit.head());
    }

    /** Already on a thread that may wait; the handler gets one of its own so that it can be interrupted. */
    private ApprovalAnswer ask(ApprovalTicket ticket) {
        if (handler.isEmpty()) {
            return new ApprovalAnswer.Unanswered("none", "This gateway has no approvals.");
        }
        CompletableFuture<@Nullable ApprovalAnswer> answer = new CompletableFuture<>();
        Future<?> asking = executor.submit(() -> {
            try {
                answer.complete(handler.get().ask(ticket));
            } catch (InterruptedException | RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            ApprovalAnswer given = within(limits.approvalTimeout(), answer);
            return given == null ? new ApprovalAnswer.Unanswered("none", "The handler gave no answer.") : given;
        } catch (CompletionException | CancellationException e) {
            return new ApprovalAnswer.Unanswered("none", "Nobody answered in time, or the handler failed.");
        } finally {
            asking.cancel(true);
        }
    }

    /** Waits until the record is on stable storage: what runs afterwards is on record whatever happens. */
    private void record(AuditEvent event) {
        try {
            within(
                    limits.callTimeout(),
                    audit.append(event, Acknowledgement.DURABLE)
                            .toCompletableFuture()
                            .copy());
        } catch (RuntimeException e) {
            throw new IluraException(
                    "ILR-CALL-013",
                    "The log did not take the start of server \"" + server + "\".",
                    "See the log's own error.",
                    e);
        }
    }

    private <T extends @Nullable Object> T within(Duration limit, CompletableFuture<T> wait) {
        TimeSource.Timer timer =
                time.after(limit, () -> wait.completeExceptionally(new TimeoutException("nothing within " + limit)));
        try {
            return wait.join();
        } finally {
            timer.cancel();
        }
    }
}
