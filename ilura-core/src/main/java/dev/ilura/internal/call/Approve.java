package dev.ilura.internal.call;

import dev.ilura.ApprovalTicket;
import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.RiskLane;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Stage 5: asks a human where the lane says so. The question is in the log before it is asked and the answer before it
 * counts.
 */
final class Approve {
    private final Consent consent;
    private final Journal journal;

    Approve(Consent consent, Journal journal) {
        this.consent = consent;
        this.journal = journal;
    }

    CompletableFuture<Cleared> apply(Judged judged) {
        if (judged.lane() == RiskLane.LOW) {
            return CompletableFuture.completedFuture(new Cleared(judged, Optional.empty()));
        }
        ApprovalTicket ticket = consent.ticket(
                judged.call(),
                judged.policyVersion(),
                judged.rule(),
                judged.lane(),
                judged.reason(),
                judged.approvers(),
                ApprovalText.of(judged.call()));
        return journal.append(question(judged, ticket), judged.lane())
                .handle((receipt, failure) -> {
                    if (failure != null) {
                        throw new Stop(logFailed(judged, failure));
                    }
                    return ticket;
                })
                .thenCompose(asked -> consent.ask(
                        asked,
                        judged.pending().cancellation(),
                        Dialogue.with(judged.pending().caller())))
                .thenCompose(verdict -> recorded(judged, verdict));
    }

    private static AuditEvent question(Judged judged, ApprovalTicket ticket) {
        return AuditEvent.of(AuditEvent.Type.DECISION, judged.call())
                .fact("decision", "ask")
                .fact("lane", judged.lane().label())
                .fact("rule", Ending.ruleText(judged.rule()))
                .fact("policy", judged.policyVersion())
                .fact("why", Ending.shortened(judged.reason()))
                .fact("ruleTrace", Ending.traceText(judged.trace()))
                .fact("approvalId", ticket.id())
                .fact("ticket", ticket.digest())
                .arguments(judged.call().arguments())
                .build();
    }

    private CompletableFuture<Cleared> recorded(Judged judged, Consent.Verdict verdict) {
        AuditEvent event = verdict.describe(AuditEvent.of(AuditEvent.Type.APPROVAL, judged.call()))
                .build();
        return journal.append(event, judged.lane())
                .handle((receipt, failure) -> cleared(judged, verdict, receipt, failure));
    }

    private static Cleared cleared(
            Judged judged, Consent.Verdict verdict, AuditReceipt receipt, @Nullable Throwable failure) {
        if (failure != null) {
            throw new Stop(logFailed(judged, failure));
        }
        verdict.refusal().ifPresent(refusal -> {
            throw new Stop(Ending.notApproved(judged, refusal.code(), refusal.reason(), receipt));
        });
        return new Cleared(judged, Optional.of(verdict.assent()));
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
