package dev.ilura.internal.call;

import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome.Effect;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Stage 6: what is about to happen is in the log before it happens. Without the log nothing happens. */
final class RecordIntent {
    private final Journal journal;

    RecordIntent(Journal journal) {
        this.journal = journal;
    }

    CompletableFuture<Cleared> apply(Cleared cleared) {
        Judged judged = cleared.judged();
        AuditEvent.Builder intent = AuditEvent.of(AuditEvent.Type.DISPATCH, judged.call())
                .fact("decision", cleared.assent().isPresent() ? "approved" : "allow")
                .fact("lane", judged.lane().label())
                .fact("rule", Ending.ruleText(judged.rule()))
                .fact("policy", judged.policyVersion())
                .fact("ticket", cleared.assent().map(Assent::digest).orElse(null))
                .arguments(judged.call().arguments());
        cleared.facts().forEach(intent::fact);
        return journal.append(intent.build(), judged.lane()).handle((receipt, failure) -> {
            if (failure != null) {
                throw new Stop(Ending.failed(
                        judged.pending(),
                        Optional.of(judged.call()),
                        judged.lane(),
                        "ILR-CALL-013",
                        "The log did not take the intent: " + RecordOutcome.reason(failure),
                        Effect.NONE));
            }
            return cleared;
        });
    }
}
