package dev.ilura.audit;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.IluraException;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The log: every record carries the SHA-256 of the one before, stands in a Merkle tree, and is under an ECDSA signature
 * before it is acknowledged. docs/audit-format.md has the format; {@link dev.ilura.audit.verify.LogVerifier} checks it
 * without this class.
 *
 * <p>Under the state directory, records live in {@code log/}, keys in {@code keys/}; both are made for the owner only. One
 * log has one writer at a time. Opening a log that a crash cut short keeps the torn bytes aside, records what was found and
 * closes calls whose end is not known; a log shorter than its checkpoint is not opened.
 *
 * <p>Thread-safe.
 */
public final class AuditLog implements AuditSink {
    private final LogFolder folder;
    private final WriterLock lock;
    private final Appender appender;
    private final LogReader reader;
    private final LogIndex index;
    private final IndexKeeper keeper;
    private final KeyRotation rotation;
    private final SecureRandom random;
    private final Set<String> hidden;
    private final String logId;

    AuditLog(Builder settings, LogOpening.Parts parts) {
        this.folder = parts.folder();
        this.lock = parts.lock();
        this.appender = parts.appender();
        this.reader = new LogReader(folder, parts.index());
        this.index = parts.index();
        this.keeper = parts.keeper();
        this.rotation = parts.rotation();
        this.random = settings.random;
        this.hidden = Set.copyOf(settings.hidden);
        this.logId = parts.logId();
    }

    /**
     * Opens the log of a state directory with the defaults, and makes it if there is none.
     *
     * @throws IluraException ILR-AUDIT-001 to -005 if it cannot be opened
     */
    public static AuditLog in(Path stateDir) {
        return at(stateDir).open();
    }

    /** Starts configuring the log of a state directory. */
    public static Builder at(Path stateDir) {
        return new Builder(stateDir);
    }

    /**
     * Appends one event. The stage completes exceptionally with an {@link IluraException}: ILR-AUDIT-006 if the event cannot
     * be recorded, -007 if the queue is full, -008 if the disk is full, -009 if the log failed, -010 if it is closed.
     */
    @Override
    public CompletionStage<AuditReceipt> append(AuditEvent event, Acknowledgement level) {
        try {
            List<Payload> payloads = Payload.of(event, hidden, random);
            return appender.append(RecordDraft.of(event, payloads, hidden, logId), payloads, level);
        } catch (IluraException unrecordable) {
            return CompletableFuture.failedStage(unrecordable);
        }
    }

    @Override
    public String head() {
        return appender.head();
    }

    @Override
    public Optional<AuditTrail> trail() {
        return Optional.of(reader);
    }

    /**
     * Shreds the payloads that were kept of a session, and records that and why. Records and proofs stay valid: they hold
     * only commitments, whose salts are gone with the payloads.
     *
     * @param reason who wants it and why
     */
    public CompletionStage<AuditReceipt> shredPayloads(String session, String reason) {
        return shredPayloads(PayloadScope.SESSION, session, reason);
    }

    /**
     * Shreds the payloads that were kept under one key, and records that and why.
     *
     * @param scope as the log was set up, see {@link Builder#keepPayloads(PayloadScope)}
     * @param name the session or principal
     * @param reason who wants it and why
     */
    public CompletionStage<AuditReceipt> shredPayloads(PayloadScope scope, String name, String reason) {
        return append(Appender.REDACTION, Map.of(scope.label(), name, "why", reason));
    }

    private CompletionStage<AuditReceipt> append(String type, Map<String, Object> facts) {
        try {
            return appender.append(RecordDraft.of(type, facts, logId), List.of(), Acknowledgement.DURABLE);
        } catch (IluraException unrecordable) {
            return CompletableFuture.failedStage(unrecordable);
        }
    }

    /**
     * Goes on to new keys, both of them, and destroys the private halves of the old ones. The rotation is a record that the
     * old and the new keys sign, so that who trusts the old ones can trust the new ones.
     *
     * @param reason who wants it and why
     */
    public CompletionStage<AuditReceipt> rotateKeys(String reason) {
        try {
            return appender.rotate(rotation.prepare(appender.keys(), true), reason);
        } catch (IluraException unusable) {
            return CompletableFuture.failedStage(unusable);
        }
    }

    /**
     * The same for keys that live elsewhere; destroying the old ones is left to whoever keeps them.
     *
     * @param ecdsa as for {@link Builder#signers}
     * @param ed25519 as for {@link Builder#signers}
     */
    public CompletionStage<AuditReceipt> rotateKeys(AuditSigner ecdsa, AuditSigner ed25519, String reason) {
        return appender.rotate(new LogKeys(appender.keys().ecdsa().name(), ecdsa, ed25519), reason);
    }

    /**
     * Removes records that are older than a time, in whole segments from the front, and records that and why first. What was
     * proven stays proven; what was removed cannot be shown any more.
     *
     * @param reason who wants it and why
     * @return how many records were removed; completes when they are gone
     */
    public CompletionStage<Long> removeBefore(Instant time, String reason) {
        long oldest = reader.oldest();
        long minimum = index.startOfSegment(reader.since(time));
        if (minimum <= oldest) {
            return CompletableFuture.completedStage(0L);
        }
        CompletableFuture<Long> removed = new CompletableFuture<>();
        append("retention", Map.of("minimum", minimum, "why", reason)).whenComplete((receipt, failed) -> {
            if (failed != null) {
                removed.completeExceptionally(failed);
            } else {
                keeper.later(() -> remove(minimum, minimum - oldest, removed));
            }
        });
        return removed.minimalCompletionStage();
    }

    private void remove(long minimum, long count, CompletableFuture<Long> removed) {
        try {
            new Retention(folder).removeBelow(minimum);
            index.forgetBelow(minimum);
            removed.complete(count);
        } catch (IOException | RuntimeException e) {
            removed.completeExceptionally(AuditErrors.unretained(folder.path(), e));
        }
    }

    /** The folder that the records are in. */
    public Path path() {
        return folder.path();
    }

    @Override
    public void close() {
        appender.close();
        lock.close();
    }

    /** Settings of a log. Not thread-safe; used once. */
    public static final class Builder {
        private static final long SMALLEST_SEGMENT = 1 << 17;
        private static final long LARGEST_SEGMENT = 1 << 30;

        final Path stateDir;
        TimeSource time = TimeSource.system();
        SecureRandom random = new SecureRandom();
        long segmentBytes = 64 << 20;
        int queueBound = 16_384;
        boolean signEachRecord;
        final Set<String> hidden = new TreeSet<>();

        @Nullable
        PayloadScope payloadScope;

        boolean availability;
        KeyRotation.@Nullable Epoch epoch;
        final List<Anchor> anchors = new ArrayList<>();

        @Nullable
        KeyPassphrase passphrase;

        @Nullable
        String acceptedLoss;

        KeyFolder.@Nullable Signers signers;
        SegmentWriter.ChannelOpener opener = PrivateFiles::open;

        private Builder(Path stateDir) {
            this.stateDir = stateDir;
        }

        /** The clock; the system's by default. */
        public Builder time(TimeSource source) {
            this.time = source;
            return this;
        }

        /** Bytes of a segment file, 128 KiB to 1 GiB; 64 MiB by default. */
        public Builder segmentBytes(long bytes) {
            if (bytes < SMALLEST_SEGMENT || bytes > LARGEST_SEGMENT) {
                throw new IllegalArgumentException("a segment has 128 KiB to 1 GiB, not " + bytes + " bytes");
            }
            this.segmentBytes = bytes;
            return this;
        }

        /** How many events may wait to be written; more are refused. 16,384 by default. */
        public Builder queueBound(int events) {
            if (events < 1) {
                throw new IllegalArgumentException("the queue must hold at least one event, not " + events);
            }
            this.queueBound = events;
            return this;
        }

        /** Signs each record by itself and not each batch; costs a signature per record. */
        public Builder signEachRecord() {
            this.signEachRecord = true;
            return this;
        }

        /**
         * Keeps arguments, results and typed reasons up to 1 MiB, encrypted under a key for each session in
         * {@code keys/payloads/}; see {@link AuditPayloads} and {@link AuditLog#shredPayloads}. By default only salted
         * commitments to them are kept.
         */
        public Builder keepPayloads() {
            return keepPayloads(PayloadScope.SESSION);
        }

        /** The same, with one key for each of these. */
        public Builder keepPayloads(PayloadScope scope) {
            this.payloadScope = scope;
            return this;
        }

        /**
         * Facts that never stand in records in clear: like payloads, only commitments to them do. Ids by which records are
         * linked cannot be hidden.
         *
         * @throws IllegalArgumentException for {@code call}, {@code session} and {@code parent}
         */
        public Builder hide(String... facts) {
            for (String fact : facts) {
                if (Set.of("call", "session", "parent").contains(fact)) {
                    throw new IllegalArgumentException("records are linked by \"" + fact + "\"; it cannot be hidden");
                }
                hidden.add(fact);
            }
            return this;
        }

        /**
         * Lets calls go on that the log cannot record because its queue is full, its disk is full or it failed. Such an
         * append completes with {@link AuditReceipt#unrecorded()}; how many there were becomes a record as soon as one can
         * be written. By default such an append fails, and the gate denies the call.
         */
        public Builder letCallsGoUnrecorded() {
            this.availability = true;
            return this;
        }

        /**
         * Lets the log go on to a new ECDSA key by itself and destroy the old one, so that who steals today's key cannot sign
         * yesterday's records again. The Ed25519 key stays, by which witnesses know the log.
         *
         * @param time after how long
         * @param records or after how many records, whichever comes first
         * @throws IllegalArgumentException if one is not positive
         */
        public Builder epochs(Duration time, long records) {
            this.epoch = new KeyRotation.Epoch(time, records);
            return this;
        }

        /**
         * Keys in a key store of any kind that this JVM knows: PKCS#12, PKCS#11, the system's.
         *
         * @param store loaded
         * @param ecdsaAlias of a P-256 key, signs every batch
         * @param ed25519Alias of an Ed25519 key, signs published checkpoints
         * @param keyPassphrase opens the entries; stores that ask for none get it all the same
         * @throws IluraException ILR-AUDIT-005 if the keys are not there
         */
        public Builder keyStore(KeyStore store, String ecdsaAlias, String ed25519Alias, KeyPassphrase keyPassphrase) {
            return signers(
                    AuditSigner.of(store, ecdsaAlias, keyPassphrase),
                    AuditSigner.of(store, ed25519Alias, keyPassphrase));
        }

        /**
         * Lets a place outside the log remember its checkpoints; may be called more than once. When the log is opened, what
         * the place remembers must be in it.
         */
        public Builder anchor(Anchor place) {
            this.anchors.add(place);
            return this;
        }

        /** The passphrase of the key file; by default a random one that is kept beside it. */
        public Builder passphrase(KeyPassphrase source) {
            this.passphrase = source;
            return this;
        }

        /**
         * Keys that live elsewhere, in place of those in {@code keys/}.
         *
         * @param ecdsa a P-256 key, signs every batch
         * @param ed25519 an Ed25519 key, signs published checkpoints
         */
        public Builder signers(AuditSigner ecdsa, AuditSigner ed25519) {
            this.signers = new KeyFolder.Signers(ecdsa, ed25519);
            return this;
        }

        /**
         * Opens a log although records are missing that its checkpoint counts. The loss and the reason are recorded.
         *
         * @param reason who decided that and why
         */
        public Builder acceptLossOfRecords(String reason) {
            if (reason.isBlank()) {
                throw new IllegalArgumentException("an accepted loss needs a reason");
            }
            this.acceptedLoss = reason;
            return this;
        }

        Builder opener(SegmentWriter.ChannelOpener channels) {
            this.opener = channels;
            return this;
        }

        /**
         * Opens the log, and makes it if there is none.
         *
         * @throws IluraException ILR-AUDIT-001 to -005 if it cannot be opened
         */
        public AuditLog open() {
            return new LogOpening(this).open();
        }
    }
}
