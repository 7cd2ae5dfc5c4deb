package dev.ilura.audit;

import dev.ilura.AuditReceipt;
import dev.ilura.IluraException;
import dev.ilura.audit.BatchEncoder.LogState;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.KeyChain;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Opens a log: reads what stands, mends what a crash left, records that, and starts its writer. Used once. */
final class LogOpening {
    private static final long LARGEST_BATCH = 1 << 20;

    private final AuditLog.Builder settings;

    LogOpening(AuditLog.Builder settings) {
        this.settings = settings;
    }

    /** The parts of an open log. */
    record Parts(
            LogFolder folder,
            WriterLock lock,
            Appender appender,
            LogIndex index,
            IndexKeeper keeper,
            KeyRotation rotation,
            String logId) {}

    AuditLog open() {
        LogFolder folder = new LogFolder(settings.stateDir.resolve("log"));
        WriterLock lock = WriterLock.of(folder);
        try {
            return open(folder, lock);
        } catch (IOException e) {
            lock.release();
            throw AuditErrors.unusable(folder.path(), e);
        } catch (RuntimeException e) {
            lock.release();
            throw e;
        }
    }

    private AuditLog open(LogFolder folder, WriterLock lock) throws IOException {
        IndexFolder indexFolder = IndexFolder.in(folder.index());
        LogIndex index = new LogIndex(indexFolder);
        Recovery recovery = Recovery.read(folder, indexFolder, index, settings.anchors);
        if (recovery.isShorter() && settings.acceptedLoss == null) {
            throw recovery.shorter();
        }
        Bytes known = recovery.scan().logId();
        Bytes id = known == null || recovery.isEmpty() ? newLogId() : known;
        KeyFolder files = settings.signers == null
                ? new KeyFolder(settings.stateDir.resolve("keys"), Optional.ofNullable(settings.passphrase))
                : null;
        LogKeys keys = keys(files, recovery, SegmentHead.origin(id));
        if (!recovery.isEmpty()) {
            recovery.requireSignedBy(keys);
        }
        new Retention(folder).finish(index.minimum());
        Optional<Recovery.Kept> kept = recovery.keepTornAside();
        String logId = id.url();
        List<RecordDraft> first = new ArrayList<>();
        if (recovery.isEmpty()) {
            first.add(genesis(keys, logId));
        }
        Collection<LogKey> everyKey =
                recovery.isEmpty() ? keys.all() : recovery.keys().all();
        PrivateFiles.replace(folder.keys(), LogKey.list(everyKey).getBytes(StandardCharsets.US_ASCII));
        first.addAll(recovery.records(kept, Optional.ofNullable(settings.acceptedLoss), logId));
        Optional<Map<String, Object>> gap = Gaps.left(folder);
        gap.ifPresent(facts -> first.add(RecordDraft.of("gap", facts, logId)));
        KeyRotation rotation = new KeyRotation(
                files,
                settings.epoch,
                settings.time,
                recovery.keysSince().orElseGet(settings.time::now),
                recovery.keysSinceSize());
        IndexKeeper keeper = new IndexKeeper(index);
        Appender appender = appender(new Appender.Parts(
                folder,
                segments(folder, recovery),
                recovery.scan().trailerAt(),
                payloads(folder),
                settings.anchors,
                encoder(recovery, id, keys, index, new LogReader(folder, index)),
                keeper,
                rotation,
                everyKey,
                settings.time,
                settings.availability ? new Gaps(folder, settings.time) : null));
        append(appender, first);
        if (gap.isPresent()) {
            Gaps.forget(folder);
        }
        return new AuditLog(settings, new Parts(folder, lock, appender, index, keeper, rotation, logId));
    }

    private Bytes newLogId() {
        byte[] id = new byte[SegmentHead.ID_LENGTH];
        settings.random.nextBytes(id);
        return Bytes.of(id);
    }

    private LogKeys keys(@Nullable KeyFolder files, Recovery recovery, String origin) {
        KeyFolder.Signers given = settings.signers;
        if (files == null) {
            return new LogKeys(origin, Objects.requireNonNull(given).ecdsa(), given.ed25519());
        }
        if (recovery.isEmpty() && !files.exists()) {
            KeyFolder.Signers made = files.create(settings.time.now());
            return new LogKeys(origin, made.ecdsa(), made.ed25519());
        }
        List<LogKeys> loaded = files.load().stream()
                .map(pair -> new LogKeys(origin, pair.ecdsa(), pair.ed25519()))
                .toList();
        if (loaded.size() > 1 && loaded.get(1).all().equals(recovery.keys().inForce())) {
            files.promote();
            return loaded.get(1);
        }
        if (loaded.size() > 1) {
            files.abandon();
        }
        return loaded.get(0);
    }

    private static RecordDraft genesis(LogKeys keys, String logId) {
        Map<String, Object> facts = new TreeMap<>(keys.facts());
        facts.put("origin", keys.ecdsa().name());
        return RecordDraft.of(KeyChain.GENESIS, facts, logId);
    }

    private SegmentWriter segments(LogFolder folder, Recovery recovery) throws IOException {
        LogScan scan = recovery.scan();
        SegmentWriter segments = new SegmentWriter(folder, settings.opener, settings.segmentBytes);
        Path segment = scan.segment();
        if (segment != null && Files.exists(segment)) {
            segments.resume(segment, LogFolder.firstRecord(segment), scan.end(), scan.sealed());
        }
        return segments;
    }

    private BatchEncoder encoder(Recovery recovery, Bytes id, LogKeys keys, LogIndex index, LogReader reader) {
        LogScan scan = recovery.scan();
        LogState state = recovery.isEmpty()
                ? new LogState(id, new MerkleTree(), LogScan.NOTHING_BEFORE, new Standing())
                : new LogState(id, scan.tree(), scan.lastHash(), recovery.standing());
        return new BatchEncoder(state, keys, new CallLinks(reader), index.seed(), settings.time);
    }

    private Appender appender(Appender.Parts parts) {
        int batchBytes = (int) Math.min(LARGEST_BATCH, settings.segmentBytes / 4);
        Appender appender =
                new Appender(parts, new Appender.Sizes(settings.queueBound, batchBytes, settings.signEachRecord));
        appender.start();
        return appender;
    }

    private PayloadWriter payloads(LogFolder folder) {
        PayloadKeys keysOfPayloads =
                new PayloadKeys(settings.stateDir.resolve("keys").resolve("payloads"), settings.random);
        return new PayloadWriter(folder, keysOfPayloads, settings.payloadScope);
    }

    private static void append(Appender appender, List<RecordDraft> drafts) {
        List<CompletableFuture<AuditReceipt>> receipts = new ArrayList<>();
        for (RecordDraft draft : drafts) {
            receipts.add(
                    appender.append(draft, List.of(), Acknowledgement.DURABLE).toCompletableFuture());
        }
        try {
            receipts.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            appender.close();
            throw e.getCause() instanceof IluraException known ? known : AuditErrors.failed(e);
        }
    }
}
