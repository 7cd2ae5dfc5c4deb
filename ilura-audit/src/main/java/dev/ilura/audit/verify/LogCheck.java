package dev.ilura.audit.verify;

import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.KeyChain;
import dev.ilura.audit.format.KnownMember;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.Break;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.MalformedRecordException;
import dev.ilura.audit.format.Pruned;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.audit.format.Trailer;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One check of a log by {@link LogVerifier}: what the scan leaves to those who know about keys. Not thread-safe. */
final class LogCheck implements LogScan.Visitor {
    private static final long PROGRESS_EVERY = 10_000;

    private final LogFolder folder;
    private final LogVerifier.Settings settings;
    private final SignatureCheck signatures;
    private final LogScan scan;
    private final Findings findings = new Findings();
    private final Optional<String> keyList;
    private final CheckpointFile checkpointFile;
    private final OutsideMemory outside;
    private final KeptAnchors kept;
    private final TornFiles torn = new TornFiles();

    private KeyChain keys = new KeyChain("");
    private byte[] logText = {};
    private long retained;
    private long batchStart;
    private long clockSteps;
    private List<SignatureCheck.Signature> last = List.of();

    LogCheck(LogFolder folder, LogVerifier.Settings settings, SignatureCheck signatures) throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.signatures = signatures;
        this.scan = new LogScan(folder);
        this.keyList = text(folder.keys());
        this.checkpointFile = new CheckpointFile(text(folder.checkpoint()));
        this.outside = new OutsideMemory(settings.anchors());
        this.kept = KeptAnchors.read(folder, settings.witnesses(), settings.stamps());
    }

    private static Optional<String> text(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (MalformedInputException notText) {
            return Optional.of("");
        }
    }

    VerificationReport report() throws IOException {
        Break broken = scan.advance(this);
        if (broken != null) {
            tell(broken);
        }
        String origin = scan.logId() == null ? "" : scan.origin();
        Pruned before = scan.pruned();
        checkSignatures();
        checkKeys();
        checkpointFile.report(scan.size(), keys.inForce(), settings.provider(), findings);
        checkRetention();
        outside.report(origin, scan.size(), before, findings);
        kept.report(origin, before == null ? 0 : before.minimum());
        kept.findings().forEach(findings::wrong);
        kept.notes().forEach(findings::note);
        torn.report(folder, findings);
        if (clockSteps > 0) {
            findings.note("the clock was set back " + clockSteps + " times; the order is that of the numbers");
        }
        return new VerificationReport(
                origin,
                scan.size(),
                scan.batches(),
                signatures.valid(),
                scan.tree().root().hex(),
                keys.all().stream().map(LogKey::line).toList(),
                findings.wrong(),
                findings.notes(),
                unproven());
    }

    @Override
    public void record(RecordAt at) {
        FlatRecord view = at.view();
        if (at.number() == 0) {
            begin();
            if (!view.is(KnownMember.TYPE, KeyChain.GENESIS) || !view.is("origin", scan.origin())) {
                findings.wrong(0, "it is not the genesis of this log");
            }
        }
        try {
            keys.record(view);
        } catch (IllegalArgumentException e) {
            findings.wrong(at.number(), "it does not name the log's keys: " + e.getMessage());
        }
        if (!view.is(KnownMember.LOG, logText) || view.integer(KnownMember.VERSION, 0) != SegmentHead.VERSION) {
            findings.wrong(at.number(), "it names another log or another version of the format");
        }
        if (view.integer(KnownMember.CLOCK_BACK, 0) != 0) {
            clockSteps++;
        }
        if (view.is(KnownMember.TYPE, "recovery")) {
            torn.record(at.number(), view);
        } else if (view.is(KnownMember.TYPE, "retention")) {
            retained = Math.max(retained, view.integer(KnownMember.MINIMUM, 0));
        }
        if (at.number() % PROGRESS_EVERY == 0) {
            settings.progress().accept(at.number());
        }
    }

    private void begin() {
        logText = Objects.requireNonNull(scan.logId(), "a record stands in a segment")
                .url()
                .getBytes(StandardCharsets.US_ASCII);
        keys = new KeyChain(scan.origin());
    }

    @Override
    public void pruned(Pruned before) {
        begin();
        batchStart = before.minimum();
        try {
            keys = before.keys(scan.origin());
        } catch (IllegalArgumentException e) {
            findings.wrong(0, "what is left of removed records does not name the log's keys: " + e.getMessage());
        } catch (MalformedRecordException e) {
            findings.wrong(0, "what is left of removed records: " + e.what());
        }
        state(new Checkpoint(scan.origin(), before.minimum(), before.tree().root()));
    }

    @Override
    public void batch(Trailer trailer) {
        Checkpoint checkpoint = trailer.checkpoint(scan.origin());
        List<LogKey> signers = keys.endBatch();
        state(checkpoint);
        List<Integer> ids = signers.stream().map(LogKey::id).toList();
        if (ids.isEmpty()
                || !ids.equals(
                        trailer.signatures().stream().map(Trailer.Signed::keyId).toList())) {
            findings.wrong(batchStart, "its batch is not signed with the log's key");
        } else {
            last = signatures(checkpoint, trailer, signers);
            if (settings.everySignature() || signers.size() > 1) {
                last.forEach(signatures::add);
            }
        }
        batchStart = trailer.size();
    }

    /** Compares a state that the log went through with what the checkpoint file and the anchors say. */
    private void state(Checkpoint stands) {
        checkpointFile.state(stands, keys.inForce());
        kept.state(stands, keys.inForce());
        outside.state(stands);
    }

    private List<SignatureCheck.Signature> signatures(Checkpoint checkpoint, Trailer trailer, List<LogKey> signers) {
        List<SignatureCheck.Signature> all = new ArrayList<>(signers.size());
        for (int i = 0; i < signers.size(); i++) {
            all.add(new SignatureCheck.Signature(
                    batchStart,
                    checkpoint,
                    signers.get(i),
                    trailer.signatures().get(i).raw()));
        }
        return all;
    }

    private void tell(Break broken) {
        if (broken.torn()) {
            findings.note("after record " + (scan.size() - 1) + ": " + broken.why()
                    + "; nothing in it was acknowledged as signed");
        } else {
            findings.wrong(broken.number(), broken.why());
        }
    }

    private void checkSignatures() {
        if (!settings.everySignature() && last.size() == 1) {
            signatures.add(last.get(0));
        }
        for (SignatureCheck.Signature bad : signatures.invalid()) {
            findings.wrong(bad.firstRecord(), "the signature of its batch is not valid");
        }
    }

    private void checkKeys() {
        if (scan.size() > 0 && !keyList.equals(Optional.of(keys.list()))) {
            boolean lags = keyList.filter(
                            list -> list.endsWith("\n") && keys.list().startsWith(list))
                    .isPresent();
            if (lags) {
                findings.note("the key list lacks keys that the records name; the next opening mends that");
            } else {
                findings.wrong("the key list does not say what the records say");
            }
        }
        for (String pin : settings.pins()) {
            if (keys.all().stream()
                    .noneMatch(
                            key -> key.line().equals(pin) || key.fingerprint().equals(pin))) {
                findings.wrong("the log is not signed with the key " + pin);
            }
        }
    }

    private void checkRetention() {
        Pruned before = scan.pruned();
        if (before == null) {
            return;
        }
        if (before.minimum() > retained) {
            findings.wrong(before.minimum(), "the records below are gone, and no record says that they were to go");
        }
        findings.note(
                "records 0 to " + (before.minimum() - 1) + " were removed by retention; what they were is not shown");
    }

    private List<String> unproven() {
        List<String> gaps = new ArrayList<>();
        if (settings.pins().isEmpty()) {
            gaps.add("that the log is the right one: its keys were read from itself, none was pinned");
        }
        long anchored = Math.max(outside.size(), kept.size());
        if (anchored < scan.size()) {
            gaps.add("that the log was not rolled back, cut at its end or rewritten by the holder of its keys: it is"
                    + " not anchored outside since size " + anchored);
        } else if (outside.size() < anchored) {
            gaps.add("that no later records were cut off: its witnesses and authorities were not asked, only what"
                    + " they gave for " + anchored + " records was read");
        }
        return gaps;
    }
}
