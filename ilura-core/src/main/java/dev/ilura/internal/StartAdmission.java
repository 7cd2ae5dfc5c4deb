package dev.ilura.internal;

import dev.ilura.ApprovalTicket;
import dev.ilura.Arguments;
import dev.ilura.AuditEvent;
import dev.ilura.IluraException;
import dev.ilura.Limits;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.internal.call.Cancellation;
import dev.ilura.internal.call.Consent;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.ClientDialogue;
import dev.ilura.spi.StartRequest;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import dev.ilura.text.VisibleText;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Admits the start of one server: asks a human where the transport has a question, and puts the start on record before
 * anything of the server runs. The ticket is bound to the launch identity, so one changed byte is another question.
 */
final class StartAdmission implements Transport.StartGate {
    private static final JsonValue START = JsonValue.parse("{\"name\":\"(start)\"}");

    private final String server;
    private final Consent consent;
    private final AuditSink audit;
    private final Limits limits;
    private final CallIds ids;
    private final TimeSource time;

    StartAdmission(String server, Consent consent, AuditSink audit, Limits limits, CallIds ids, TimeSource time) {
        this.server = server;
        this.consent = consent;
        this.audit = audit;
        this.limits = limits;
        this.ids = ids;
        this.time = time;
    }

    @Override
    public void admit(StartRequest request) {
        AuditEvent.Builder event = AuditEvent.of(AuditEvent.Type.SERVER_START)
                .fact("server", server)
                .fact("serverIdentity", request.identity());
        request.facts().forEach(event::fact);
        if (request.question().isEmpty()) {
            record(event.fact("decision", "allow").build());
            return;
        }
        String question = request.question().get();
        Consent.Verdict verdict = consent.ask(ticket(request, question), new Cancellation(), ClientDialogue.none())
                .join();
        record(verdict.describe(event)
                .fact("question", VisibleText.oneLine(question))
                .fact("decision", verdict.isYes() ? "approved" : "deny")
                .build());
        verdict.refusal().ifPresent(refusal -> {
            throw new IluraException(
                    "ILR-ASK-007",
                    "Server \"" + server + "\" needs a human's consent to start, and got none: " + question + " "
                            + refusal.reason(),
                    "Approve the start when asked, or name the server so that there is no question.");
        });
    }

    private ApprovalTicket ticket(StartRequest request, String question) {
        ToolCall call = ToolCall.to(server, Tool.of(START))
                .id(ids.next())
                .session("start")
                .principal("operator")
                .serverIdentity(request.identity())
                .arguments(Arguments.of(Map.of("launch", request.display())))
                .build();
        return consent.ticket(
                call, "built-in", RuleRef.START, RiskLane.MEDIUM, question, 1, VisibleText.block(request.display()));
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
