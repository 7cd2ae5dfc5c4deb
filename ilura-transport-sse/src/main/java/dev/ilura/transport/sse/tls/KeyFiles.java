package dev.ilura.transport.sse.tls;

import dev.ilura.IluraException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** A private key and its certificates as PEM files. */
final class KeyFiles {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final long LARGEST = 1 << 20;

    private KeyFiles() {}

    /**
     * Reads both.
     *
     * @throws IluraException ILR-HTTP-031 if the key can be read by others, ILR-HTTP-032 if a file is missing, damaged, or
     *     does not belong to the other
     */
    static KeyAndCertificates read(Path key, Path certificates) {
        refuseLoose(key);
        List<X509Certificate> chain = new ArrayList<>();
        Optional<PrivateKey> found = Optional.empty();
        try {
            for (Object entry : entries(certificates)) {
                if (entry instanceof X509CertificateHolder holder) {
                    chain.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
            for (Object entry : entries(key)) {
                found = found.or(() -> keyIn(entry));
            }
        } catch (IOException | CertificateException | IllegalArgumentException e) {
            throw unusable(key, certificates, String.valueOf(e.getMessage()), e);
        }
        PrivateKey privateKey =
                found.orElseThrow(() -> unusable(key, certificates, "there is no unencrypted private key", null));
        if (chain.isEmpty()) {
            throw unusable(key, certificates, "there is no certificate", null);
        }
        KeyAndCertificates read = new KeyAndCertificates(privateKey, chain);
        if (!read.belongTogether()) {
            throw unusable(key, certificates, "the certificate is not of this key", null);
        }
        return read;
    }

    private static List<Object> entries(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " is larger than " + LARGEST + " bytes");
        }
        List<Object> entries = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
                PEMParser parser = new PEMParser(reader)) {
            for (Object entry = parser.readObject(); entry != null; entry = parser.readObject()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static Optional<PrivateKey> keyIn(Object entry) {
        try {
            if (entry instanceof PrivateKeyInfo info) {
                return Optional.of(new JcaPEMKeyConverter().getPrivateKey(info));
            }
            return entry instanceof PEMKeyPair pair
                    ? Optional.of(new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The attack: another user of the machine takes the key and answers in the gateway's name. */
    private static void refuseLoose(Path key) {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(key);
        } catch (UnsupportedOperationException noPosix) {
            return;
        } catch (IOException e) {
            throw new IluraException(
                    "ILR-HTTP-032", "The key " + key + " cannot be read.", "Name the file of the private key.", e);
        }
        if (!OWNER_ONLY.containsAll(permissions)) {
            throw new IluraException(
                    "ILR-HTTP-031", "The key " + key + " can be read by others.", "Run chmod 600 on it.");
        }
    }

    private static IluraException unusable(
            Path key, Path certificates, String why, @org.jspecify.annotations.Nullable Exception cause) {
        return new IluraException(
                "ILR-HTTP-032",
                "The key " + key + " and the certificate " + certificates + " are of no use: " + why + ".",
                "Write both as PEM, the key unencrypted and readable by nobody else.",
                cause);
    }

    /** Writes a new file that only its owner can read from its first byte on, and moves it into its place. */
    static void write(Path file, Object pem) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(pem instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : pem);
        }
        Path parent = file.toAbsolutePath().getParent();
        Path fresh = Files.createTempFile(parent, ".fresh", ".pem", ownerOnly());
        Files.writeString(fresh, text.toString(), StandardCharsets.US_ASCII);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static FileAttribute<?>[] ownerOnly() {
        boolean posix = java.nio.file.FileSystems.getDefault()
                .supportedFileAttributeViews()
                .contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }
}
