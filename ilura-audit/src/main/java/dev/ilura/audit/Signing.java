package dev.ilura.audit;

import dev.ilura.audit.format.EcdsaForm;
import dev.ilura.audit.format.Sha256;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Who computes signatures: a fast native provider if it is on the class path, else Bouncy Castle, else the JDK, whose ECDSA
 * is seven times slower on 17. None is installed globally. Digests are always the JDK's.
 *
 * <p>Bouncy Castle signs through its own classes: its provider registers every algorithm it has, which costs a quarter of a
 * gateway's start.
 */
final class Signing {
    private static final String NATIVE = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
    private static final Optional<Provider> ACCELERATOR = accelerator();

    private Signing() {}

    private static Optional<Provider> accelerator() {
        try {
            Object instance = Class.forName(NATIVE).getField("INSTANCE").get(null);
            return instance instanceof Provider provider && provider.getService("Signature", "NONEwithECDSA") != null
                    ? Optional.of(provider)
                    : Optional.empty();
        } catch (ReflectiveOperationException | LinkageError notThere) {
            return Optional.empty();
        }
    }

    /** The provider that verifies many signatures fastest here. */
    static Provider preferred() {
        return ACCELERATOR.orElseGet(() -> Portable.PROVIDER);
    }

    /** Made when it is asked for, and once: it registers every algorithm that it has. */
    private static final class Portable {
        static final Provider PROVIDER = new BouncyCastleProvider();
    }

    static KeyPair newP256() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    static KeyPair newEd25519() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    /** Signs with a private key in this process, or in a token whose provider brought the key. */
    static AuditSigner with(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
        boolean ecdsa = !publicKey.getAlgorithm().startsWith("Ed");
        String scheme = ecdsa ? "NONEwithECDSA" : "Ed25519";
        boolean inToken = key.getEncoded() == null;
        Optional<Provider> fast =
                ACCELERATOR.filter(provider -> !inToken && provider.getService("Signature", scheme) != null);
        if (fast.isPresent()) {
            return new ProviderSigner(ready(Signature.getInstance(scheme, fast.get()), key), publicKey, ecdsa);
        }
        if (key instanceof ECPrivateKey p256 && !inToken) {
            return new EcdsaSigner(ecdsa(p256), publicKey);
        }
        if (key instanceof EdECPrivateKey ed25519 && ed25519.getBytes().isPresent()) {
            return new EdSigner(
                    new Ed25519PrivateKeyParameters(ed25519.getBytes().get()), publicKey);
        }
        return new ProviderSigner(ready(Signature.getInstance(scheme), key), publicKey, ecdsa);
    }

    private static Signature ready(Signature engine, PrivateKey key) throws GeneralSecurityException {
        engine.initSign(key);
        return engine;
    }

    private static ECDSASigner ecdsa(ECPrivateKey key) {
        ECDomainParameters p256 = new ECDomainParameters(CustomNamedCurves.getByName("secp256r1"));
        ECDSASigner engine = new ECDSASigner();
        engine.init(true, new ParametersWithRandom(new ECPrivateKeyParameters(key.getS(), p256), new SecureRandom()));
        return engine;
    }

    private record EcdsaSigner(ECDSASigner engine, PublicKey publicKey) implements AuditSigner {
        @Override
        public byte[] sign(byte[] message) {
            BigInteger[] rs = engine.generateSignature(Sha256.of(message));
            return EcdsaForm.raw(rs[0], rs[1]);
        }
    }

    private record EdSigner(Ed25519PrivateKeyParameters key, PublicKey publicKey) implements AuditSigner {
        @Override
        public byte[] sign(byte[] message) {
            Ed25519Signer engine = new Ed25519Signer();
            engine.init(true, key);
            engine.update(message, 0, message.length);
            return engine.generateSignature();
        }
    }

    private record ProviderSigner(Signature engine, PublicKey publicKey, boolean ecdsa) implements AuditSigner {
        @Override
        public byte[] sign(byte[] message) {
            try {
                engine.update(ecdsa ? Sha256.of(message) : message);
                byte[] signature = engine.sign();
                return ecdsa ? EcdsaForm.rawFromProvider(signature) : signature;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("cannot sign", e);
            }
        }
    }
}
