package dev.ilura;

import java.util.Objects;

/**
 * The log's word that it holds a record.
 *
 * @param number sequence number, from 0, without gaps
 * @param hash of the record, hex, see {@link AuditRecord#hash()}
 */
public record AuditReceipt(long number, String hash) {
    public AuditReceipt {
        Objects.requireNonNull(hash, "hash");
        if (number < 0) {
            throw new IllegalArgumentException("number must not be negative: " + number);
        }
    }
}
