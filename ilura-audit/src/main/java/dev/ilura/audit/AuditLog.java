package dev.ilura.audit;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.IluraException;
import dev.ilura.audit.BatchEncoder.LogState;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
    private final Path path;
    private final FileChannel lock;
    private final Appender appender;
    private final LogReader reader;
    private final SecureRandom random;
    private final String logId;

    private AuditLog(
            Path path, FileChannel lock, Appender appender, LogReader reader, SecureRandom random, String logId) {
        this.path = path;
        this.lock = lock;
        this.appender = appender;
        this.reader = reader;
        this.random = random;
        this.logId = logId;
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
            List<Payload> payloads = Payload.of(event, random);
            return appender.append(RecordDraft.of(event, payloads, logId), payloads, level);
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
        try {
            RecordDraft draft = RecordDraft.of(Appender.REDACTION, Map.of("session", session, "why", reason), logId);
            return appender.append(draft, List.of(), Acknowledgement.DURABLE);
        } catch (IluraException unrecordable) {
            return CompletableFuture.failedStage(unrecordable);
        }
    }

    /** The folder that the records are in. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        appender.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw AuditErrors.unusable(path, e);
        }
    }

    /** Settings of a log. Not thread-safe; used once. */
    public static final class Builder {
        private static final long SMALLEST_SEGMENT = 1 << 17;
        private static final long LARGEST_SEGMENT = 1 << 30;
        private static final long LARGEST_BATCH = 1 << 20;

        private final Path stateDir;
        private TimeSource time = TimeSource.system();
        private SecureRandom random = new SecureRandom();
        private long segmentBytes = 64 << 20;
        private int queueBound = 16_384;
        private boolean signEachRecord;
        private boolean keepPayloads;
        private final List<Anchor> anchors = new ArrayList<>();
        private @Nullable KeyPassphrase passphrase;
        private @Nullable String acceptedLoss;
        private KeyFolder.@Nullable Signers signers;
        private SegmentWriter.ChannelOpener opener = PrivateFiles::open;

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
            this.keepPayloads = true;
            return this;
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
            LogFolder folder = new LogFolder(stateDir.resolve("log"));
            FileChannel lock = lock(folder);
            try {
                return open(folder, lock);
            } catch (IOException e) {
                release(lock);
                throw AuditErrors.unusable(folder.path(), e);
            } catch (RuntimeException e) {
                release(lock);
                throw e;
            }
        }

        private static FileChannel lock(LogFolder folder) {
            FileChannel channel = null;
            try {
                PrivateFiles.directory(folder.path());
                channel = PrivateFiles.open(folder.lock());
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return channel;
                }
            } catch (OverlappingFileLockException sameProcess) {
                // refused below, like another process
            } catch (IOException e) {
                throw AuditErrors.unusable(folder.path(), e);
            }
            release(channel);
            throw AuditErrors.inUse(folder.path());
        }

        private static void release(@Nullable FileChannel lock) {
            try {
                if (lock != null) {
                    lock.close();
                }
            } catch (IOException nothingLeftToDo) {
                // the process holds no lock on a channel it cannot close
            }
        }

        private AuditLog open(LogFolder folder, FileChannel lock) throws IOException {
            LogIndex index = new LogIndex(IndexMemory.in(folder.index()));
            Recovery recovery = Recovery.read(folder, index, anchors);
            if (recovery.isShorter() && acceptedLoss == null) {
                throw recovery.shorter();
            }
            Bytes known = recovery.scan().logId();
            Bytes id = known == null || recovery.isEmpty() ? newLogId() : known;
            LogKeys keys = keys(recovery, SegmentHead.origin(id));
            if (!recovery.isEmpty()) {
                recovery.requireSignedBy(keys);
            }
            Optional<Recovery.Kept> kept = recovery.keepTornAside();
            String logId = id.url();
            List<RecordDraft> first = new ArrayList<>();
            if (recovery.isEmpty()) {
                first.add(genesis(keys, logId));
                PrivateFiles.replace(folder.keys(), LogKey.list(keys.all()).getBytes(StandardCharsets.US_ASCII));
            }
            first.addAll(recovery.records(kept, Optional.ofNullable(acceptedLoss), logId));
            LogReader reader = new LogReader(folder, index);
            Appender appender = appender(folder, recovery, id, keys, index, reader);
            appender.start();
            append(appender, first);
            return new AuditLog(folder.path(), lock, appender, reader, random, logId);
        }

        private Bytes newLogId() {
            byte[] id = new byte[SegmentHead.ID_LENGTH];
            random.nextBytes(id);
            return Bytes.of(id);
        }

        private LogKeys keys(Recovery recovery, String origin) {
            KeyFolder.Signers given = signers;
            if (given == null) {
                KeyFolder files = new KeyFolder(stateDir.resolve("keys"), Optional.ofNullable(passphrase));
                boolean create = recovery.isEmpty() && !files.exists();
                given = create ? files.create(time.now()) : files.load();
            }
            return new LogKeys(origin, given.ecdsa(), given.ed25519());
        }

        private static RecordDraft genesis(LogKeys keys, String logId) {
            Map<String, Object> facts = new TreeMap<>(keys.facts());
            facts.put("origin", keys.ecdsa().name());
            return RecordDraft.of("genesis", facts, logId);
        }

        private Appender appender(
                LogFolder folder, Recovery recovery, Bytes id, LogKeys keys, LogIndex index, LogReader reader)
                throws IOException {
            LogScan scan = recovery.scan();
            SegmentWriter segments = new SegmentWriter(folder, opener, segmentBytes);
            Path segment = scan.segment();
            if (segment != null && Files.exists(segment)) {
                segments.resume(segment, index.segmentOf(Math.max(0, index.size() - 1)), scan.end(), scan.sealed());
            }
            LogState state = recovery.isEmpty()
                    ? new LogState(id, new MerkleTree(), LogScan.NOTHING_BEFORE, 0)
                    : new LogState(id, scan.tree(), scan.lastHash(), recovery.lastMicros());
            BatchEncoder encoder = new BatchEncoder(state, keys, new CallLinks(reader), time);
            Appender.Sizes sizes =
                    new Appender.Sizes(queueBound, (int) Math.min(LARGEST_BATCH, segmentBytes / 4), signEachRecord);
            return new Appender(folder, segments, payloads(folder), anchors, encoder, keys, index, time, sizes);
        }

        private PayloadWriter payloads(LogFolder folder) {
            PayloadKeys keysOfSessions =
                    new PayloadKeys(stateDir.resolve("keys").resolve("payloads"), random);
            return new PayloadWriter(folder, keysOfSessions, keepPayloads);
        }

        private static void append(Appender appender, List<RecordDraft> drafts) {
            List<CompletableFuture<AuditReceipt>> receipts = new ArrayList<>();
            for (RecordDraft draft : drafts) {
                receipts.add(appender.append(draft, List.of(), Acknowledgement.DURABLE)
                        .toCompletableFuture());
            }
            try {
                receipts.forEach(CompletableFuture::join);
            } catch (CompletionException e) {
                appender.close();
                throw e.getCause() instanceof IluraException known ? known : AuditErrors.failed(e);
            }
        }
    }
}
