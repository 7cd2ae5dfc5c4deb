package dev.ilura.audit;

import dev.ilura.audit.verify.LogVerifier;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;

/** Makes a P-256 key in a PKCS#11 token and signs a log with it; in a process of its own, because a token reads the environment. */
final class TokenTarget {
    private TokenTarget() {}

    /** {@code TokenTarget STATE CONFIGURATION PIN}. */
    public static void main(String[] args) throws Exception {
        Path state = Path.of(args[0]);
        Provider token = Security.getProvider("SunPKCS11").configure(args[1]);
        Security.addProvider(token);
        KeyStore store = KeyStore.getInstance("PKCS11", token);
        store.load(null, args[2].toCharArray());
        if (!store.containsAlias("audit")) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", token);
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            Certificate certificate = KeyFolder.certificate("audit", pair, "SHA256withECDSA", Instant.now());
            store.setKeyEntry("audit", pair.getPrivate(), null, new Certificate[] {certificate});
        }
        System.out.println("key in clear: " + (store.getKey("audit", null).getEncoded() != null));

        Path file = state.resolveSibling("file");
        AuditLog.in(file).close();
        KeyFolder.Signers inFile = new KeyFolder(file.resolve("keys"), java.util.Optional.empty())
                .load()
                .get(0);
        AuditSigner inToken = AuditSigner.of(store, "audit", () -> args[2].toCharArray());
        for (int opening = 0; opening < 2; opening++) {
            try (AuditLog log =
                    AuditLog.at(state).signers(inToken, inFile.ed25519()).open()) {
                for (int i = 0; i < 20; i++) {
                    Events.call(log, opening + "-" + i, "s");
                }
            }
        }
        var report = LogVerifier.of(state).verify();
        System.out.println("sound: " + report.isSound() + ", signatures: " + report.signatures());
    }
}
