package dev.ilura.audit.verify;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.InclusionProof;
import dev.ilura.audit.format.KeyChain;
import dev.ilura.audit.format.KeyRecord;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.MalformedRecordException;
import dev.ilura.audit.format.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Checks an evidence bundle without its log: every record is where it says in the tree whose root the log's keys signed, and
 * the first record of the log names these keys. That the keys are the right ones only somebody outside can say: pin one.
 *
 * <p>Stateless and thread-safe once made.
 */
public final class EvidenceVerifier {
    private static final String HEADER = "ilura/evidence@v1\n";
    private static final String CHECKPOINT = "\n\ncheckpoint\n";

    private final List<String> pins;

    private EvidenceVerifier(Collection<String> pins) {
        this.pins = List.copyOf(pins);
    }

    /** Takes the keys that the bundle itself names. */
    public static EvidenceVerifier trustingTheBundlesKeys() {
        return new EvidenceVerifier(List.of());
    }

    /**
     * Demands that this key signed.
     *
     * @param key a line of the log's key list, or the SHA-256 (hex) of the key's SubjectPublicKeyInfo
     */
    public static EvidenceVerifier pinned(String key) {
        return new EvidenceVerifier(List.of(key));
    }

    /** Demands that these keys signed, see {@link #pinned(String)}; none demands nothing. */
    public static EvidenceVerifier pinned(Collection<String> keys) {
        return new EvidenceVerifier(keys);
    }

    /** Checks a bundle; whatever it is, the answer is a report. */
    public EvidenceReport verify(String bundle) {
        Reading reading = new Reading();
        try {
            reading.read(bundle);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            reading.findings.add("it is not an evidence bundle: " + e.getMessage());
        } catch (MalformedRecordException e) {
            reading.findings.add("a record is not in its one spelling: " + e.what());
        }
        return reading.report();
    }

    private final class Reading {
        private final List<String> findings = new ArrayList<>();
        private final List<LogKey> keys = new ArrayList<>();
        private final List<String> records = new ArrayList<>();
        private final CallStory story = new CallStory();
        private String origin = "";
        private long size;

        EvidenceReport report() {
            List<String> wrong = new ArrayList<>(findings);
            wrong.addAll(story.findings());
            return new EvidenceReport(
                    origin, size, keys.stream().map(LogKey::line).toList(), records, story.statements(), wrong);
        }

        void read(String bundle) {
            int end = bundle.indexOf(CHECKPOINT);
            if (!bundle.startsWith(HEADER) || end < 0) {
                throw new IllegalArgumentException("its parts are not there");
            }
            List<String> parts = List.of(bundle.substring(HEADER.length(), end).split("\n\n", -1));
            parts.get(0).lines().forEach(this::key);
            String note = bundle.substring(end + CHECKPOINT.length());
            Checkpoint claimed = Checkpoint.parseBody(note.substring(0, note.indexOf("\n\n") + 1));
            origin = claimed.origin();
            size = claimed.size();
            checkPin();
            KeyChain chain = new KeyChain(origin);
            KeyRecord.parse(parts.subList(1, parts.size())).forEach(record -> record(record, claimed, chain));
            if (!chain.all().equals(keys)) {
                findings.add("the log's records do not name these keys");
            }
            Checkpoint.parse(note, chain.inForce());
        }

        private void key(String line) {
            if (!line.startsWith("key ")) {
                throw new IllegalArgumentException("a line of the key list is no key");
            }
            keys.add(LogKey.parse(line.substring("key ".length())));
        }

        private void checkPin() {
            for (String pin : pins) {
                boolean held = keys.stream()
                        .anyMatch(key ->
                                key.line().equals(pin) || key.fingerprint().equals(pin));
                if (!held) {
                    findings.add("it is not signed with the key " + pin);
                }
            }
        }

        private void record(KeyRecord record, Checkpoint checkpoint, KeyChain chain) {
            if (records.isEmpty() && record.number() != 0) {
                throw new IllegalArgumentException("the log's first record is missing");
            }
            byte[] bytes = record.text().getBytes(StandardCharsets.UTF_8);
            FlatRecord view = new FlatRecord().read(bytes, 0, bytes.length);
            byte[] leaf = new Sha256().leaf(bytes, 0, bytes.length);
            Bytes root = InclusionProof.root(record.number(), checkpoint.size(), leaf, record.proof());
            if (!root.equals(checkpoint.root()) || view.integer("seq", -1) != record.number()) {
                findings.add("record " + record.number() + " is not in the tree that was signed");
            }
            if (KeyChain.namesKeys(view)) {
                record.follow(chain, origin);
            } else if (record.rotation().isPresent()) {
                throw new IllegalArgumentException("record " + record.number() + " is no rotation");
            }
            records.add(record.text());
            story.record(record.number(), view.toMap());
        }
    }
}
