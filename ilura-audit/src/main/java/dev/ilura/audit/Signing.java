package dev.ilura.audit;

import dev.ilura.audit.format.EcdsaForm;
import dev.ilura.audit.format.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Who computes signatures: a fast native provider if it is on the class path, else Bouncy Castle, else the JDK, whose ECDSA
 * is seven times slower on 17. None is installed globally. Digests are always the JDK's.
 */
final class Signing {
    private static final String NATIVE = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    /** In order of preference. */
    private static final List<Provider> PROVIDERS = providers();

    private Signing() {}

    private static List<Provider> providers() {
        List<Provider> found = new ArrayList<>();
        try {
            Object instance = Class.forName(NATIVE).getField("INSTANCE").get(null);
            if (instance instanceof Provider provider && isHealthy(provider)) {
                found.add(provider);
            }
        } catch (ReflectiveOperationException | LinkageError notThere) {
            // the accelerator is optional
        }
        found.add(new BouncyCastleProvider());
        return List.copyOf(found);
    }

    private static boolean isHealthy(Provider provider) {
        return provider.getService("Signature", "NONEwithECDSA") != null;
    }

    /** The provider that signs fastest here. */
    static Provider preferred() {
        return PROVIDERS.get(0);
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
        Signature engine = engine(ecdsa ? "NONEwithECDSA" : "Ed25519", key);
        return new KeySigner(engine, publicKey, ecdsa);
    }

    private static Signature engine(String scheme, PrivateKey key) throws GeneralSecurityException {
        if (key.getEncoded() != null) {
            for (Provider provider : PROVIDERS) {
                if (provider.getService("Signature", scheme) != null) {
                    Signature engine = Signature.getInstance(scheme, provider);
                    engine.initSign(key);
                    return engine;
                }
            }
        }
        Signature engine = Signature.getInstance(scheme);
        engine.initSign(key);
        return engine;
    }

    private record KeySigner(Signature engine, PublicKey publicKey, boolean ecdsa) implements AuditSigner {
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
