package dev.ilura.audit;

import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.ConsistencyProof;
import dev.ilura.audit.format.InclusionProof;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.Sha256;
import dev.ilura.json.JsonWriter;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A log of any size, also of none, made in memory and written as directory and tiles. */
final class MadeLog {
    static final KeyPair ECDSA;
    static final KeyPair ED25519;
    static final LogSigners SIGNERS;

    static {
        try {
            ECDSA = Signing.newP256();
            ED25519 = Signing.newEd25519();
            SIGNERS = new LogSigners(
                    Signing.with(ECDSA.getPrivate(), ECDSA.getPublic()),
                    Signing.with(ED25519.getPrivate(), ED25519.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    final List<byte[]> records = new ArrayList<>();
    final List<byte[]> leaves = new ArrayList<>();
    final List<Bytes> roots = new ArrayList<>();
    final String origin;
    final String note;
    final byte[] root;

    MadeLog(int size, Random random, Path dir) throws IOException {
        Sequencer sequencer = new Sequencer(SIGNERS, TimeSource.system(), new SecureRandom());
        origin = sequencer.origin();
        MerkleTree tree = new MerkleTree();
        Sequencer.End end = sequencer.end();
        try (DirectoryExport export = new DirectoryExport(dir, sequencer.state().logId())) {
            for (int number = 0; number < size; number++) {
                byte[] text =
                        (number == 0 ? sequencer.genesis() : sequencer.add("event", facts(random), unlinked())).text();
                records.add(text);
                leaves.add(new Sha256().leaf(text, 0, text.length));
                tree.add(leaves.get(number));
                if (size < 5_000) {
                    roots.add(tree.root());
                }
                export.record(text);
                if (number == size - 1 || random.nextInt(40) == 0) {
                    end = sequencer.end();
                    export.batchEnd(end.trailer());
                }
            }
            export.finish(sequencer.keyList(), end.note());
        }
        note = end.note();
        root = tree.root().toArray();
    }

    private static Sequencer.Links unlinked() {
        return Sequencer.unlinked();
    }

    private static Map<String, Object> facts(Random random) {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("call", "call-" + random.nextInt(1_000_000));
        facts.put("n", random.nextLong() >> 12);
        byte[] noise = new byte[random.nextInt(60)];
        random.nextBytes(noise);
        facts.put("text", new String(noise, StandardCharsets.ISO_8859_1) + "\u00e4\u20ac\uD83D\uDE00");
        return facts;
    }

    int size() {
        return records.size();
    }

    List<byte[]> inclusion(int number) {
        InclusionProof proof = new InclusionProof(number, size());
        for (int i = 0; i < size(); i++) {
            proof.add(i, leaves.get(i));
        }
        return proof.hashes().stream().map(Bytes::toArray).toList();
    }

    List<byte[]> consistency(int old) {
        MerkleTree before = new MerkleTree();
        leaves.subList(0, old).forEach(before::add);
        ConsistencyProof proof = new ConsistencyProof(before, size());
        for (int i = old; i < size(); i++) {
            proof.add(i, leaves.get(i));
        }
        return proof.hashes().stream().map(Bytes::toArray).toList();
    }

    byte[] rootAt(int size) {
        MerkleTree tree = new MerkleTree();
        leaves.subList(0, size).forEach(tree::add);
        return tree.root().toArray();
    }

    /** A job for a peer; arrays become base64. */
    String job(String kind, Map<String, Object> more) {
        Map<String, Object> job = new TreeMap<>();
        job.put("Kind", kind);
        job.put("Origin", origin);
        job.put("Ecdsa", ECDSA.getPublic().getEncoded());
        job.put("Ed25519", ED25519.getPublic().getEncoded());
        job.put("Size", size());
        job.put("Root", root);
        job.put("Note", note);
        job.putAll(more);
        job.replaceAll((name, value) -> encoded(value));
        return new String(JsonWriter.write(job), StandardCharsets.UTF_8);
    }

    private static Object encoded(Object value) {
        if (value instanceof byte[] bytes) {
            return Base64Text.standard(bytes);
        }
        return value instanceof List<?> list
                ? list.stream().map(MadeLog::encoded).toList()
                : value;
    }
}
