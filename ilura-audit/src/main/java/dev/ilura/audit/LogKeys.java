package dev.ilura.audit;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.Trailer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The two keys that a log is signed with: ECDSA P-256 on every batch, and both on published checkpoints, because witnesses
 * want Ed25519.
 */
final class LogKeys {
    private final AuditSigner ecdsa;
    private final AuditSigner ed25519;
    private final LogKey ecdsaKey;
    private final LogKey ed25519Key;

    /**
     * @throws IllegalArgumentException if the keys are not of these kinds
     */
    LogKeys(String origin, AuditSigner ecdsa, AuditSigner ed25519) {
        this.ecdsa = ecdsa;
        this.ed25519 = ed25519;
        this.ecdsaKey = LogKey.of(origin, ecdsa.publicKey());
        this.ed25519Key = LogKey.of(origin, ed25519.publicKey());
        if (ecdsaKey.algorithm() != LogKey.Algorithm.ECDSA_P256 || ed25519Key.algorithm() != LogKey.Algorithm.ED25519) {
            throw new IllegalArgumentException("a log needs a P-256 key and an Ed25519 key");
        }
    }

    LogKey ecdsa() {
        return ecdsaKey;
    }

    LogKey ed25519() {
        return ed25519Key;
    }

    List<LogKey> all() {
        return List.of(ecdsaKey, ed25519Key);
    }

    /** The key list as a file: one line each. */
    static byte[] list(Collection<LogKey> keys) {
        StringBuilder lines = new StringBuilder();
        keys.forEach(key -> lines.append(key.line()).append('\n'));
        return lines.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The trailer that makes the checkpoint the end of a batch. */
    Trailer trailer(Checkpoint checkpoint) {
        return new Trailer(
                checkpoint.size(),
                checkpoint.root(),
                List.of(new Trailer.Signed(ecdsaKey.id(), Bytes.of(ecdsa.sign(checkpoint.body())))));
    }

    /** The note to publish for a batch that is already signed. */
    String note(Checkpoint checkpoint, Trailer trailer) {
        List<Checkpoint.NoteSignature> signatures = new ArrayList<>();
        signatures.add(new Checkpoint.NoteSignature(
                ecdsaKey, trailer.signatures().get(0).raw()));
        signatures.add(new Checkpoint.NoteSignature(ed25519Key, Bytes.of(ed25519.sign(checkpoint.body()))));
        return checkpoint.note(signatures);
    }
}
