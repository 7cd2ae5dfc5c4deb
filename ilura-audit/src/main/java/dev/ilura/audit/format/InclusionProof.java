package dev.ilura.audit.format;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That one record stands at one place of a tree, RFC 6962 section 2.1.1. Collected from a single pass over the leaves, so
 * that proving from a log of any size needs no memory for its hashes.
 */
public final class InclusionProof {
    private final long number;
    /** The subtrees beside the way from the leaf to the root, from the leaf up. */
    private final List<Subtree> beside = new ArrayList<>();

    /**
     * A proof that still has to see the leaves.
     *
     * @param number of the record
     * @param size of the tree
     */
    public InclusionProof(long number, long size) {
        if (number < 0 || number >= size) {
            throw new IllegalArgumentException("record " + number + " is not among " + size);
        }
        this.number = number;
        collect(0, size);
    }

    private static final class Subtree {
        private final long from;
        private final long to;
        private final MerkleTree tree = new MerkleTree();
        private @Nullable Bytes known;

        Subtree(long from, long to) {
            this.from = from;
            this.to = to;
        }

        boolean holds(long leaf) {
            return leaf >= from && leaf < to;
        }

        Bytes root() {
            Bytes given = known;
            return given == null ? tree.root() : given;
        }
    }

    /** Sees what stands for removed records, before any leaf. */
    public void add(Pruned before) {
        for (int level = 0; level < Long.SIZE - 1; level++) {
            long from = (before.minimum() >>> (level + 1)) << (level + 1);
            boolean isPart = (before.minimum() >>> level & 1) == 1;
            if (isPart && number >= from && number < from + (1L << level)) {
                take(before, level);
            }
        }
        add(before.tree());
    }

    /** Sees all leaves of a tree, before any other. */
    public void add(MerkleTree before) {
        long from = 0;
        int next = 0;
        for (int level = Long.SIZE - 2; level >= 0; level--) {
            if ((before.size() >>> level & 1) == 1) {
                byte[] root = before.complete().get(next++).toArray();
                long to = from + (1L << level);
                for (Subtree subtree : beside) {
                    if (from >= subtree.from && to <= subtree.to) {
                        subtree.tree.add(level, root);
                    }
                }
                from = to;
            }
        }
    }

    /** Within a complete subtree a proof is the same for ever. */
    private void take(Pruned before, int level) {
        List<Bytes> proof = before.records().stream()
                .filter(kept -> kept.number() == number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("record " + number + " was removed"))
                .proof();
        for (int i = 0; i < level; i++) {
            beside.get(i).known = proof.get(i);
        }
    }

    private void collect(long from, long to) {
        if (to - from == 1) {
            return;
        }
        long middle = from + Long.highestOneBit(to - from - 1);
        if (number < middle) {
            collect(from, middle);
            beside.add(new Subtree(middle, to));
        } else {
            collect(middle, to);
            beside.add(new Subtree(from, middle));
        }
    }

    /** Sees the next leaf; all leaves of the tree must come, in order. */
    public void add(long leaf, byte[] hash) {
        for (Subtree subtree : beside) {
            if (subtree.holds(leaf)) {
                subtree.tree.add(hash);
                return;
            }
        }
    }

    /** The number of the record. */
    public long number() {
        return number;
    }

    /** The hashes, from the leaf's sibling up to the root's child. */
    public List<Bytes> hashes() {
        return beside.stream().map(Subtree::root).toList();
    }

    /**
     * The root that a proof leads to. A proof of the wrong length leads nowhere.
     *
     * @throws IllegalArgumentException if the proof has not the form of a proof of this record in a tree of this size
     */
    public static Bytes root(long number, long size, byte[] leaf, List<Bytes> hashes) {
        List<Subtree> beside = new InclusionProof(number, size).beside;
        if (hashes.size() != beside.size()) {
            throw new IllegalArgumentException("a proof of " + hashes.size() + " hashes does not lead from record "
                    + number + " to a tree of " + size);
        }
        Sha256 sha = new Sha256();
        byte[] hash = leaf;
        for (int i = 0; i < hashes.size(); i++) {
            byte[] other = hashes.get(i).toArray();
            if (other.length != Sha256.LENGTH) {
                throw new IllegalArgumentException("a hash has 32 bytes");
            }
            hash = beside.get(i).from > number ? sha.node(hash, other) : sha.node(other, hash);
        }
        return Bytes.of(hash);
    }
}
