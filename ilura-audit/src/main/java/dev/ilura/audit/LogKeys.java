package dev.ilura.audit;

import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.Trailer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    /** Signs with each of these keys and each of the next ones, once, as a rotation demands. */
    Trailer rotation(Checkpoint checkpoint, LogKeys next) {
        byte[] body = checkpoint.body();
        Map<LogKey, AuditSigner> signers = new LinkedHashMap<>();
        for (LogKeys keys : List.of(this, next)) {
            signers.putIfAbsent(keys.ecdsaKey, keys.ecdsa);
            signers.putIfAbsent(keys.ed25519Key, keys.ed25519);
        }
        List<Trailer.Signed> signatures = new ArrayList<>();
        signers.forEach((key, signer) -> signatures.add(new Trailer.Signed(key.id(), Bytes.of(signer.sign(body)))));
        return new Trailer(checkpoint.size(), checkpoint.root(), signatures);
    }

    /** The facts by which a record names these keys. */
    Map<String, Object> facts() {
        return Map.of("keyEcdsa", Base64Text.url(ecdsaKey.spki()), "keyEd25519", Base64Text.url(ed25519Key.spki()));
    }

    /** These keys with another ECDSA key: witnesses go on to know the log by its Ed25519 key. */
    LogKeys withEcdsa(AuditSigner next) {
        return new LogKeys(ecdsaKey.name(), next, ed25519);
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
        Bytes byEcdsa = trailer.signatures().stream()
                .filter(signed -> signed.keyId() == ecdsaKey.id())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the batch is signed with other keys"))
                .raw();
        signatures.add(new Checkpoint.NoteSignature(ecdsaKey, byEcdsa));
        signatures.add(new Checkpoint.NoteSignature(ed25519Key, Bytes.of(ed25519.sign(checkpoint.body()))));
        return checkpoint.note(signatures);
    }
}
