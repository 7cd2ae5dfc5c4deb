package dev.ilura.spi;

import dev.ilura.AuditRecord;
import java.util.List;
import java.util.Optional;

/** Reads a log. Thread-safe; sees every acknowledged record. */
public interface AuditTrail {

    /** How many records there are. */
    long size();

    /** The record with this number. */
    Optional<AuditRecord> record(long number);

    /** All records of one call, oldest first. */
    List<AuditRecord> ofCall(String call);

    /**
     * What led to a call: its own records and those of the calls that triggered it, cause first. Empty if the call is
     * not in the log.
     */
    List<AuditRecord> trace(String call);

    /** Calls of one session, newest first, at most {@code limit} records. */
    List<AuditRecord> ofSession(String session, int limit);
}
