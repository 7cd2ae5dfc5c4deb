package dev.ilura;

import java.util.Objects;

/**
 * The log's word that it holds a record.
 *
 * @param number sequence number, from 0, without gaps; -1 if the event was not recorded
 * @param hash of the record, hex, see {@link AuditRecord#hash()}; empty if the event was not recorded
 */
public record AuditReceipt(long number, String hash) {
    private static final AuditReceipt UNRECORDED = new AuditReceipt(-1, "");

    public AuditReceipt {
        Objects.requireNonNull(hash, "hash");
        if (number < 0 && !(number == -1 && hash.isEmpty())) {
            throw new IllegalArgumentException("number must not be negative: " + number);
        }
    }

    /** Of an event that was let go, because the sink is set to let calls go on when it cannot record them. */
    public static AuditReceipt unrecorded() {
        return UNRECORDED;
    }

    /** Whether the log holds a record. */
    public boolean isRecorded() {
        return number >= 0;
    }
}
