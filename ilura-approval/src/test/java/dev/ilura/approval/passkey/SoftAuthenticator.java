package dev.ilura.approval.passkey;

import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** An authenticator and the browser before it, in software: what a real pair sends, and every way to get it wrong. */
public final class SoftAuthenticator {
    public static final int USER_PRESENT = 0x01;
    public static final int USER_VERIFIED = 0x04;
    private static final int ATTESTED = 0x40;
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final String SOME_MODEL = "00112233445566778899aabbccddeeff";
    private static final String VIRTUAL_MODEL = "01020304050607080102030405060708";

    private final String origin;
    private final KeyPair keys;
    private final byte[] id = new byte[32];
    private final String model;
    private int counter;

    private SoftAuthenticator(String origin, String model) {
        this.origin = origin;
        this.model = model;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        System.arraycopy(Digests.sha256(keys.getPublic().getEncoded()), 0, id, 0, id.length);
    }

    public static SoftAuthenticator on(String origin) {
        return new SoftAuthenticator(origin, SOME_MODEL);
    }

    public static SoftAuthenticator virtualOn(String origin) {
        return new SoftAuthenticator(origin, VIRTUAL_MODEL);
    }

    public String id() {
        return Base64Url.encode(id);
    }

    /** The public key as authenticators write it (COSE), base64url. */
    public String cose() {
        byte[] attested = attested();
        return Base64Url.encode(Arrays.copyOfRange(attested, 16 + 2 + id.length, attested.length));
    }

    /** The public key as openssl reads it. */
    public String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** What a browser sends after creating a passkey. */
    public JsonValue create(String challenge) {
        byte[] clientData = clientData(Map.of("type", "webauthn.create", "challenge", challenge, "origin", origin));
        byte[] data = authenticatorData(USER_PRESENT | USER_VERIFIED | ATTESTED, RelyingParty.ID, attested());
        ByteArrayOutputStream attestation = new ByteArrayOutputStream();
        attestation.write(0xA3);
        text(attestation, "fmt");
        text(attestation, "none");
        text(attestation, "attStmt");
        attestation.write(0xA0);
        text(attestation, "authData");
        bytes(attestation, data);
        return JsonValue.of(Map.of(
                "attestationObject", Base64Url.encode(attestation.toByteArray()),
                "clientDataJSON", Base64Url.encode(clientData),
                "transports", java.util.List.of("internal")));
    }

    /** Begins a signature that is good unless something is changed. */
    public Signing sign(String challenge) {
        return new Signing(challenge);
    }

    /** A signature in the making. */
    public final class Signing {
        private final Map<String, Object> clientData = new LinkedHashMap<>();
        private int flags = USER_PRESENT | USER_VERIFIED;
        private String rpId = RelyingParty.ID;
        private byte[] extra = new byte[0];
        private int count = ++counter;
        private KeyPair signer = keys;
        private int flippedByte = -1;
        private boolean flippedInData;
        private boolean mirrored;

        private Signing(String challenge) {
            clientData.put("type", "webauthn.get");
            clientData.put("challenge", challenge);
            clientData.put("origin", origin);
            clientData.put("crossOrigin", false);
        }

        public Signing stating(String name, Object value) {
            clientData.put(name, value);
            return this;
        }

        public Signing flags(int flags) {
            this.flags = flags;
            return this;
        }

        public Signing rpId(String rpId) {
            this.rpId = rpId;
            return this;
        }

        public Signing extra(byte[] extra) {
            this.extra = extra.clone();
            return this;
        }

        public Signing count(int count) {
            this.count = count;
            return this;
        }

        public Signing signedBy(SoftAuthenticator other) {
            this.signer = other.keys;
            return this;
        }

        public Signing flippedInSignature(int at) {
            flippedByte = at;
            return this;
        }

        public Signing flippedInData(int at) {
            flippedByte = at;
            flippedInData = true;
            return this;
        }

        /** The other signature that anybody can make of an ECDSA signature: the same r, and n - s for s. */
        public Signing mirrored() {
            mirrored = true;
            return this;
        }

        /** What the browser sends. */
        public JsonValue done() {
            counter = Math.max(counter, count);
            byte[] stated = clientData(clientData);
            byte[] data = data();
            byte[] signature = signature(stated, data);
            if (flippedByte >= 0) {
                (flippedInData ? data : signature)[flippedByte] ^= 1;
            }
            return JsonValue.of(Map.of(
                    "id", SoftAuthenticator.this.id(),
                    "authenticatorData", Base64Url.encode(data),
                    "clientDataJSON", Base64Url.encode(stated),
                    "signature", Base64Url.encode(signature)));
        }

        private byte[] data() {
            byte[] bare = authenticatorData(flags, rpId, extra);
            ByteBuffer.wrap(bare).putInt(33, count);
            return bare;
        }

        private byte[] signature(byte[] stated, byte[] data) {
            try {
                Signature signature = Signature.getInstance("SHA256withECDSA");
                signature.initSign(signer.getPrivate());
                signature.update(data);
                signature.update(Digests.sha256(stated));
                byte[] made = signature.sign();
                return mirrored ? mirror(made) : made;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** DER: 30 length, 02 length r, 02 length s. */
    private static byte[] mirror(byte[] der) {
        int rLength = der[3];
        BigInteger s = new BigInteger(Arrays.copyOfRange(der, 6 + rLength, der.length));
        byte[] other = P256_ORDER.subtract(s).toByteArray();
        ByteBuffer twin = ByteBuffer.allocate(6 + rLength + other.length);
        twin.put((byte) 0x30).put((byte) (4 + rLength + other.length));
        twin.put(der, 2, 2 + rLength);
        return twin.put((byte) 0x02).put((byte) other.length).put(other).array();
    }

    private static byte[] clientData(Map<String, Object> members) {
        return JsonValue.of(members).bytes();
    }

    private byte[] authenticatorData(int flags, String rpId, byte[] rest) {
        return ByteBuffer.allocate(37 + rest.length)
                .put(Digests.sha256(rpId.getBytes(StandardCharsets.UTF_8)))
                .put((byte) flags)
                .putInt(counter)
                .put(rest)
                .array();
    }

    private byte[] attested() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex(model));
        out.write(0);
        out.write(id.length);
        out.writeBytes(id);
        out.writeBytes(new byte[] {(byte) 0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21});
        bytes(out, coordinate(key.getW().getAffineX()));
        out.write(0x22);
        bytes(out, coordinate(key.getW().getAffineY()));
        return out.toByteArray();
    }

    private static byte[] coordinate(BigInteger value) {
        byte[] signed = value.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(32, signed.length);
        System.arraycopy(signed, signed.length - length, fixed, 32 - length, length);
        return fixed;
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.write(0x60 + text.length());
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void bytes(ByteArrayOutputStream out, byte[] bytes) {
        if (bytes.length < 24) {
            out.write(0x40 + bytes.length);
        } else if (bytes.length < 256) {
            out.write(0x58);
            out.write(bytes.length);
        } else {
            out.write(0x59);
            out.write(bytes.length >> 8);
            out.write(bytes.length);
        }
        out.writeBytes(Arrays.copyOf(bytes, bytes.length));
    }
}
