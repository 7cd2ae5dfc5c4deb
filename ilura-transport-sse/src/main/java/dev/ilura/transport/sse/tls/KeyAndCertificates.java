package dev.ilura.transport.sse.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * What a server shows and proves.
 *
 * @param key the private key
 * @param chain its certificate first
 */
public record KeyAndCertificates(PrivateKey key, List<X509Certificate> chain) {
    private static final char[] IN_MEMORY = new char[0];

    public KeyAndCertificates {
        Objects.requireNonNull(key, "key");
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a chain has at least one certificate");
        }
    }

    /**
     * Reads both from PEM files.
     *
     * @throws dev.ilura.IluraException ILR-HTTP-031 if the key can be read by others, ILR-HTTP-032 if a file is missing,
     *     damaged, or does not belong to the other
     */
    public static KeyAndCertificates read(java.nio.file.Path key, java.nio.file.Path certificates) {
        return KeyFiles.read(key, certificates);
    }

    /** The certificate of the key itself. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** What clients pin. */
    public KeyPin pin() {
        return KeyPin.of(certificate());
    }

    /** A key store of this one key, without a password; never written anywhere. */
    public KeyStore keyStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, IN_MEMORY);
            store.setKeyEntry("front", key, IN_MEMORY, chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has PKCS12", e);
        }
    }

    /** Whether what the key signs is verified by the certificate. */
    boolean belongTogether() {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        byte[] probe = {1, 2, 3};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certificate());
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "KeyAndCertificates[" + pin() + "]";
    }
}
