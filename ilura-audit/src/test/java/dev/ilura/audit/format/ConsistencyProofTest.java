package dev.ilura.audit.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsistencyProofTest {
    private static final int LARGEST = 67;

    /** The tree itself, by the definition in RFC 6962. */
    private static byte[] root(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int half = Integer.highestOneBit(leaves.size() - 1);
        return new Sha256().node(root(leaves.subList(0, half)), root(leaves.subList(half, leaves.size())));
    }

    /** The proof by the definition in RFC 6962, section 2.1.2. */
    private static void subproof(int old, List<byte[]> leaves, boolean whole, List<Bytes> proof) {
        if (old == leaves.size()) {
            if (!whole) {
                proof.add(Bytes.of(root(leaves)));
            }
            return;
        }
        int half = Integer.highestOneBit(leaves.size() - 1);
        if (old <= half) {
            subproof(old, leaves.subList(0, half), whole, proof);
            proof.add(Bytes.of(root(leaves.subList(half, leaves.size()))));
        } else {
            subproof(old - half, leaves.subList(half, leaves.size()), false, proof);
            proof.add(Bytes.of(root(leaves.subList(0, half))));
        }
    }

    @Test
    void proofsBetweenAllSizesAreThoseOfTheRfcAndNoOthersHold() {
        List<byte[]> leaves = new ArrayList<>();
        List<MerkleTree> trees = new ArrayList<>(List.of(new MerkleTree()));
        for (int size = 1; size <= LARGEST; size++) {
            leaves.add(new Sha256().leaf(new byte[] {(byte) size}, 0, 1));
            MerkleTree tree = trees.get(size - 1).copy();
            tree.add(leaves.get(size - 1));
            trees.add(tree);
            for (int old = 1; old <= size; old++) {
                ConsistencyProof proof = new ConsistencyProof(trees.get(old), size);
                for (int leaf = old; leaf < size; leaf++) {
                    proof.add(leaf, leaves.get(leaf));
                }
                List<Bytes> expected = new ArrayList<>();
                subproof(old, leaves, true, expected);
                assertThat(proof.hashes()).as(old + " to " + size).isEqualTo(expected);
                check(trees.get(old), tree, expected);
            }
        }
    }

    private static void check(MerkleTree old, MerkleTree tree, List<Bytes> proof) {
        assertThat(ConsistencyProof.holds(old.size(), old.root(), tree.size(), tree.root(), proof))
                .isTrue();
        Bytes other = Bytes.of(Sha256.of(new byte[] {1}));
        assertThat(ConsistencyProof.holds(old.size(), other, tree.size(), tree.root(), proof))
                .isFalse();
        assertThat(ConsistencyProof.holds(old.size(), old.root(), tree.size(), other, proof))
                .isFalse();
        List<Bytes> longer = new ArrayList<>(proof);
        longer.add(other);
        assertThat(ConsistencyProof.holds(old.size(), old.root(), tree.size(), tree.root(), longer))
                .isFalse();
        for (int i = 0; i < proof.size(); i++) {
            List<Bytes> changed = new ArrayList<>(proof);
            changed.set(i, other);
            assertThat(ConsistencyProof.holds(old.size(), old.root(), tree.size(), tree.root(), changed))
                    .isFalse();
            changed.remove(i);
            assertThat(ConsistencyProof.holds(old.size(), old.root(), tree.size(), tree.root(), changed))
                    .isFalse();
        }
    }
}
