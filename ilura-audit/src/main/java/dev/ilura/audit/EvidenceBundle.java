package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.InclusionProof;
import dev.ilura.audit.format.KeyChain;
import dev.ilura.audit.format.KeyRecord;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.Pruned;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.audit.format.Trailer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    EvidenceBundle(LogFolder folder, Collection<AuditRecord> chosen) throws IOException {
        this.folder = folder;
        this.note = Files.readString(folder.checkpoint(), StandardCharsets.UTF_8);
        this.checkpoint = Checkpoint.parseBody(note.substring(0, note.indexOf("\n\n") + 1));
        chosen.forEach(record -> records.put(record.number(), record));
        if (records.lastKey() >= checkpoint.size()) {
            throw new IllegalArgumentException("record " + records.lastKey() + " is not under the checkpoint of "
                    + checkpoint.size() + " records yet");
        }
    }

    String text() throws IOException {
        Collector collector = new Collector(SegmentHead.origin(logId()));
        new LogScan(folder).advance(collector);
        StringBuilder out = new StringBuilder("ilura/evidence@v1\n");
        collector
                .keys
                .all()
                .forEach(key -> out.append("key ").append(key.line()).append('\n'));
        collector.appendTo(out);
        return out.append("\ncheckpoint\n").append(note).toString();
    }

    private Bytes logId() {
        String origin = checkpoint.origin();
        return Bytes.of(HexFormat.of().parseHex(origin.substring(origin.lastIndexOf('/') + 1)));
    }

    /** Goes over the log up to the checkpoint, once. */
    private final class Collector implements LogScan.Visitor {
        private final String origin;
        private final SortedMap<Long, InclusionProof> proofs = new TreeMap<>();
        private final SortedMap<Long, String> texts = new TreeMap<>();
        private final Map<Long, KeyRecord.Rotation> rotations = new HashMap<>();
        private MerkleTree tree = new MerkleTree();
        private KeyChain keys;
        private long rotating = -1;
        private byte[] rotatingLeaf = {};

        Collector(String origin) {
            this.origin = origin;
            this.keys = new KeyChain(origin);
            records.forEach((number, record) -> {
                proofs.put(number, new InclusionProof(number, checkpoint.size()));
                texts.put(number, record.json().raw());
            });
        }

        @Override
        public void pruned(Pruned before) {
            tree = before.tree();
            keys = before.keys(origin);
            for (KeyRecord kept : before.records()) {
                texts.put(kept.number(), kept.text());
                proofs.put(kept.number(), new InclusionProof(kept.number(), checkpoint.size()));
                kept.rotation().ifPresent(rotation -> rotations.put(kept.number(), rotation));
            }
            proofs.values().forEach(proof -> proof.add(before));
        }

        @Override
        public void record(RecordAt at) {
            if (at.number() >= checkpoint.size()) {
                return;
            }
            keys.record(at.view());
            if (KeyChain.namesKeys(at.view())) {
                texts.put(at.number(), at.view().raw());
                proofs.computeIfAbsent(at.number(), this::proofFromHere);
                rotating = at.number() > 0 ? at.number() : -1;
            }
        }

        private InclusionProof proofFromHere(long number) {
            InclusionProof proof = new InclusionProof(number, checkpoint.size());
            proof.add(tree);
            return proof;
        }

        @Override
        public void leaf(long number, byte[] hash) {
            if (number < checkpoint.size()) {
                if (number != rotating) {
                    tree.add(hash);
                }
                proofs.values().forEach(proof -> proof.add(number, hash));
                rotatingLeaf = hash;
            }
        }

        @Override
        public void batch(Trailer trailer) {
            if (trailer.size() > checkpoint.size()) {
                return;
            }
            List<LogKey> signers = keys.endBatch();
            if (rotating >= 0) {
                Checkpoint rotated = trailer.checkpoint(origin);
                rotations.put(rotating, KeyRecord.Rotation.of(tree, rotated, trailer, signers));
                tree.add(rotatingLeaf);
                rotating = -1;
            }
        }

        void appendTo(StringBuilder out) {
            proofs.forEach((number, proof) -> new KeyRecord(
                            number,
                            Objects.requireNonNull(texts.get(number), "a proof of an unknown record"),
                            proof.hashes(),
                            Optional.ofNullable(rotations.get(number)))
                    .appendTo(out.append('\n')));
        }
    }
}
