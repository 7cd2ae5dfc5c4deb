package dev.ilura.audit.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A public key that a log is signed with, as C2SP signed-note names it: ECDSA P-256 (type 0x02) or Ed25519 (type 0x01).
 * Immutable and thread-safe. Equal keys have equal {@linkplain #line() lines}.
 */
public final class LogKey {
    private static final HexFormat HEX = HexFormat.of();
    /** Everything of an Ed25519 SubjectPublicKeyInfo that stands before the 32 bytes of the key. */
    private static final byte[] ED25519_PREFIX = HEX.parseHex("302a300506032b6570032100");

    /** What a key signs with. */
    public enum Algorithm {
        ED25519(1, "Ed25519"),
        ECDSA_P256(2, "EC");

        private final byte type;
        private final String keyFactory;

        Algorithm(int type, String keyFactory) {
            this.type = (byte) type;
            this.keyFactory = keyFactory;
        }
    }

    private final String name;
    private final Algorithm algorithm;
    private final PublicKey key;
    private final byte[] spki;
    private final int id;

    private LogKey(String name, Algorithm algorithm, PublicKey key) {
        this.name = name;
        this.algorithm = algorithm;
        this.key = key;
        this.spki = key.getEncoded().clone();
        this.id = ByteBuffer.wrap(idHash()).getInt();
    }

    private byte[] idHash() {
        return algorithm == Algorithm.ECDSA_P256
                ? Sha256.of(spki)
                : Sha256.of((name + "\n").getBytes(StandardCharsets.UTF_8), typed());
    }

    /**
     * A key that is at hand.
     *
     * @param name the log's origin
     * @throws IllegalArgumentException if it is neither a P-256 nor an Ed25519 key
     */
    public static LogKey of(String name, PublicKey key) {
        return ofSpki(name, key.getEncoded());
    }

    /**
     * A key in its DER form.
     *
     * @param name the log's origin
     * @param spki DER of a SubjectPublicKeyInfo
     * @throws IllegalArgumentException if it is neither a P-256 nor an Ed25519 key in its one spelling
     */
    public static LogKey ofSpki(String name, byte[] spki) {
        Algorithm algorithm = startsWith(spki, ED25519_PREFIX) ? Algorithm.ED25519 : Algorithm.ECDSA_P256;
        try {
            PublicKey key = KeyFactory.getInstance(algorithm.keyFactory).generatePublic(new X509EncodedKeySpec(spki));
            boolean wrongCurve = key instanceof ECPublicKey point
                    && !EcdsaForm.isOrder(point.getParams().getOrder());
            if (wrongCurve || !Arrays.equals(key.getEncoded(), spki)) {
                throw new IllegalArgumentException("neither a P-256 nor an Ed25519 key");
            }
            return new LogKey(name, algorithm, key);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("neither a P-256 nor an Ed25519 key", e);
        }
    }

    /** An Ed25519 key in its raw form of 32 bytes. */
    static LogKey ofEd25519(String name, byte[] raw) {
        return ofSpki(name, concat(ED25519_PREFIX, raw));
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    /**
     * Reads {@code name+id+base64}, the form that {@link #line()} writes.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static LogKey parse(String line) {
        String[] parts = line.split("\\+", 3);
        if (parts.length != 3 || parts[0].isEmpty()) {
            throw new IllegalArgumentException("a key is written name+id+base64");
        }
        byte[] typed = Base64Text.parseStandard(parts[2]);
        if (typed.length < 2) {
            throw new IllegalArgumentException("the key is empty");
        }
        byte[] material = Arrays.copyOfRange(typed, 1, typed.length);
        LogKey key = ofSpki(parts[0], typed[0] == Algorithm.ED25519.type ? concat(ED25519_PREFIX, material) : material);
        if (!key.line().equals(line)) {
            throw new IllegalArgumentException("the key does not have the id or type it claims");
        }
        return key;
    }

    /** The key in one line, as other verifiers of signed notes read it. */
    public String line() {
        return name + "+" + HEX.toHexDigits(id) + "+" + Base64Text.standard(typed());
    }

    /** Keys as the log's key list has them. */
    public static String list(Collection<LogKey> keys) {
        StringBuilder lines = new StringBuilder();
        keys.forEach(key -> lines.append(key.line()).append('\n'));
        return lines.toString();
    }

    /** Type byte and key material. */
    private byte[] typed() {
        byte[] material =
                algorithm == Algorithm.ED25519 ? Arrays.copyOfRange(spki, ED25519_PREFIX.length, spki.length) : spki;
        return concat(new byte[] {algorithm.type}, material);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /**
     * Whether this key made the signature.
     *
     * @param signature 64 bytes, see {@link EcdsaForm}
     * @param provider who computes; null for the JDK's choice
     */
    public boolean verifies(byte[] message, Bytes signature, @Nullable Provider provider) {
        byte[] raw = signature.toArray();
        try {
            if (algorithm == Algorithm.ED25519) {
                return check("Ed25519", provider, message, raw);
            }
            return EcdsaForm.isCanonical(raw)
                    && check("NONEwithECDSA", provider, Sha256.of(message), EcdsaForm.der(raw));
        } catch (GeneralSecurityException notASignature) {
            return false;
        }
    }

    private boolean check(String scheme, @Nullable Provider provider, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        Signature verifier = provider == null ? Signature.getInstance(scheme) : Signature.getInstance(scheme, provider);
        verifier.initVerify(key);
        verifier.update(message);
        return verifier.verify(signature);
    }

    /** The log's origin. */
    public String name() {
        return name;
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    /** The first four bytes of the key's hash; names it, does not prove it. */
    public int id() {
        return id;
    }

    /** DER of the SubjectPublicKeyInfo. */
    public byte[] spki() {
        return spki.clone();
    }

    /** SHA-256 (hex) of the SubjectPublicKeyInfo: what people compare. */
    public String fingerprint() {
        return HEX.formatHex(Sha256.of(spki));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogKey that && line().equals(that.line());
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, id);
    }

    @Override
    public String toString() {
        return line();
    }
}
