package dev.ilura.audit;

import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.Frame;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.audit.format.Sha256;
import dev.ilura.audit.format.Trailer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Rewrites a log of one segment with full knowledge of its format: repairs hash chain, tree, checksums, and every signature
 * for which it has a key. What it has no key for it signs with the one it has.
 */
final class Forger {
    private final Map<Integer, AuditSigner> keys;
    private final AuditSigner stolen;
    private final MerkleTree tree = new MerkleTree();
    private final Sha256 sha = new Sha256();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private byte[] previous = new byte[32];
    private Bytes root = Bytes.zeros(32);
    private String origin = "";

    /**
     * With some keys.
     *
     * @param keys by id
     * @param stolen signs where the right key is not at hand
     */
    Forger(Map<Integer, AuditSigner> keys, AuditSigner stolen) {
        this.keys = keys;
        this.stolen = stolen;
    }

    /** Rewrites the log in this folder; the checkpoint gets signatures of these two. */
    void rewrite(Path log, UnaryOperator<String> change, AuditSigner ecdsa, AuditSigner ed25519) throws IOException {
        Path segment = log.resolve("00000000000000000000.seg");
        byte[] old = Files.readAllBytes(segment);
        for (int[] frame : TamperTest.frames(old)) {
            byte[] body = Arrays.copyOfRange(old, frame[0] + Frame.HEADER, frame[1]);
            out.writeBytes(Frame.of(
                    switch (body[0]) {
                        case Frame.RECORD -> record(new String(body, StandardCharsets.UTF_8), change);
                        case Frame.TRAILER -> trailer(body);
                        default -> head(body);
                    }));
        }
        Events.overwrite(segment, out.toByteArray());
        Checkpoint checkpoint = new Checkpoint(origin, tree.size(), root);
        List<Checkpoint.NoteSignature> lines = new ArrayList<>();
        for (AuditSigner signer : List.of(ecdsa, ed25519)) {
            lines.add(new Checkpoint.NoteSignature(
                    LogKey.of(origin, signer.publicKey()), Bytes.of(signer.sign(checkpoint.body()))));
        }
        Files.writeString(log.resolve("checkpoint"), checkpoint.note(lines));
    }

    private byte[] head(byte[] body) {
        origin = SegmentHead.origin(Bytes.of(body, 10, 26));
        return body;
    }

    private byte[] record(String text, UnaryOperator<String> change) {
        String changed =
                change.apply(text).replaceFirst("\"prev\":\"[^\"]*\"", "\"prev\":\"" + Base64Text.url(previous) + "\"");
        byte[] bytes = changed.getBytes(StandardCharsets.UTF_8);
        previous = sha.leaf(bytes, 0, bytes.length);
        tree.add(previous);
        return bytes;
    }

    private byte[] trailer(byte[] body) {
        root = tree.root();
        if (root.equals(Bytes.of(body, 9, 41))) {
            return body;
        }
        byte[] message = new Checkpoint(origin, tree.size(), root).body();
        List<Trailer.Signed> signatures = new ArrayList<>();
        for (int i = 0; i < body[41]; i++) {
            int id = ByteBuffer.wrap(body).getInt(42 + i * 68);
            signatures.add(new Trailer.Signed(
                    id, Bytes.of(keys.getOrDefault(id, stolen).sign(message))));
        }
        return new Trailer(tree.size(), root, signatures).body();
    }
}
