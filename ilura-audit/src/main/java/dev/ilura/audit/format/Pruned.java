package dev.ilura.audit.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/**
 * What is left of the records below a minimum when retention removed them: the subtrees over them, so that the tree goes on,
 * and the records that name keys, each with its proof. Immutable.
 *
 * @param minimum number of the first record that is kept
 * @param subtrees roots of the complete subtrees over the records below, from the left
 * @param records those that name keys, in order, the genesis first
 */
public record Pruned(long minimum, List<Bytes> subtrees, List<KeyRecord> records) {
    private static final String HEADER = "ilura/pruned@v1";

    public Pruned {
        subtrees = List.copyOf(subtrees);
        records = List.copyOf(records);
        if (minimum < 1 || Long.bitCount(minimum) != subtrees.size() || records.isEmpty()) {
            throw new IllegalArgumentException("it does not continue to a tree");
        }
    }

    /**
     * Of a log; empty if all its records are there.
     *
     * @throws MalformedRecordException if the file is anything else
     */
    static Optional<Pruned> of(LogFolder folder) throws IOException {
        try {
            return Optional.of(parse(Files.readString(folder.pruned(), StandardCharsets.UTF_8)));
        } catch (NoSuchFileException nothingRemoved) {
            return Optional.empty();
        } catch (java.nio.charset.CharacterCodingException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new MalformedRecordException(
                    "the file that stands for removed records is damaged: " + e.getMessage());
        }
    }

    static Pruned parse(String file) {
        String[] parts = file.split("\n\n", -1);
        List<String> head = List.of(parts[0].split("\n", -1));
        if (!head.get(0).equals(HEADER)) {
            throw new IllegalArgumentException("it has another version");
        }
        if (parts.length < 2 || !file.endsWith("\n")) {
            throw new IllegalArgumentException("it does not end with its last line");
        }
        parts[parts.length - 1] = file.substring(file.lastIndexOf("\n\n") + 2, file.length() - 1);
        List<KeyRecord> records = KeyRecord.parse(List.of(parts).subList(1, parts.length));
        Pruned pruned =
                new Pruned(KeyRecord.number(head.get(1)), KeyRecord.hashes(head.subList(2, head.size())), records);
        pruned.requireProven();
        return pruned;
    }

    private void requireProven() {
        Bytes root = tree().root();
        long before = -1;
        for (KeyRecord kept : records) {
            boolean follows = before < 0 ? kept.number() == 0 : kept.number() > before;
            if (!follows
                    || !InclusionProof.root(kept.number(), minimum, kept.leaf(), kept.proof())
                            .equals(root)) {
                throw new IllegalArgumentException("record " + kept.number() + " does not belong to it");
            }
            before = kept.number();
        }
    }

    /** The tree of the records below the minimum. */
    public MerkleTree tree() {
        return MerkleTree.of(minimum, subtrees);
    }

    /**
     * The keys in force at the minimum.
     *
     * @throws IllegalArgumentException if the records do not name keys as they should
     * @throws MalformedRecordException if a record is not in its one spelling
     */
    public KeyChain keys(String origin) {
        KeyChain chain = new KeyChain(origin);
        records.forEach(kept -> kept.follow(chain, origin));
        return chain;
    }

    /** As it stands in its file. */
    public String text() {
        StringBuilder out =
                new StringBuilder(HEADER).append('\n').append(minimum).append('\n');
        subtrees.forEach(hash -> KeyRecord.line(out, hash));
        for (KeyRecord kept : records) {
            kept.appendTo(out.append('\n'));
        }
        return out.toString();
    }
}
