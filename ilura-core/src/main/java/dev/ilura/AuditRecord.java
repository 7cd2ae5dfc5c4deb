package dev.ilura;

import dev.ilura.json.JsonValue;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One record as the log holds it. Immutable.
 *
 * @param number sequence number, from 0, without gaps
 * @param hash by which the sink chains records, hex; for the log of ilura-audit SHA-256 of a zero byte and the record's bytes
 * @param json the record itself, canonical; docs/audit-format.md names its members
 */
public record AuditRecord(long number, String hash, JsonValue json) {
    public AuditRecord {
        Objects.requireNonNull(hash, "hash");
        Objects.requireNonNull(json, "json");
    }

    /** What kind of record it is, for example {@code dispatch}. */
    public String type() {
        return text("type").orElse("");
    }

    /** When the writer says it was written; order is by {@link #number()}. */
    public Instant time() {
        return json.member("ts")
                .flatMap(JsonValue::integer)
                .map(micros -> Instant.ofEpochSecond(
                        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L))
                .orElse(Instant.EPOCH);
    }

    /** A string member, for example {@code server}. */
    public Optional<String> text(String member) {
        return json.member(member).filter(JsonValue::isString).map(JsonValue::text);
    }

    /** An integer member, for example {@code durUs}. */
    public Optional<Long> integer(String member) {
        return json.member(member).flatMap(JsonValue::integer);
    }
}
