package dev.ilura.internal.call;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.RiskLane;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.util.concurrent.CompletableFuture;

/** Writes to the log and turns its refusal into the end of the call. */
final class Journal {
    private final AuditSink sink;

    Journal(AuditSink sink) {
        this.sink = sink;
    }

    /** Fails like the sink does, and never throws. */
    CompletableFuture<AuditReceipt> append(AuditEvent event, RiskLane lane) {
        try {
            return sink.append(event, level(lane)).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    String head() {
        return sink.head();
    }

    /** From medium on, a record survives loss of power before anything depends on it. */
    private static Acknowledgement level(RiskLane lane) {
        return lane == RiskLane.LOW ? Acknowledgement.WRITTEN : Acknowledgement.DURABLE;
    }
}
