package dev.ilura.audit;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.util.Arrays;

/**
 * A private key that a log is signed with, wherever it lives: in a file, in a token, in another process. Used by one
 * thread at a time.
 */
public interface AuditSigner {
    /**
     * A key of a key store of any kind that this JVM knows: PKCS#12, PKCS#11, the system's. Keys of a token stay in it. The
     * two keys of a log may come from two stores, for tokens that know no Ed25519.
     *
     * @param store loaded
     * @param alias of a P-256 or Ed25519 key with its certificate
     * @param keyPassphrase opens the entry; stores that ask for none get it all the same
     * @throws dev.ilura.IluraException ILR-AUDIT-005 if the key is not there
     */
    static AuditSigner of(KeyStore store, String alias, KeyPassphrase keyPassphrase) {
        char[] revealed = keyPassphrase.reveal();
        try {
            return KeyFolder.signer(store, alias, revealed);
        } catch (GeneralSecurityException e) {
            throw AuditErrors.key(alias, "the key store " + store.getType() + " does not give it, " + e, e);
        } finally {
            Arrays.fill(revealed, '\0');
        }
    }

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
