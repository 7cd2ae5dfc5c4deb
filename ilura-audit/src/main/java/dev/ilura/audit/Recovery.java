package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.IluraException;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.KeyChain;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.Break;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.MalformedRecordException;
import dev.ilura.audit.format.Pruned;
import dev.ilura.audit.format.Sha256;
import dev.ilura.audit.format.Trailer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.Provider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log before it is written again. What stands is the longest run of whole, sound batches; what lies behind it is
 * kept aside and hashed, never cut silently. A log that is shorter than its own checkpoint says is refused: a crash cannot
 * do that, because a checkpoint is published only after its records were forced to disk.
 */
final class Recovery {
    /** One signature is checked by the JDK: it takes less time than to load a faster provider. */
    private static final @Nullable Provider ONE_SIGNATURE = null;

    private final LogFolder folder;
    private final LogScan scan;
    private final LogIndex index;
    /** What the log's own checkpoint file and its anchors say of it. */
    private final List<Claim> claims;

    private final Set<Checkpoint> held = new HashSet<>();
    private final Standing standing = new Standing();
    private final LogReader reader;

    private KeyChain keys = new KeyChain("");
    private @Nullable Trailer lastTrailer;
    private @Nullable Break broken;

    private Recovery(LogFolder folder, LogIndex index, List<Anchor> anchors) throws IOException {
        this.folder = folder;
        this.index = index;
        this.reader = new LogReader(folder, index);
        this.scan = new LogScan(folder);
        this.claims = claims(folder, anchors);
    }

    /**
     * Reads the log; changes nothing but the index. Segments of which the index has sound notes are passed over, if the
     * signed trailer at their end holds the same tree and nobody outside speaks of a state before it.
     */
    static Recovery read(LogFolder folder, IndexFolder indexFolder, LogIndex index, List<Anchor> anchors)
            throws IOException {
        Recovery recovery = new Recovery(folder, index, anchors);
        recovery.read(new IndexLoad(folder, indexFolder, index));
        return recovery;
    }

    private void read(IndexLoad load) throws IOException {
        long atMost = claims.stream()
                .mapToLong(claim -> claim.checkpoint().size())
                .min()
                .orElse(0);
        load.resume(scan, standing, atMost).ifPresent(resumed -> {
            lastTrailer = resumed.trailer();
            keys = keysOf(resumed.state());
            hold(resumed.trailer().checkpoint(scan.origin()));
        });
        broken = scan.advance(new Collector());
        if (broken != null && broken.segment().equals(folder.pruned())) {
            throw AuditErrors.forged(folder.path(), broken.why());
        }
    }

    private KeyChain keysOf(SealedState state) {
        Pruned before = scan.pruned();
        KeyChain chain = new KeyChain(scan.origin());
        try {
            chain = before == null ? chain : before.keys(scan.origin());
            FlatRecord view = new FlatRecord();
            for (long number : state.keyRecords()) {
                if (number < index.minimum()) {
                    continue;
                }
                byte[] record = reader.bytes(number);
                chain.record(view.read(record, 0, record.length));
                chain.endBatch();
            }
        } catch (IllegalArgumentException | MalformedRecordException notTheirs) {
            // requireSignedBy then finds that the keys differ
        }
        return chain;
    }

    private void hold(Checkpoint stands) {
        if (claims.stream().anyMatch(claim -> claim.checkpoint().equals(stands))) {
            held.add(stands);
        }
    }

    /**
     * A checkpoint and who says so.
     *
     * @param by with article, for messages
     */
    private record Claim(String by, Checkpoint checkpoint) {
        static Claim of(LogFolder folder, String by, String note) {
            int gap = note.indexOf("\n\n");
            try {
                return new Claim(by, Checkpoint.parseBody(note.substring(0, gap + 1)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw AuditErrors.forged(folder.path(), by + " is not a checkpoint: " + e.getMessage());
            }
        }
    }

    private static List<Claim> claims(LogFolder folder, List<Anchor> anchors) throws IOException {
        List<Claim> claims = new ArrayList<>();
        if (Files.exists(folder.checkpoint())) {
            String note = Files.readString(folder.checkpoint(), StandardCharsets.UTF_8);
            claims.add(Claim.of(folder, "its checkpoint", note));
        }
        Optional<String> origin = LogScan.originOf(folder);
        for (Anchor anchor : origin.isPresent() ? anchors : List.<Anchor>of()) {
            anchor.newest(origin.get())
                    .ifPresent(note -> claims.add(Claim.of(folder, "the anchor " + anchor.name(), note)));
        }
        return claims;
    }

    /** Whether there is no record. */
    boolean isEmpty() {
        return scan.size() == 0;
    }

    LogScan scan() {
        return scan;
    }

    /** What of the records matters for those to come. */
    Standing standing() {
        return standing;
    }

    /** The keys that the records name. */
    KeyChain keys() {
        return keys;
    }

    /** When the keys in force were named; empty if there is no record of it. */
    Optional<Instant> keysSince() {
        List<Long> named = standing.keyRecords();
        return named.isEmpty()
                ? Optional.empty()
                : reader.record(named.get(named.size() - 1)).map(AuditRecord::time);
    }

    /** How many records there were when the keys in force were named. */
    long keysSinceSize() {
        List<Long> named = standing.keyRecords();
        return named.isEmpty() ? 0 : named.get(named.size() - 1) + 1;
    }

    /** Whether records are missing that a checkpoint counts, or the log's own checkpoint is. */
    boolean isShorter() {
        return claimedSize() > scan.size() || (claims.isEmpty() && scan.size() > 1);
    }

    private long claimedSize() {
        return claims.stream()
                .mapToLong(claim -> claim.checkpoint().size())
                .max()
                .orElse(0);
    }

    /** The refusal to open a shorter log. */
    IluraException shorter() {
        String claim = claims.stream()
                .filter(candidate -> candidate.checkpoint().size() > scan.size())
                .findFirst()
                .map(found -> found.by() + " counts " + found.checkpoint().size())
                .orElse("its checkpoint is missing");
        Break at = broken;
        return AuditErrors.shorter(
                folder.path(),
                scan.size(),
                claim,
                at == null ? "the rest is not there" : "record " + at.number() + ": " + at.why());
    }

    /**
     * @throws IluraException if these keys did not sign this log
     */
    void requireSignedBy(LogKeys own) {
        if (!keys.inForce().equals(own.all())) {
            throw AuditErrors.forged(folder.path(), "its records name other keys");
        }
        Trailer trailer = lastTrailer;
        boolean signed = trailer != null
                && trailer.signatures().stream()
                        .filter(candidate -> candidate.keyId() == own.ecdsa().id())
                        .anyMatch(candidate -> own.ecdsa()
                                .verifies(trailer.checkpoint(scan.origin()).body(), candidate.raw(), ONE_SIGNATURE));
        if (!signed) {
            throw AuditErrors.forged(folder.path(), "the signature of its last batch is not valid");
        }
        for (Claim claim : claims) {
            if (claim.checkpoint().size() <= scan.size()
                    && claim.checkpoint().size() >= index.minimum()
                    && !held.contains(claim.checkpoint())) {
                throw AuditErrors.forged(
                        folder.path(),
                        claim.by() + " of " + claim.checkpoint().size() + " records is of another history");
            }
        }
    }

    /** Moves what does not stand out of the way; empty if there was nothing. */
    Optional<Kept> keepTornAside() throws IOException {
        Path segment = scan.segment();
        if (segment == null) {
            return Optional.empty();
        }
        List<Path> later = new ArrayList<>(folder.segments());
        later.removeIf(file -> file.compareTo(segment) <= 0);
        long from = scan.end();
        long to = scan.sealed() ? from : scan.dataEnd();
        Optional<Kept> kept =
                from == to && later.isEmpty() ? Optional.empty() : Optional.of(keep(segment, from, to, later));
        for (Path file : later) {
            Files.delete(file);
        }
        if (!scan.sealed()) {
            cut(segment, from);
        }
        return kept;
    }

    private void cut(Path segment, long from) throws IOException {
        try (FileChannel channel = PrivateFiles.open(segment)) {
            channel.truncate(from);
            channel.force(true);
        }
        if (from == 0) {
            Files.delete(segment);
        }
    }

    private Kept keep(Path segment, long from, long to, List<Path> later) throws IOException {
        PrivateFiles.directory(folder.torn());
        Path file = freshName();
        DigestOutputStream out;
        long bytes = to - from;
        try (FileChannel channel = PrivateFiles.open(file)) {
            out = new DigestOutputStream(Channels.newOutputStream(channel), Sha256.fresh());
            copy(segment, from, to, out);
            for (Path whole : later) {
                copy(whole, 0, Files.size(whole), out);
                bytes += Files.size(whole);
            }
            channel.force(true);
        }
        PrivateFiles.forceDirectory(folder.torn());
        String hash = HexFormat.of().formatHex(out.getMessageDigest().digest());
        return new Kept(file.getFileName().toString(), bytes, hash);
    }

    private Path freshName() {
        Path file = folder.torn().resolve(scan.size() + ".torn");
        for (int i = 1; Files.exists(file); i++) {
            file = folder.torn().resolve(scan.size() + "-" + i + ".torn");
        }
        return file;
    }

    private static void copy(Path from, long start, long end, OutputStream to) throws IOException {
        try (InputStream in = Files.newInputStream(from, StandardOpenOption.READ)) {
            in.skipNBytes(start);
            byte[] block = new byte[1 << 16];
            for (long left = end - start; left > 0; ) {
                int read = in.readNBytes(block, 0, (int) Math.min(block.length, left));
                if (read == 0) {
                    return;
                }
                to.write(block, 0, read);
                left -= read;
            }
        }
    }

    /**
     * Bytes that did not stand.
     *
     * @param sha256 of the file, hex
     */
    record Kept(String file, long bytes, String sha256) {}

    /**
     * The records that say what happened: one {@code recovery}, an {@code outcome} for each call whose end is not known, and
     * an {@code approval} that says no for each question that nobody will answer any more.
     * Empty if the log ended in good order.
     */
    List<RecordDraft> records(Optional<Kept> kept, Optional<String> accepted, String logId) {
        boolean nothingHappened = kept.isEmpty()
                && standing.openDispatches().isEmpty()
                && standing.openQuestions().isEmpty()
                && !isShorter();
        if (nothingHappened) {
            return List.of();
        }
        Map<String, Object> facts = new TreeMap<>();
        facts.put("openCalls", (long) standing.openDispatches().size());
        facts.put("openQuestions", (long) standing.openQuestions().size());
        facts.put("tornBytes", kept.map(Kept::bytes).orElse(0L));
        kept.ifPresent(torn -> {
            facts.put("tornFile", torn.file());
            facts.put("tornSha256", torn.sha256());
        });
        Break at = broken;
        if (at != null) {
            facts.put("why", at.why());
        }
        if (isShorter()) {
            facts.put("checkpointSize", claimedSize());
            facts.put("lossAccepted", accepted.orElse(""));
        }
        List<RecordDraft> drafts = new ArrayList<>();
        drafts.add(RecordDraft.of("recovery", facts, logId));
        drafts.addAll(new LooseEnds(standing, reader).ends(logId));
        return drafts;
    }

    /** Takes what later steps need from the records that stand. */
    private final class Collector implements LogScan.Visitor {
        private final IndexFill fill = new IndexFill(index, scan, standing);

        @Override
        public void pruned(Pruned before) {
            try {
                keys = before.keys(scan.origin());
            } catch (IllegalArgumentException | MalformedRecordException notTheirs) {
                // requireSignedBy then finds that the keys differ
            }
            hold(new Checkpoint(scan.origin(), before.minimum(), before.tree().root()));
        }

        @Override
        public void record(RecordAt at) {
            fill.record(at);
            if (at.number() == 0) {
                keys = new KeyChain(scan.origin());
            }
            try {
                keys.record(at.view());
            } catch (IllegalArgumentException notAKey) {
                // requireSignedBy then finds that the keys differ
            }
        }

        @Override
        public void batch(Trailer trailer) {
            fill.batch(trailer);
            keys.endBatch();
            lastTrailer = trailer;
            hold(trailer.checkpoint(scan.origin()));
        }
    }
}
