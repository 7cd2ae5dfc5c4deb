package dev.ilura;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One record as the log holds it. Immutable and thread-safe; what it says is read when it is asked, because most of a long
 * answer is only looked at in part.
 */
public final class AuditRecord {
    private final long number;
    private final @Nullable Function<byte[], String> hashing;
    private final byte[] bytes;
    private volatile @Nullable String hash;
    private volatile @Nullable JsonValue json;

    /**
     * A record that was read.
     *
     * @param number sequence number, from 0, without gaps
     * @param hash see {@link #hash()}
     * @param json canonical
     */
    public AuditRecord(long number, String hash, JsonValue json) {
        this.number = number;
        this.hashing = null;
        this.bytes = json.bytes();
        this.hash = Objects.requireNonNull(hash, "hash");
        this.json = json;
    }

    private AuditRecord(long number, byte[] bytes, Function<byte[], String> hashing) {
        this.number = number;
        this.bytes = bytes;
        this.hashing = hashing;
    }

    /**
     * A record of which only the bytes were read.
     *
     * @param bytes canonical JSON; must not be changed afterwards
     * @param hashing gives its {@link #hash()}
     */
    public static AuditRecord unread(long number, byte[] bytes, Function<byte[], String> hashing) {
        return new AuditRecord(number, bytes, Objects.requireNonNull(hashing, "hashing"));
    }

    /** Sequence number, from 0, without gaps. */
    public long number() {
        return number;
    }

    /**
     * By which the sink chains records, in hex. For the log of ilura-audit SHA-256 of a zero byte and the record's bytes.
     */
    public String hash() {
        String known = hash;
        if (known == null && hashing != null) {
            known = hashing.apply(bytes);
            hash = known;
        }
        return Objects.requireNonNull(known, "hash");
    }

    /** The record itself, canonical; docs/audit-format.md names its members. */
    public JsonValue json() {
        JsonValue known = json;
        if (known == null) {
            known = JsonValue.parse(bytes, JsonLimits.RECORD);
            json = known;
        }
        return known;
    }

    /** What kind of record it is, for example {@code dispatch}. */
    public String type() {
        return text("type").orElse("");
    }

    /** When the writer says it was written; order is by {@link #number()}. */
    public Instant time() {
        return integer("ts")
                .map(micros -> Instant.ofEpochSecond(
                        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L))
                .orElse(Instant.EPOCH);
    }

    /** A string member, for example {@code server}. */
    public Optional<String> text(String member) {
        return json().member(member).filter(JsonValue::isString).map(JsonValue::text);
    }

    /** An integer member, for example {@code durUs}. */
    public Optional<Long> integer(String member) {
        return json().member(member).flatMap(JsonValue::integer);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuditRecord that
                && number == that.number
                && hash().equals(that.hash())
                && json().equals(that.json());
    }

    @Override
    public int hashCode() {
        return Objects.hash(number, hash());
    }

    @Override
    public String toString() {
        return "AuditRecord[" + number + " " + json().raw() + "]";
    }
}
