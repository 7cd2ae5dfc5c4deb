package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.InclusionProof;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.Trailer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Some records of a log with what proves them; docs/audit-format.md has the form. */
final class EvidenceBundle {
    private final String note;
    private final Checkpoint checkpoint;
    private final LogFolder folder;
    private final SortedMap<Long, AuditRecord> records = new TreeMap<>();

    /**
     * About these records, under the newest published checkpoint.
     *
     * @throws IllegalArgumentException if that does not cover them
     */
    EvidenceBundle(LogFolder folder, List<AuditRecord> chosen, AuditRecord genesis) throws IOException {
        this.folder = folder;
        this.note = Files.readString(folder.checkpoint(), StandardCharsets.UTF_8);
        this.checkpoint = Checkpoint.parseBody(note.substring(0, note.indexOf("\n\n") + 1));
        records.put(genesis.number(), genesis);
        chosen.forEach(record -> records.put(record.number(), record));
        if (records.lastKey() >= checkpoint.size()) {
            throw new IllegalArgumentException("record " + records.lastKey() + " is not under the checkpoint of "
                    + checkpoint.size() + " records yet");
        }
    }

    String text() throws IOException {
        StringBuilder out = new StringBuilder("ilura/evidence@v1\n");
        Files.readString(folder.keys(), StandardCharsets.US_ASCII)
                .lines()
                .forEach(key -> out.append("key ").append(key).append('\n'));
        for (InclusionProof proof : proofs()) {
            AuditRecord record = Objects.requireNonNull(records.get(proof.number()), "a proof of an unknown record");
            out.append("\nrecord ").append(proof.number()).append('\n');
            out.append(record.json().raw()).append('\n');
            for (Bytes hash : proof.hashes()) {
                out.append(Base64Text.standard(hash.toArray())).append('\n');
            }
        }
        return out.append("\ncheckpoint\n").append(note).toString();
    }

    private List<InclusionProof> proofs() throws IOException {
        List<InclusionProof> proofs = records.keySet().stream()
                .map(number -> new InclusionProof(number, checkpoint.size()))
                .toList();
        new LogScan(folder).advance(new LogScan.Visitor() {
            @Override
            public void record(RecordAt at) {
                // only its leaf is needed
            }

            @Override
            public void leaf(long number, byte[] hash) {
                if (number < checkpoint.size()) {
                    proofs.forEach(proof -> proof.add(number, hash));
                }
            }

            @Override
            public void batch(Trailer trailer) {
                // the checkpoint is what is proven against
            }
        });
        return proofs;
    }
}
