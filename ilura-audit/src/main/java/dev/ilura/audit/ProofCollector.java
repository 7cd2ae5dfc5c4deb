package dev.ilura.audit;

import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.InclusionProof;
import dev.ilura.audit.format.KeyChain;
import dev.ilura.audit.format.KeyRecord;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.Pruned;
import dev.ilura.audit.format.Trailer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Goes over a log once and collects what shows some of its records in the tree of a given size: their proofs, and all records
 * that name keys, with the signatures of each rotation.
 */
final class ProofCollector implements LogScan.Visitor {
    private final String origin;
    private final long size;
    private final SortedMap<Long, InclusionProof> proofs = new TreeMap<>();
    private final Map<Long, String> texts = new HashMap<>();
    private final Map<Long, KeyRecord.Rotation> rotations = new HashMap<>();
    private MerkleTree tree = new MerkleTree();
    /** The tree before the rotation of the batch at hand. */
    private MerkleTree before = tree;

    private KeyChain keys;
    private long rotating = -1;

    ProofCollector(String origin, long size) {
        this.origin = origin;
        this.size = size;
        this.keys = new KeyChain(origin);
    }

    /** Asks for the proof of a record; to be called before the log is read. */
    void want(long number, String text) {
        texts.put(number, text);
        proofs.put(number, new InclusionProof(number, size));
    }

    @Override
    public void pruned(Pruned removed) {
        tree = removed.tree();
        keys = removed.keys(origin);
        for (KeyRecord kept : removed.records()) {
            want(kept.number(), kept.text());
            kept.rotation().ifPresent(rotation -> rotations.put(kept.number(), rotation));
        }
        proofs.values().forEach(proof -> proof.add(removed));
    }

    @Override
    public void record(RecordAt at) {
        if (at.number() >= size) {
            return;
        }
        keys.record(at.view());
        if (KeyChain.namesKeys(at.view())) {
            texts.put(at.number(), at.view().raw());
            proofs.computeIfAbsent(at.number(), this::proofFromHere);
            if (at.number() > 0) {
                rotating = at.number();
                before = tree.copy();
            }
        }
    }

    private InclusionProof proofFromHere(long number) {
        InclusionProof proof = new InclusionProof(number, size);
        proof.add(tree);
        return proof;
    }

    @Override
    public void leaf(long number, byte[] hash) {
        if (number < size) {
            tree.add(hash);
            proofs.values().forEach(proof -> proof.add(number, hash));
        }
    }

    @Override
    public void batch(Trailer trailer) {
        if (trailer.size() > size) {
            return;
        }
        List<LogKey> signers = keys.endBatch();
        if (rotating >= 0) {
            Checkpoint rotated = trailer.checkpoint(origin);
            rotations.put(rotating, KeyRecord.Rotation.of(before, rotated, trailer, signers));
            rotating = -1;
        }
    }

    /** The keys after the last record of the tree. */
    KeyChain keys() {
        return keys;
    }

    /** The tree of the records that were read, up to its size. */
    MerkleTree tree() {
        return tree;
    }

    /** The records with what shows them, in order. */
    List<KeyRecord> parts() {
        List<KeyRecord> parts = new ArrayList<>();
        proofs.forEach((number, proof) -> parts.add(new KeyRecord(
                number,
                Objects.requireNonNull(texts.get(number), "a proof of an unknown record"),
                proof.hashes(),
                Optional.ofNullable(rotations.get(number)))));
        return parts;
    }
}
