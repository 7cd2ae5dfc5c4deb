package dev.ilura.internal.call;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.RiskLane;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Stage 9: how the call ended, in the log before the caller knows. If the log cannot take it, the result is withheld. */
final class RecordOutcome {
    private final Journal journal;
    private final TimeSource time;

    RecordOutcome(Journal journal, TimeSource time) {
        this.journal = journal;
        this.time = time;
    }

    CompletableFuture<Concluded> apply(Ending ending) {
        Duration duration = Duration.ofNanos(time.nanos() - ending.pending().startedNanos());
        if (ending.recorded().isPresent()) {
            return CompletableFuture.completedFuture(
                    concluded(ending, ending.recorded().get(), duration));
        }
        return journal.append(event(ending, duration), ending.lane()).handle((receipt, failure) -> {
            if (failure != null) {
                return withheld(ending, duration, failure);
            }
            return concluded(ending, receipt, duration);
        });
    }

    private static Concluded concluded(Ending ending, AuditReceipt receipt, Duration duration) {
        CallOutcome outcome =
                ending.shape().outcome(ending.pending().id(), OptionalLong.of(receipt.number()), duration);
        return new Concluded(outcome, ending.answer());
    }

    private static Concluded withheld(Ending ending, Duration duration, Throwable failure) {
        return new Concluded(
                new CallOutcome.Failed(
                        ending.pending().id(),
                        OptionalLong.empty(),
                        duration,
                        "ILR-CALL-013",
                        "The log did not take the outcome: " + reason(failure),
                        ending.shape().effect()),
                Optional.empty());
    }

    private static AuditEvent event(Ending ending, Duration duration) {
        AuditEvent.Builder event = ending.call()
                .map(call -> AuditEvent.of(ending.shape().recordType(), call).arguments(call.arguments()))
                .orElseGet(() -> unresolved(ending));
        event.fact("durUs", duration.toNanos() / 1_000);
        if (ending.lane() != RiskLane.LOW) {
            event.fact("lane", ending.lane().label());
        }
        ending.shape().describe(event);
        return event.build();
    }

    /** A call that never got as far as a tool: what it asked for, made visible. */
    private static AuditEvent.Builder unresolved(Ending ending) {
        CallRequest request = ending.pending().request();
        return AuditEvent.of(ending.shape().recordType())
                .fact("call", ending.pending().id())
                .fact("session", request.session())
                .fact("pod", Ending.shortened(request.pod()))
                .fact("principal", request.principal())
                .fact("server", Ending.shortened(request.server()))
                .fact("tool", Ending.shortened(request.tool()))
                .fact("parent", request.cause().orElse(null))
                .fact("traceparent", request.traceparent().orElse(null))
                .arguments(request.arguments());
    }

    static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return Ending.shortened(String.valueOf(cause.getMessage()));
    }
}
