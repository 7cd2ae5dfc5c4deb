package dev.ilura.spi;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Takes down what happens, in the order in which {@link #append} was called. Thread-safe.
 *
 * <p>The stage of a refused or lost append completes exceptionally, and the gate denies or withholds what depended on
 * it. A sink has a bounded queue and never drops an event silently.
 */
public interface AuditSink extends AutoCloseable {

    /**
     * Appends one event. Returns at once; the stage completes when the event has reached the given level. Work that
     * callers chain to the stage runs on the sink's thread and must be short.
     */
    CompletionStage<AuditReceipt> append(AuditEvent event, Acknowledgement level);

    /** Names the newest acknowledged state, for tickets: {@code size:rootHashHex}; {@code "none"} if the sink has none. */
    default String head() {
        return "none";
    }

    /** The reading side, if this sink can be asked. */
    default Optional<AuditTrail> trail() {
        return Optional.empty();
    }

    /** Brings everything appended to disk and ends. Idempotent. */
    @Override
    void close();

    /** What an acknowledged append has survived. */
    enum Acknowledgement {
        /** On stable storage and signed: survives loss of power. */
        DURABLE,
        /** Written to the file and signed: survives the death of the process. */
        WRITTEN,
        /** Taken into a bounded queue. */
        QUEUED
    }
}
