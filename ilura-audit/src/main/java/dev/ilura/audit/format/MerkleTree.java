package dev.ilura.audit.format;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The RFC 6962 tree over all records, grown one leaf at a time. It keeps one hash per level, so a log of any length costs
 * two kilobytes. Not thread-safe.
 */
public final class MerkleTree {
    /** By level: the root of the newest complete subtree of 2^level leaves. */
    private final byte[][] complete;

    /** Most copies are only kept; those that grow get theirs. */
    private @Nullable Sha256 sha;

    private long size;

    /** An empty tree. */
    public MerkleTree() {
        this.complete = new byte[Long.SIZE][];
    }

    private MerkleTree(byte[][] complete, long size) {
        this.complete = complete;
        this.size = size;
    }

    /**
     * A tree of this many leaves of which only the complete subtrees are known.
     *
     * @param subtrees their roots, as {@link #complete()} gives them
     * @throws IllegalArgumentException if a tree of this size does not have so many
     */
    public static MerkleTree of(long size, List<Bytes> subtrees) {
        if (size < 0 || Long.bitCount(size) != subtrees.size()) {
            throw new IllegalArgumentException("a tree of " + size + " leaves has " + Long.bitCount(size)
                    + " complete subtrees, not " + subtrees.size());
        }
        MerkleTree tree = new MerkleTree();
        int next = 0;
        for (int level = Long.SIZE - 2; level >= 0; level--) {
            if ((size >>> level & 1) == 1) {
                tree.add(level, subtrees.get(next++).toArray());
            }
        }
        return tree;
    }

    /** The roots of the complete subtrees that it consists of, from the left. */
    public List<Bytes> complete() {
        List<Bytes> roots = new ArrayList<>();
        for (int level = Long.SIZE - 1; level >= 0; level--) {
            if ((size >>> level & 1) == 1) {
                roots.add(Bytes.of(complete[level]));
            }
        }
        return roots;
    }

    /** A tree that grows apart from this one. */
    public MerkleTree copy() {
        return new MerkleTree(complete.clone(), size);
    }

    /** Adds the hash of the next leaf, see {@link Sha256#leaf}. */
    public void add(byte[] leafHash) {
        add(0, leafHash);
    }

    /**
     * Adds a complete subtree of 2^level leaves.
     *
     * @throws IllegalArgumentException if one cannot start here
     */
    void add(int level, byte[] root) {
        if ((size & ((1L << level) - 1)) != 0) {
            throw new IllegalArgumentException("no subtree of level " + level + " starts at " + size);
        }
        byte[] hash = root;
        int at = level;
        while ((size >>> at & 1) == 1) {
            hash = sha().node(complete[at], hash);
            at++;
        }
        complete[at] = hash;
        size += 1L << level;
    }

    private Sha256 sha() {
        Sha256 ready = sha;
        if (ready == null) {
            ready = new Sha256();
            sha = ready;
        }
        return ready;
    }

    /** How many leaves there are. */
    public long size() {
        return size;
    }

    /**
     * The root of a complete subtree that this tree is made of: those of its size's binary digits, and the largest one of
     * each level.
     */
    Bytes subtree(long from, long to) {
        int level = Long.numberOfTrailingZeros(to - from);
        boolean known = Long.bitCount(to - from) == 1 && to <= size && to == (size >>> level) << level;
        if (!known) {
            throw new IllegalArgumentException("the tree of " + size + " has no subtree " + from + ".." + to);
        }
        return Bytes.of(complete[level]);
    }

    /** The root hash. */
    public Bytes root() {
        if (size == 0) {
            return Bytes.of(Sha256.of());
        }
        int level = Long.numberOfTrailingZeros(size);
        byte[] hash = complete[level];
        for (level++; size >>> level != 0; level++) {
            if ((size >>> level & 1) == 1) {
                hash = sha().node(complete[level], hash);
            }
        }
        return Bytes.of(hash);
    }
}
