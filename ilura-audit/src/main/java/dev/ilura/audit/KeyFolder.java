package dev.ilura.audit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.UnrecoverableEntryException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The keys of a log in a PKCS#12 file, mode 0600. The file's passphrase stands beside it unless the operator gives one:
 * then a copy of the directory alone signs nothing.
 */
final class KeyFolder {
    private static final String ECDSA = "ecdsa";
    private static final String ED25519 = "ed25519";
    /** The certificates only carry the public keys through the key store; nobody checks their dates. */
    private static final Duration VALID = Duration.ofDays(365 * 100L);

    private final Path folder;
    private final Optional<KeyPassphrase> given;

    KeyFolder(Path folder, Optional<KeyPassphrase> given) {
        this.folder = folder;
        this.given = given;
    }

    /** Two signers, as {@link LogKeys} needs them. */
    record Signers(AuditSigner ecdsa, AuditSigner ed25519) {}

    boolean exists() {
        return Files.exists(file());
    }

    Signers create(Instant now) {
        char[] passphrase = {};
        try {
            PrivateFiles.directory(folder);
            passphrase = given.isPresent() ? given.get().reveal() : newPassphrase();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            put(store, ECDSA, Signing.newP256(), "SHA256withECDSA", now, passphrase);
            put(store, ED25519, Signing.newEd25519(), "Ed25519", now, passphrase);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, passphrase);
            PrivateFiles.replace(file(), bytes.toByteArray());
            return signers(store, passphrase);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw AuditErrors.keys(folder, "they cannot be made, " + e, e);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    Signers load() {
        char[] passphrase = {};
        try {
            PrivateFiles.requirePrivate(file());
            passphrase = given.isPresent() ? given.get().reveal() : keptPassphrase();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(Files.readAllBytes(file())), passphrase);
            return signers(store, passphrase);
        } catch (IOException | GeneralSecurityException e) {
            throw AuditErrors.keys(folder, e.toString(), e);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private static Signers signers(KeyStore store, char[] passphrase) throws GeneralSecurityException {
        return new Signers(signer(store, ECDSA, passphrase), signer(store, ED25519, passphrase));
    }

    private static AuditSigner signer(KeyStore store, String alias, char[] passphrase) throws GeneralSecurityException {
        Certificate certificate = store.getCertificate(alias);
        if (certificate == null || !(store.getKey(alias, passphrase) instanceof PrivateKey key)) {
            throw new UnrecoverableEntryException("there is no key \"" + alias + "\"");
        }
        return Signing.with(key, certificate.getPublicKey());
    }

    private static void put(KeyStore store, String alias, KeyPair pair, String scheme, Instant now, char[] passphrase)
            throws GeneralSecurityException, OperatorCreationException {
        X500Name name = new X500Name("CN=Ilura audit log " + alias);
        ContentSigner signer = new JcaContentSignerBuilder(scheme).build(pair.getPrivate());
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                new BigInteger(64, new SecureRandom()),
                                Date.from(now),
                                Date.from(now.plus(VALID)),
                                name,
                                pair.getPublic())
                        .build(signer));
        store.setKeyEntry(alias, pair.getPrivate(), passphrase, new Certificate[] {certificate});
    }

    private char[] newPassphrase() throws IOException {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        byte[] text = Base64.getUrlEncoder().withoutPadding().encode(random);
        PrivateFiles.replace(passphraseFile(), text);
        return new String(text, StandardCharsets.US_ASCII).toCharArray();
    }

    private char[] keptPassphrase() throws IOException {
        PrivateFiles.requirePrivate(passphraseFile());
        return Files.readString(passphraseFile(), StandardCharsets.US_ASCII)
                .trim()
                .toCharArray();
    }

    private Path file() {
        return folder.resolve("audit.p12");
    }

    private Path passphraseFile() {
        return folder.resolve("audit.passphrase");
    }
}
