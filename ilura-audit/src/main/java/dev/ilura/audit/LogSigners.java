package dev.ilura.audit;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The two signers of a log that is kept elsewhere than in a directory; their keys lie in one all the same.
 *
 * @param ecdsa a P-256 key, signs every batch
 * @param ed25519 an Ed25519 key, signs checkpoints
 */
public record LogSigners(AuditSigner ecdsa, AuditSigner ed25519) {
    /**
     * From the key file {@code audit.p12} in a directory, which is made if it is not there.
     *
     * @param passphrase of the file; by default a random one that is kept beside it
     * @param now for certificates of new keys
     * @throws dev.ilura.IluraException ILR-AUDIT-005 if the keys cannot be read or made
     */
    public static LogSigners in(Path directory, Optional<KeyPassphrase> passphrase, Instant now) {
        KeyFolder folder = new KeyFolder(directory, passphrase);
        KeyFolder.Signers signers = folder.exists() ? folder.load().get(0) : folder.create(now);
        return new LogSigners(signers.ecdsa(), signers.ed25519());
    }
}
