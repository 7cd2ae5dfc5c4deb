package dev.ilura.audit.format;

import java.util.ArrayList;
import java.util.List;

/**
 * That a tree is a longer state of an earlier one, RFC 6962 section 2.1.2. Collected from the leaves that came since: what
 * the proof needs of the earlier tree, that tree still knows. Not thread-safe.
 */
public final class ConsistencyProof {
    private final long oldSize;
    /** From the earlier tree's last whole subtree up; each either known already or still growing. */
    private final List<Node> nodes = new ArrayList<>();

    /** A subtree of the newer tree that starts at leaf {@code from} and ends before leaf {@code to}. */
    private record Node(long from, long to, MerkleTree tree, Bytes known) {
        static final Bytes UNKNOWN = Bytes.zeros(0);

        Bytes hash() {
            return known.equals(UNKNOWN) ? tree.root() : known;
        }
    }

    /**
     * A proof that still has to see the leaves from the old size on.
     *
     * @param old the earlier tree, not empty; not changed
     * @param newSize how many leaves the newer one has, at least as many
     */
    public ConsistencyProof(MerkleTree old, long newSize) {
        this.oldSize = old.size();
        if (oldSize < 1 || newSize < oldSize) {
            throw new IllegalArgumentException("a tree of " + newSize + " is no longer state of one of " + oldSize);
        }
        collect(old, 0, newSize, true);
    }

    /** SUBPROOF of RFC 6962; {@code whole}: the subtree starts where the earlier tree does, so its hash is known. */
    private void collect(MerkleTree old, long from, long to, boolean whole) {
        if (to == oldSize) {
            if (!whole) {
                nodes.add(new Node(from, to, old, old.subtree(from, to)));
            }
            return;
        }
        long middle = from + Long.highestOneBit(to - from - 1);
        if (oldSize <= middle) {
            collect(old, from, middle, whole);
            nodes.add(new Node(middle, to, new MerkleTree(), Node.UNKNOWN));
        } else {
            collect(old, middle, to, false);
            nodes.add(new Node(from, middle, old, old.subtree(from, middle)));
        }
    }

    /** Sees the next leaf; all leaves of the newer tree that the earlier one does not have must come, in order. */
    public void add(long leaf, byte[] hash) {
        for (Node node : nodes) {
            if (leaf >= node.from() && leaf < node.to() && node.known().equals(Node.UNKNOWN)) {
                node.tree().add(hash);
                return;
            }
        }
    }

    /** The hashes, in the order of the RFC. */
    public List<Bytes> hashes() {
        return nodes.stream().map(Node::hash).toList();
    }

    /**
     * Whether the hashes prove that the newer tree continues the earlier one.
     *
     * @param oldSize leaves of the earlier tree; 0 needs no proof and takes none
     */
    public static boolean holds(long oldSize, Bytes oldRoot, long newSize, Bytes newRoot, List<Bytes> hashes) {
        if (oldSize > newSize || oldSize < 0) {
            return false;
        }
        if (oldSize == 0 || oldSize == newSize) {
            return hashes.isEmpty() && (oldSize == 0 || oldRoot.equals(newRoot));
        }
        return new Climb(oldSize, oldRoot, newSize, hashes).reaches(oldRoot, newRoot);
    }

    /** The iterative check of RFC 9162 section 2.1.4.2. */
    private static final class Climb {
        private final Sha256 sha = new Sha256();
        private final List<Bytes> hashes;
        private long oldNode;
        private long newNode;
        private byte[] oldHash = {};
        private byte[] newHash = {};
        private int next;

        Climb(long oldSize, Bytes oldRoot, long newSize, List<Bytes> hashes) {
            this.oldNode = oldSize - 1;
            this.newNode = newSize - 1;
            this.hashes = new ArrayList<>(hashes);
            if (Long.bitCount(oldSize) == 1) {
                this.hashes.add(0, oldRoot);
            }
            int whole = Long.numberOfTrailingZeros(~oldNode);
            oldNode >>>= whole;
            newNode >>>= whole;
        }

        boolean reaches(Bytes oldRoot, Bytes newRoot) {
            if (hashes.isEmpty()) {
                return false;
            }
            oldHash = hashes.get(0).toArray();
            newHash = oldHash;
            for (next = 1; next < hashes.size(); next++) {
                if (newNode == 0) {
                    return false;
                }
                step(hashes.get(next).toArray());
            }
            return newNode == 0
                    && Bytes.of(oldHash).equals(oldRoot)
                    && Bytes.of(newHash).equals(newRoot);
        }

        private void step(byte[] other) {
            if ((oldNode & 1) == 1 || oldNode == newNode) {
                oldHash = sha.node(other, oldHash);
                newHash = sha.node(other, newHash);
                while ((oldNode & 1) == 0 && oldNode != 0) {
                    oldNode >>>= 1;
                    newNode >>>= 1;
                }
            } else {
                newHash = sha.node(newHash, other);
            }
            oldNode >>>= 1;
            newNode >>>= 1;
        }
    }
}
