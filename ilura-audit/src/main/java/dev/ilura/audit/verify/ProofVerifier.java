package dev.ilura.audit.verify;

import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.InclusionProof;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.MalformedRecordException;
import dev.ilura.audit.format.NoteText;
import dev.ilura.audit.format.Sha256;
import dev.ilura.audit.format.WitnessKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Checks the proof of one record, {@code c2sp.org/tlog-proof@v1}, in which the record itself stands as extra data. The keys
 * come from elsewhere: such a proof names none. Immutable and thread-safe.
 */
public final class ProofVerifier {
    private static final String HEADER = "c2sp.org/tlog-proof@v1";

    private final List<LogKey> keys;
    private final List<WitnessKey> witnesses;

    /**
     * @param keys the lines of the log's two keys; both must have signed
     * @param witnesses keys of witnesses; all must have signed
     * @throws IllegalArgumentException if these are not two keys and keys of witnesses
     */
    public ProofVerifier(Collection<String> keys, Collection<String> witnesses) {
        this.keys = keys.stream().map(LogKey::parse).toList();
        this.witnesses = witnesses.stream().map(WitnessKey::parse).toList();
        if (this.keys.size() != 2) {
            throw new IllegalArgumentException("the log's two keys must be given, from elsewhere");
        }
    }

    /** Checks a proof; whatever it is, the answer is a report. */
    public EvidenceReport verify(String proof) {
        Reading reading = new Reading();
        List<String> findings = new ArrayList<>();
        try {
            reading.read(proof);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            findings.add("it does not prove a record: " + e.getMessage());
        } catch (MalformedRecordException e) {
            findings.add("it does not prove a record: " + e.what());
        }
        return new EvidenceReport(
                reading.origin,
                reading.size,
                keys.stream().map(LogKey::line).toList(),
                reading.records,
                reading.statements,
                findings);
    }

    private final class Reading {
        private final List<String> records = new ArrayList<>();
        private final List<String> statements = new ArrayList<>();
        private String origin = "";
        private long size;

        void read(String proof) {
            int gap = proof.indexOf("\n\n");
            List<String> lines = List.of(proof.substring(0, Math.max(0, gap)).split("\n", -1));
            if (lines.size() < 3
                    || !lines.get(0).equals(HEADER)
                    || !lines.get(1).startsWith("extra ")
                    || !lines.get(2).matches("index (0|[1-9][0-9]{0,17})")) {
                throw new IllegalArgumentException("its parts are not there");
            }
            NoteText note = NoteText.parse(proof.substring(gap + 2));
            Checkpoint checkpoint = note.signedBy(keys);
            origin = checkpoint.origin();
            size = checkpoint.size();
            byte[] record = Base64Text.parseStandard(lines.get(1).substring("extra ".length()));
            FlatRecord view = new FlatRecord().read(record, 0, record.length);
            long number = Long.parseLong(lines.get(2).substring("index ".length()));
            List<Bytes> hashes = lines.subList(3, lines.size()).stream()
                    .map(line -> Bytes.of(Base64Text.parseStandard(line)))
                    .toList();
            Bytes root = InclusionProof.root(number, size, new Sha256().leaf(record, 0, record.length), hashes);
            if (!root.equals(checkpoint.root()) || view.integer("seq", -1) != number) {
                throw new IllegalArgumentException("the record is not in the tree that was signed");
            }
            records.add(new String(record, StandardCharsets.UTF_8));
            witnesses.forEach(witness -> statements.add(statement(witness, checkpoint, note.others())));
        }

        private String statement(WitnessKey witness, Checkpoint checkpoint, List<String> lines) {
            Instant time = lines.stream()
                    .map(line -> witness.cosigned(checkpoint, line))
                    .flatMap(Optional::stream)
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("the witness " + witness.name() + " has not signed it"));
            return "the witness " + witness.name() + " saw " + checkpoint.size() + " records at " + time;
        }
    }
}
