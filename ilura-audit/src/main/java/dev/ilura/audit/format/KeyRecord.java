package dev.ilura.audit.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A record that names keys, with all that shows it apart from its log: its place in a tree and, for a rotation, the
 * signatures of the keys before and after it. Immutable.
 *
 * @param text exactly as it stands in the log
 * @param proof in the tree at hand, from the leaf's sibling up
 * @param rotation empty for the genesis
 */
public record KeyRecord(long number, String text, List<Bytes> proof, Optional<Rotation> rotation) {
    public KeyRecord {
        proof = List.copyOf(proof);
    }

    /**
     * How a rotation was signed when it was written.
     *
     * @param proof of its record in the tree that ends with it
     * @param lines signature lines over the checkpoint of that tree, as in a note
     */
    public record Rotation(List<Bytes> proof, List<String> lines) {
        public Rotation {
            proof = List.copyOf(proof);
            lines = List.copyOf(lines);
        }

        /** From a tree that ends before the record, and the trailer that ends its batch. */
        public static Rotation of(MerkleTree before, Checkpoint checkpoint, Trailer trailer, Collection<LogKey> keys) {
            List<Bytes> proof = new ArrayList<>(before.complete());
            java.util.Collections.reverse(proof);
            List<Checkpoint.NoteSignature> signatures = new ArrayList<>();
            for (Trailer.Signed signed : trailer.signatures()) {
                LogKey key = keys.stream()
                        .filter(candidate -> candidate.id() == signed.keyId())
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("a rotation is signed by an unknown key"));
                signatures.add(new Checkpoint.NoteSignature(key, signed.raw()));
            }
            String note = checkpoint.note(signatures);
            return new Rotation(
                    proof, note.substring(note.indexOf("\n\n") + 2).lines().toList());
        }
    }

    /** The hash of the record. */
    byte[] leaf() {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Sha256().leaf(bytes, 0, bytes.length);
    }

    /**
     * Goes one record on in a chain of keys.
     *
     * @throws IllegalArgumentException if it does not follow, or is not signed by the keys before and after it
     * @throws MalformedRecordException if it is not in its one spelling
     */
    public void follow(KeyChain chain, String origin) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        FlatRecord view = new FlatRecord().read(bytes, 0, bytes.length);
        if (!view.is("type", number == 0 ? KeyChain.GENESIS : KeyChain.ROTATED) || view.integer("seq", -1) != number) {
            throw new IllegalArgumentException("record " + number + " is not one that names keys");
        }
        chain.record(view);
        List<LogKey> signers = chain.endBatch();
        if (number > 0) {
            Rotation signed = rotation.orElseThrow(
                    () -> new IllegalArgumentException("the signatures of rotation " + number + " are missing"));
            Bytes root = InclusionProof.root(number, number + 1, leaf(), signed.proof());
            String body = new String(new Checkpoint(origin, number + 1, root).body(), StandardCharsets.UTF_8);
            Checkpoint.parse(body + "\n" + String.join("\n", signed.lines()) + "\n", signers);
        } else if (rotation.isPresent()) {
            throw new IllegalArgumentException("the first record is no rotation");
        }
    }

    /** As it stands in a file, without an empty line before it. */
    public void appendTo(StringBuilder out) {
        append(out, number, text, proof);
        rotation.ifPresent(signed -> {
            out.append("\nrotation ").append(number).append('\n');
            signed.proof().forEach(hash -> line(out, hash));
            signed.lines().forEach(line -> out.append(line).append('\n'));
        });
    }

    /** A record of any kind as it stands in a file. */
    public static void append(StringBuilder out, long number, String text, List<Bytes> proof) {
        out.append("record ").append(number).append('\n').append(text).append('\n');
        proof.forEach(hash -> line(out, hash));
    }

    static void line(StringBuilder out, Bytes hash) {
        out.append(Base64Text.standard(hash.toArray())).append('\n');
    }

    /**
     * Reads {@code record} parts and the {@code rotation} parts behind them.
     *
     * @param parts without the empty lines between them
     * @throws IllegalArgumentException if they are anything else
     */
    public static List<KeyRecord> parse(List<String> parts) {
        List<KeyRecord> records = new ArrayList<>();
        for (String part : parts) {
            List<String> lines = List.of(part.split("\n", -1));
            int last = records.size() - 1;
            if (part.startsWith("rotation ")) {
                KeyRecord rotated = records.get(last);
                Rotation rotation = rotation(lines, rotated.number());
                if (rotated.rotation().isPresent()) {
                    throw new IllegalArgumentException("a rotation is there twice");
                }
                records.set(
                        last, new KeyRecord(rotated.number(), rotated.text(), rotated.proof(), Optional.of(rotation)));
            } else {
                records.add(record(lines));
            }
        }
        return records;
    }

    private static KeyRecord record(List<String> lines) {
        if (!lines.get(0).startsWith("record ")) {
            throw new IllegalArgumentException("a record has no number");
        }
        long number = number(lines.get(0).substring("record ".length()));
        return new KeyRecord(number, lines.get(1), hashes(lines.subList(2, lines.size())), Optional.empty());
    }

    private static Rotation rotation(List<String> lines, long number) {
        if (number(lines.get(0).substring("rotation ".length())) != number) {
            throw new IllegalArgumentException("a rotation does not stand behind its record");
        }
        int hashes = Long.bitCount(number);
        return new Rotation(hashes(lines.subList(1, 1 + hashes)), lines.subList(1 + hashes, lines.size()));
    }

    static long number(String text) {
        if (!text.matches("0|[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("a number is none");
        }
        return Long.parseLong(text);
    }

    static List<Bytes> hashes(List<String> lines) {
        return lines.stream().map(KeyRecord::hash).toList();
    }

    private static Bytes hash(String line) {
        Bytes hash = Bytes.of(Base64Text.parseStandard(line));
        if (hash.length() != Sha256.LENGTH) {
            throw new IllegalArgumentException("a hash has 32 bytes");
        }
        return hash;
    }
}
