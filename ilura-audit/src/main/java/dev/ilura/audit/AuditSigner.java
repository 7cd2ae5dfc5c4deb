package dev.ilura.audit;

import java.security.PublicKey;

/**
 * A private key that a log is signed with, wherever it lives: in a file, in a token, in another process. Used by one
 * thread at a time.
 */
public interface AuditSigner {
    /** The public half: a P-256 or an Ed25519 key. */
    PublicKey publicKey();

    /**
     * Signs a message.
     *
     * @return 64 bytes: for Ed25519 the signature of RFC 8032, for P-256 {@code r || s} of ECDSA with SHA-256 where s is the
     *     lower of its two values
     * @throws IllegalStateException if the key cannot be used now; the log then takes no more records
     */
    byte[] sign(byte[] message);
}
