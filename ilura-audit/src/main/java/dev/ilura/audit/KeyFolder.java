package dev.ilura.audit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.UnrecoverableEntryException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
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
    private static final String NEXT = "next-";
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
        if (given.isEmpty()) {
            newPassphrase();
        }
        return with("they cannot be made", passphrase -> {
            PrivateFiles.directory(folder);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            put(store, ECDSA, Signing.newP256(), now, passphrase);
            put(store, ED25519, Signing.newEd25519(), now, passphrase);
            save(store, passphrase);
            return signers(store, "", passphrase);
        });
    }

    /** The keys in the file: those in force, and behind them the next ones if a rotation was under way. */
    List<Signers> load() {
        return with("they cannot be read", passphrase -> {
            KeyStore store = open(passphrase);
            List<Signers> loaded = new ArrayList<>();
            loaded.add(signers(store, "", passphrase));
            if (store.containsAlias(NEXT + ECDSA)) {
                loaded.add(signers(store, NEXT, passphrase));
            }
            return loaded;
        });
    }

    /**
     * Makes the next keys and keeps them in the file beside those in force.
     *
     * @param both whether the Ed25519 key changes too
     */
    Signers prepare(Instant now, boolean both) {
        return with("the next ones cannot be made", passphrase -> {
            KeyStore store = open(passphrase);
            drop(store);
            put(store, NEXT + ECDSA, Signing.newP256(), now, passphrase);
            if (both) {
                put(store, NEXT + ED25519, Signing.newEd25519(), now, passphrase);
            }
            save(store, passphrase);
            return signers(store, NEXT, passphrase);
        });
    }

    /** Puts the next keys in the place of those that were in force, which are gone then. */
    void promote() {
        with("the old ones cannot be destroyed", passphrase -> {
            KeyStore store = open(passphrase);
            for (String alias : List.of(ECDSA, ED25519)) {
                if (store.containsAlias(NEXT + alias)) {
                    Key key = store.getKey(NEXT + alias, passphrase);
                    store.setKeyEntry(alias, key, passphrase, store.getCertificateChain(NEXT + alias));
                }
            }
            drop(store);
            save(store, passphrase);
            return true;
        });
    }

    /** Forgets next keys that never came into force. */
    void abandon() {
        with("the next ones cannot be dropped", passphrase -> {
            KeyStore store = open(passphrase);
            drop(store);
            save(store, passphrase);
            return true;
        });
    }

    private static void drop(KeyStore store) throws GeneralSecurityException {
        for (String alias : List.of(NEXT + ECDSA, NEXT + ED25519)) {
            if (store.containsAlias(alias)) {
                store.deleteEntry(alias);
            }
        }
    }

    private interface Work<T> {
        T with(char[] passphrase) throws IOException, GeneralSecurityException;
    }

    private <T> T with(String failure, Work<T> work) {
        char[] passphrase = {};
        try {
            passphrase = given.isPresent() ? given.get().reveal() : keptPassphrase();
            return work.with(passphrase);
        } catch (IOException | GeneralSecurityException e) {
            throw AuditErrors.keys(folder, failure + ", " + e, e);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private KeyStore open(char[] passphrase) throws IOException, GeneralSecurityException {
        PrivateFiles.requirePrivate(file());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(Files.readAllBytes(file())), passphrase);
        return store;
    }

    /** Replaces the file and then overwrites the old one, which nobody can name any more: it may hold a key that must go. */
    private void save(KeyStore store, char[] passphrase) throws IOException, GeneralSecurityException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, passphrase);
        try (FileChannel old = PrivateFiles.open(file())) {
            PrivateFiles.replace(file(), bytes.toByteArray());
            PrivateFiles.writeFully(old, ByteBuffer.allocate((int) old.size()), 0);
            old.force(true);
        }
    }

    private static Signers signers(KeyStore store, String prefix, char[] passphrase) throws GeneralSecurityException {
        String ed25519 = store.containsAlias(prefix + ED25519) ? prefix + ED25519 : ED25519;
        return new Signers(signer(store, prefix + ECDSA, passphrase), signer(store, ed25519, passphrase));
    }

    /** A key that has a certificate. */
    static AuditSigner signer(KeyStore store, String alias, char[] passphrase) throws GeneralSecurityException {
        Certificate certificate = store.getCertificate(alias);
        if (certificate == null || !(store.getKey(alias, passphrase) instanceof PrivateKey key)) {
            throw new UnrecoverableEntryException("there is no key \"" + alias + "\"");
        }
        return Signing.with(key, certificate.getPublicKey());
    }

    private static void put(KeyStore store, String alias, KeyPair pair, Instant now, char[] passphrase)
            throws GeneralSecurityException {
        String scheme = alias.endsWith(ED25519) ? "Ed25519" : "SHA256withECDSA";
        try {
            store.setKeyEntry(
                    alias, pair.getPrivate(), passphrase, new Certificate[] {certificate(alias, pair, scheme, now)});
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    static X509Certificate certificate(String alias, KeyPair pair, String scheme, Instant now)
            throws GeneralSecurityException, OperatorCreationException {
        X500Name name = new X500Name("CN=Ilura audit log " + alias);
        ContentSigner signer = new JcaContentSignerBuilder(scheme).build(pair.getPrivate());
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                new BigInteger(64, new SecureRandom()),
                                Date.from(now),
                                Date.from(now.plus(VALID)),
                                name,
                                pair.getPublic())
                        .build(signer));
    }

    private void newPassphrase() {
        try {
            PrivateFiles.directory(folder);
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            PrivateFiles.replace(
                    passphraseFile(), Base64.getUrlEncoder().withoutPadding().encode(random));
        } catch (IOException e) {
            throw AuditErrors.keys(folder, "their passphrase cannot be made, " + e, e);
        }
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
