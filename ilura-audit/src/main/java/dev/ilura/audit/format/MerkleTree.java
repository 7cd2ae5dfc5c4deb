package dev.ilura.audit.format;

/**
 * The RFC 6962 tree over all records, grown one leaf at a time. It keeps one hash per level, so a log of any length costs
 * two kilobytes. Not thread-safe.
 */
public final class MerkleTree {
    /** By level: the root of the newest complete subtree of 2^level leaves. */
    private final byte[][] complete;

    private final Sha256 sha = new Sha256();
    private long size;

    /** An empty tree. */
    public MerkleTree() {
        this.complete = new byte[Long.SIZE][];
    }

    private MerkleTree(byte[][] complete, long size) {
        this.complete = complete;
        this.size = size;
    }

    /** A tree that grows apart from this one. */
    public MerkleTree copy() {
        return new MerkleTree(complete.clone(), size);
    }

    /** Adds the hash of the next leaf, see {@link Sha256#leaf}. */
    public void add(byte[] leafHash) {
        byte[] hash = leafHash;
        int level = 0;
        while ((size >>> level & 1) == 1) {
            hash = sha.node(complete[level], hash);
            level++;
        }
        complete[level] = hash;
        size++;
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
                hash = sha.node(complete[level], hash);
            }
        }
        return Bytes.of(hash);
    }
}
