package dev.ilura.transport.sse.tls;

import dev.ilura.json.Digests;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A public key that is known beforehand, as {@code sha256/} and the base64 of the SHA-256 of its SubjectPublicKeyInfo: the
 * form of {@code curl --pinnedpubkey}. It is the key that is pinned, not the certificate, so that a certificate may be
 * renewed.
 */
public final class KeyPin {
    private static final String PREFIX = "sha256/";
    private static final int DIGEST_LENGTH = 32;
    private static final int BASE64_LENGTH = 44;

    private final byte[] digest;

    private KeyPin(byte[] digest) {
        this.digest = digest;
    }

    /** The pin of a certificate's key. */
    public static KeyPin of(X509Certificate certificate) {
        return new KeyPin(Digests.sha256(certificate.getPublicKey().getEncoded()));
    }

    /**
     * Reads a pin; {@code sha256//} is taken too, as curl writes it.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static KeyPin parse(String text) {
        String rest = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "";
        // a slash may be the first character of the base64 itself: only one too many is curl's
        String base64 = rest.length() > BASE64_LENGTH && rest.startsWith("/") ? rest.substring(1) : rest;
        byte[] digest;
        try {
            digest = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw notAPin(e);
        }
        if (digest.length != DIGEST_LENGTH) {
            throw notAPin(null);
        }
        return new KeyPin(digest);
    }

    private static IllegalArgumentException notAPin(@org.jspecify.annotations.Nullable Exception cause) {
        return new IllegalArgumentException(
                "a pin is sha256/ and the base64 of the SHA-256 of a public key, 44 characters", cause);
    }

    /** Whether the certificate has the pinned key. */
    public boolean matches(X509Certificate certificate) {
        return MessageDigest.isEqual(
                digest, Digests.sha256(certificate.getPublicKey().getEncoded()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyPin pin && MessageDigest.isEqual(digest, pin.digest);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(digest);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return PREFIX + Base64.getEncoder().encodeToString(digest);
    }
}
