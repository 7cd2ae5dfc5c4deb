package dev.ilura.audit.verify;

import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.KeyChain;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.Break;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.MalformedRecordException;
import dev.ilura.audit.format.Pruned;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.audit.format.Sha256;
import dev.ilura.audit.format.Trailer;
import dev.ilura.audit.format.WitnessKey;
import dev.ilura.audit.verify.VerificationReport.Finding;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.Provider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole log from its files alone: frames, the one spelling of every record, numbers, hash chain, tree, every batch
 * signature, the published checkpoint, the key list, and what recovery kept aside. Uses neither index nor gateway.
 *
 * <p>A log proves by itself that nothing inside it was changed, removed, added or put in another order by anybody without
 * its private keys. It cannot prove by itself that it was not replaced as a whole, cut at its end together with its
 * checkpoint, or rewritten by whoever holds the keys: the report lists that under
 * {@link VerificationReport#unproven()}.
 *
 * <p>Not thread-safe. May run beside a writer.
 */
public final class LogVerifier {
    private final LogFolder folder;
    private final List<String> pins = new ArrayList<>();
    private final List<String> anchors = new ArrayList<>();
    private final List<WitnessKey> witnesses = new ArrayList<>();
    private @Nullable TimeStampCheck stamps;
    private boolean everySignature = true;
    private @Nullable Provider provider;
    private LongConsumer progress = records -> {};

    private LogVerifier(LogFolder folder) {
        this.folder = folder;
    }

    /**
     * Of a log in a directory.
     *
     * @param directory a state directory, or the {@code log} folder in it
     */
    public static LogVerifier of(Path directory) {
        Path inside = directory.resolve("log");
        return new LogVerifier(new LogFolder(Files.isDirectory(inside) ? inside : directory));
    }

    /**
     * Demands that the log is signed with this key, which was obtained from somewhere else than the log.
     *
     * @param key a line of the log's key list, or the SHA-256 (hex) of the key's SubjectPublicKeyInfo
     */
    public LogVerifier pinned(String key) {
        pins.add(key);
        return this;
    }

    /**
     * Demands that the log continues what was remembered of it outside.
     *
     * @param note a checkpoint as an anchor, a witness or a careful person kept it
     */
    public LogVerifier anchored(String note) {
        anchors.add(note);
        return this;
    }

    /**
     * Believes what this witness cosigned; the cosignatures that the log keeps then count as anchors.
     *
     * @param key {@code name+id+base64}, as the witness publishes it
     * @throws IllegalArgumentException if it is no Ed25519 key of a witness
     */
    public LogVerifier witness(String key) {
        witnesses.add(WitnessKey.parse(key));
        return this;
    }

    /** Checks the time stamps that the log keeps; they then count as anchors. */
    public LogVerifier timeStamps(TimeStampCheck check) {
        this.stamps = check;
        return this;
    }

    /**
     * Checks the signature of the last batch only. It covers all records before it; what is not checked then is whether
     * earlier batches were signed when they were written.
     */
    public LogVerifier lastSignatureOnly() {
        this.everySignature = false;
        return this;
    }

    /** Who computes signatures; the JDK by default. */
    public LogVerifier provider(Provider cryptography) {
        this.provider = cryptography;
        return this;
    }

    /** Told every so often how many records were read. */
    public LogVerifier progress(LongConsumer recordsRead) {
        this.progress = recordsRead;
        return this;
    }

    /**
     * Checks the log.
     *
     * @throws IOException if files cannot be read; a log that is wrong is a report, not an exception
     */
    public VerificationReport verify() throws IOException {
        try (SignatureCheck signatures = new SignatureCheck(provider)) {
            return new Run(signatures).report();
        }
    }

    /** One check. */
    private final class Run implements LogScan.Visitor {
        private static final long PROGRESS_EVERY = 10_000;

        private final SignatureCheck signatures;
        private final LogScan scan = new LogScan(folder);
        private final List<Finding> findings = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private final List<TornFile> torn = new ArrayList<>();
        private final Optional<String> note;
        private final Optional<String> keyList;
        private final Optional<Checkpoint> claimed;
        private final List<Optional<Checkpoint>> remembered;
        private final KeptAnchors kept;
        private final Set<Checkpoint> held = new HashSet<>();

        private KeyChain keys = new KeyChain("");
        private String logText = "";
        private long retained;
        private long batchStart;
        private long clockSteps;
        private boolean claimHolds;
        private List<LogKey> claimKeys = List.of();
        private List<SignatureCheck.Signature> last = List.of();

        Run(SignatureCheck signatures) throws IOException {
            this.signatures = signatures;
            this.note = read(folder.checkpoint());
            this.keyList = read(folder.keys());
            this.claimed = note.flatMap(Run::body);
            this.remembered = anchors.stream().map(Run::body).toList();
            this.kept = KeptAnchors.read(folder, witnesses, stamps);
        }

        /** A file that recovery kept aside, as its record describes it. */
        private record TornFile(long record, String name, String sha256) {}

        private static Optional<Checkpoint> body(String note) {
            try {
                return Optional.of(Checkpoint.parseBody(note.substring(0, note.indexOf("\n\n") + 1)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException notACheckpoint) {
                return Optional.empty();
            }
        }

        VerificationReport report() throws IOException {
            Break broken = scan.advance(this);
            if (broken != null) {
                tell(broken);
            }
            checkSignatures();
            checkKeys();
            checkCheckpoint();
            checkRetention();
            checkAnchors();
            checkKept();
            for (TornFile file : torn) {
                check(file);
            }
            if (clockSteps > 0) {
                notes.add("the clock was set back " + clockSteps + " times; the order is that of the numbers");
            }
            return new VerificationReport(
                    scan.logId() == null ? "" : scan.origin(),
                    scan.size(),
                    scan.batches(),
                    signatures.valid(),
                    scan.tree().root().hex(),
                    keys.all().stream().map(LogKey::line).toList(),
                    findings,
                    notes,
                    unproven());
        }

        @Override
        public void record(RecordAt at) {
            FlatRecord view = at.view();
            if (at.number() == 0) {
                begin();
                if (!view.is("type", KeyChain.GENESIS) || !view.is("origin", scan.origin())) {
                    wrong(0, "it is not the genesis of this log");
                }
            }
            try {
                keys.record(view);
            } catch (IllegalArgumentException e) {
                wrong(at.number(), "it does not name the log's keys: " + e.getMessage());
            }
            if (!view.is("log", logText) || view.integer("v", 0) != SegmentHead.VERSION) {
                wrong(at.number(), "it names another log or another version of the format");
            }
            if (view.integer("clockBackUs", 0) != 0) {
                clockSteps++;
            }
            if (view.is("type", "recovery")) {
                remember(at.number(), view.text("tornFile"), view.text("tornSha256"));
            } else if (view.is("type", "retention")) {
                retained = Math.max(retained, view.integer("minimum", 0));
            }
            if (at.number() % PROGRESS_EVERY == 0) {
                progress.accept(at.number());
            }
        }

        private void begin() {
            logText = Objects.requireNonNull(scan.logId(), "a record stands in a segment")
                    .url();
            keys = new KeyChain(scan.origin());
        }

        @Override
        public void pruned(Pruned before) {
            begin();
            batchStart = before.minimum();
            try {
                keys = before.keys(scan.origin());
            } catch (IllegalArgumentException e) {
                wrong(0, "what is left of removed records does not name the log's keys: " + e.getMessage());
            } catch (MalformedRecordException e) {
                wrong(0, "what is left of removed records: " + e.what());
            }
            compare(new Checkpoint(
                    scan.origin(), before.minimum(), before.tree().root()));
        }

        private void remember(long record, @Nullable String name, @Nullable String sha256) {
            if (name != null && sha256 != null) {
                torn.add(new TornFile(record, name, sha256));
            }
        }

        @Override
        public void batch(Trailer trailer) {
            Checkpoint checkpoint = trailer.checkpoint(scan.origin());
            List<LogKey> signers = keys.endBatch();
            compare(checkpoint);
            List<Integer> ids = signers.stream().map(LogKey::id).toList();
            if (ids.isEmpty()
                    || !ids.equals(trailer.signatures().stream()
                            .map(Trailer.Signed::keyId)
                            .toList())) {
                wrong(batchStart, "its batch is not signed with the log's key");
            } else {
                last = signatures(checkpoint, trailer, signers);
                if (everySignature || signers.size() > 1) {
                    last.forEach(signatures::add);
                }
            }
            batchStart = trailer.size();
        }

        /** With what the checkpoint file and the anchors say. */
        private void compare(Checkpoint stands) {
            if (claimed.equals(Optional.of(stands))) {
                claimHolds = true;
                claimKeys = keys.inForce();
            }
            kept.state(stands, keys.inForce());
            if (remembered.contains(Optional.of(stands))) {
                held.add(stands);
            }
        }

        private List<SignatureCheck.Signature> signatures(
                Checkpoint checkpoint, Trailer trailer, List<LogKey> signers) {
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
                notes.add("after record " + (scan.size() - 1) + ": " + broken.why()
                        + "; nothing in it was acknowledged as signed");
            } else {
                wrong(broken.number(), broken.why());
            }
        }

        private void checkSignatures() {
            if (!everySignature && last.size() == 1) {
                signatures.add(last.get(0));
            }
            for (SignatureCheck.Signature bad : signatures.invalid()) {
                wrong(bad.firstRecord(), "the signature of its batch is not valid");
            }
        }

        private void checkKeys() throws IOException {
            if (scan.size() > 0 && !keyList.equals(Optional.of(keys.list()))) {
                boolean lags = keyList.filter(
                                list -> list.endsWith("\n") && keys.list().startsWith(list))
                        .isPresent();
                if (lags) {
                    notes.add("the key list lacks keys that the records name; the next opening mends that");
                } else {
                    wrong("the key list does not say what the records say");
                }
            }
            for (String pin : pins) {
                if (keys.all().stream()
                        .noneMatch(key ->
                                key.line().equals(pin) || key.fingerprint().equals(pin))) {
                    wrong("the log is not signed with the key " + pin);
                }
            }
        }

        private void checkCheckpoint() {
            if (claimed.isEmpty()) {
                if (note.isPresent()) {
                    wrong("the checkpoint file is not a checkpoint");
                } else if (scan.size() > 1) {
                    wrong("the checkpoint file is missing");
                }
                return;
            }
            long size = claimed.get().size();
            if (size > scan.size()) {
                wrong(scan.size(), "the checkpoint counts " + size + " records, " + scan.size() + " stand");
            } else if (!claimHolds) {
                wrong("the checkpoint of " + size + " records has another history");
            }
            try {
                Checkpoint.parse(note.orElse(""), claimHolds ? claimKeys : keys.inForce(), provider);
            } catch (IllegalArgumentException e) {
                wrong("the checkpoint file: " + e.getMessage());
            }
        }

        private void checkRetention() {
            Pruned before = scan.pruned();
            if (before == null) {
                return;
            }
            if (before.minimum() > retained) {
                wrong(before.minimum(), "the records below are gone, and no record says that they were to go");
            }
            notes.add("records 0 to " + (before.minimum() - 1)
                    + " were removed by retention; what they were is not shown");
        }

        private void checkAnchors() {
            for (Optional<Checkpoint> anchor : remembered) {
                if (anchor.isEmpty()) {
                    wrong("an anchor is not a checkpoint");
                } else if (anchor.get().size() > scan.size()) {
                    wrong(
                            scan.size(),
                            "an anchor remembers " + anchor.get().size() + " records, " + scan.size() + " stand");
                } else if (isRemoved(anchor.get())) {
                    notes.add("an anchor remembers " + anchor.get().size()
                            + " records, which were removed; it cannot be compared");
                } else if (!held.contains(anchor.get())) {
                    wrong("an anchor remembers another history or another log: " + anchor.get());
                }
            }
        }

        private void checkKept() {
            Pruned before = scan.pruned();
            kept.report(scan.logId() == null ? "" : scan.origin(), before == null ? 0 : before.minimum());
            kept.findings().forEach(this::wrong);
            notes.addAll(kept.notes());
        }

        private boolean isRemoved(Checkpoint anchor) {
            Pruned before = scan.pruned();
            return before != null && anchor.origin().equals(scan.origin()) && anchor.size() < before.minimum();
        }

        private void check(TornFile file) throws IOException {
            boolean plainName = file.name().matches("[0-9]+(-[0-9]+)?\\.torn");
            Path path = folder.torn().resolve(plainName ? file.name() : "unnamed");
            if (!Files.exists(path)) {
                notes.add("record " + file.record() + " speaks of " + path.getFileName() + ", which is not there");
            } else if (!file.sha256().equals(HexFormat.of().formatHex(Sha256.of(Files.readAllBytes(path))))) {
                wrong(file.record(), path.getFileName() + " is not what was kept aside");
            }
        }

        private List<String> unproven() {
            List<String> gaps = new ArrayList<>();
            if (pins.isEmpty()) {
                gaps.add("that the log is the right one: its keys were read from itself, none was pinned");
            }
            long outside = held.stream().mapToLong(Checkpoint::size).max().orElse(0);
            long anchored = Math.max(outside, kept.size());
            if (anchored < scan.size()) {
                gaps.add(
                        "that the log was not rolled back, cut at its end or rewritten by the holder of its keys: it is"
                                + " not anchored outside since size " + anchored);
            } else if (outside < anchored) {
                gaps.add("that no later records were cut off: its witnesses and authorities were not asked, only what"
                        + " they gave for " + anchored + " records was read");
            }
            return gaps;
        }

        private void wrong(String what) {
            findings.add(new Finding(OptionalLong.empty(), what));
        }

        private void wrong(long record, String what) {
            findings.add(new Finding(OptionalLong.of(record), what));
        }
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (MalformedInputException notText) {
            return Optional.of("");
        }
    }
}
