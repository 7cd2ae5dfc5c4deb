package dev.ilura.audit.verify;

import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/**
 * One passkey's signature over one ticket, as the log keeps it, checked with nothing but a JDK: W3C WebAuthn level 3, section
 * 7.2, with the narrower rules of Ilura's page. It stands even where the log's own keys are stolen.
 *
 * @param person whom the gateway says the passkey belongs to
 * @param credentialId the passkey
 * @param key SHA-256 (hex) of its public key
 * @param origin of the page that asked
 */
record PasskeyProof(String person, String credentialId, String key, String origin) {
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int AUTHENTICATOR_DATA = 37;
    private static final int PARTY_HASH = 32;
    private static final int USER_PRESENT_AND_VERIFIED = 0x05;
    private static final int BACKUP_FLAGS = 0x18;

    /**
     * Checks one assertion.
     *
     * @param challenge what must have been signed: nonce and digest of the ticket
     * @throws IllegalArgumentException saying what is wrong
     */
    static PasskeyProof verify(Map<?, ?> assertion, byte[] challenge) {
        byte[] authenticator = bytes(assertion, "authenticatorData");
        byte[] clientData = bytes(assertion, "clientDataJSON");
        byte[] spki = bytes(assertion, "publicKey");
        String origin = origin(clientData, challenge);
        requirePresence(authenticator, origin);
        byte[] signed = concat(authenticator, Sha256.of(clientData));
        if (!isSigned(spki, signed, bytes(assertion, "signature"))) {
            throw new IllegalArgumentException("the passkey's signature is not valid");
        }
        return new PasskeyProof(
                text(assertion, "person"),
                text(assertion, "credentialId"),
                HexFormat.of().formatHex(Sha256.of(spki)),
                origin);
    }

    private static String origin(byte[] clientData, byte[] challenge) {
        Map<String, Object> stated = JsonText.object(utf8(clientData));
        if (!"webauthn.get".equals(stated.get("type"))) {
            throw new IllegalArgumentException("the passkey signed something else than an approval");
        }
        if (!MessageDigest.isEqual(challenge, Base64Text.parseUrl(text(stated, "challenge")))) {
            throw new IllegalArgumentException("the passkey signed another ticket");
        }
        Object crossOrigin = stated.getOrDefault("crossOrigin", false);
        if (!crossOrigin.equals(false) || stated.containsKey("topOrigin")) {
            throw new IllegalArgumentException("the passkey was asked from inside another page");
        }
        return text(stated, "origin");
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("what the browser stated is not UTF-8", e);
        }
    }

    /** The attack: a page on another host, or a key that signs without a person. */
    private static void requirePresence(byte[] authenticator, String origin) {
        if (authenticator.length != AUTHENTICATOR_DATA) {
            throw new IllegalArgumentException("the authenticator's data has " + authenticator.length + " bytes");
        }
        String host = origin.replaceFirst("^https?://", "").replaceFirst("(:[0-9]{1,5})?$", "");
        byte[] party = Sha256.of(host.getBytes(StandardCharsets.UTF_8));
        if (!Arrays.equals(party, 0, PARTY_HASH, authenticator, 0, PARTY_HASH)) {
            throw new IllegalArgumentException("the passkey belongs to another page than it was asked from");
        }
        int flags = authenticator[PARTY_HASH];
        if ((flags & ~BACKUP_FLAGS) != USER_PRESENT_AND_VERIFIED) {
            throw new IllegalArgumentException("the person was not there or not verified");
        }
    }

    private static boolean isSigned(byte[] spki, byte[] message, byte[] signature) {
        boolean ed25519 = spki.length > ED25519_PREFIX.length
                && Arrays.equals(ED25519_PREFIX, 0, ED25519_PREFIX.length, spki, 0, ED25519_PREFIX.length);
        try {
            PublicKey key =
                    KeyFactory.getInstance(ed25519 ? "Ed25519" : "EC").generatePublic(new X509EncodedKeySpec(spki));
            if (key instanceof ECPublicKey point
                    && point.getParams().getCurve().getField().getFieldSize() != 256) {
                throw new IllegalArgumentException("the passkey's key is on another curve than P-256");
            }
            Signature verifier = Signature.getInstance(ed25519 ? "Ed25519" : "SHA256withECDSA");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the passkey's key or signature has the wrong form", e);
        }
    }

    private static byte[] bytes(Map<?, ?> map, String name) {
        return Base64Text.parseUrl(text(map, name));
    }

    private static String text(Map<?, ?> map, String name) {
        if (map.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("the passkey's evidence has no \"" + name + "\"");
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
