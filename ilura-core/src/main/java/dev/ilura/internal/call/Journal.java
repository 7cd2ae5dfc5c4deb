package dev.ilura.internal.call;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.RiskLane;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Writes to the log. What the log does not take in time counts as not taken. */
final class Journal {
    private final AuditSink sink;
    private final Duration patience;
    private final TimeSource time;

    Journal(AuditSink sink, Duration patience, TimeSource time) {
        this.sink = sink;
        this.patience = patience;
        this.time = time;
    }

    /** Fails if the sink refuses, throws, gives null or says nothing in time; never throws. */
    CompletableFuture<AuditReceipt> append(AuditEvent event, RiskLane lane) {
        CompletableFuture<AuditReceipt> word;
        try {
            word = sink.append(event, level(lane)).toCompletableFuture().thenApply(Journal::received);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (!word.isDone()) {
            TimeSource.Timer timer = time.after(
                    patience,
                    () -> word.completeExceptionally(
                            new TimeoutException("it said nothing for " + patience.toMillis() + " ms")));
            word.whenComplete((receipt, failure) -> timer.cancel());
        }
        return word;
    }

    private static AuditReceipt received(@Nullable AuditReceipt receipt) {
        return Objects.requireNonNull(receipt, "the log gave no receipt");
    }

    String head() {
        return sink.head();
    }

    /** From medium on, a record survives loss of power before anything depends on it. */
    private static Acknowledgement level(RiskLane lane) {
        return lane == RiskLane.LOW ? Acknowledgement.WRITTEN : Acknowledgement.DURABLE;
    }
}
