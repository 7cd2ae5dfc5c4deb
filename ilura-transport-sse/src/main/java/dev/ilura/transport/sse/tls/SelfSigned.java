package dev.ilura.transport.sse.tls;

import dev.ilura.IluraException;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate that the gateway makes for itself: ECDSA P-256, for 30 days, renewed 10 days before its end. The key stays
 * the same when the certificate is renewed, so that clients which pinned it go on; whoever wants another key removes the
 * file.
 *
 * <p>Not thread-safe.
 */
public final class SelfSigned {
    /** How long a certificate is valid. */
    public static final Duration LIFE = Duration.ofDays(30);
    /** How long before its end it is renewed. */
    public static final Duration MARGIN = Duration.ofDays(10);

    /** Clocks of clients may be behind. */
    private static final Duration BACKDATE = Duration.ofMinutes(10);

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*");

    private final Path dir;
    private final List<String> names;
    private final TimeSource time;
    private final SecureRandom random = new SecureRandom();

    /**
     * Nothing is read or made yet.
     *
     * @param dir where key and certificate are kept; made with mode 0700 if it is missing
     * @param names host names and addresses that clients use
     */
    public SelfSigned(Path dir, List<String> names, TimeSource time) {
        this.dir = dir;
        this.names = List.copyOf(names);
        this.time = time;
    }

    /**
     * What is kept, made or renewed if need be.
     *
     * @throws IluraException ILR-HTTP-031 if the key can be read by others, ILR-HTTP-032 if the files are damaged,
     *     ILR-HTTP-033 if they cannot be written
     */
    public KeyAndCertificates current() {
        Path keyFile = dir.resolve("key.pem");
        Path certificateFile = dir.resolve("cert.pem");
        try {
            if (!Files.exists(keyFile)) {
                makeDirectory();
                KeyPair pair = newPair();
                KeyFiles.write(certificateFile, certificate(pair.getPrivate(), pair.getPublic()));
                KeyFiles.write(keyFile, pair.getPrivate()); // last: a key that is there has its certificate
            }
            KeyAndCertificates kept = KeyFiles.read(keyFile, certificateFile);
            if (!isDue(kept.certificate())) {
                return kept;
            }
            X509Certificate renewed = certificate(kept.key(), kept.certificate().getPublicKey());
            KeyFiles.write(certificateFile, renewed);
            return new KeyAndCertificates(kept.key(), List.of(renewed));
        } catch (IOException e) {
            throw new IluraException(
                    "ILR-HTTP-033",
                    "The certificate cannot be kept in " + dir + ": " + e.getMessage() + ".",
                    "Make the directory writable for the gateway.",
                    e);
        }
    }

    /** Whether it is time for a new certificate, or it lacks a name. */
    private boolean isDue(X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        return time.now().isAfter(end.minus(MARGIN))
                || !certificateNames(certificate).containsAll(names);
    }

    private static List<String> certificateNames(X509Certificate certificate) {
        try {
            return certificate.getSubjectAlternativeNames() == null
                    ? List.of()
                    : certificate.getSubjectAlternativeNames().stream()
                            .map(name -> spelled(String.valueOf(name.get(1))))
                            .toList();
        } catch (java.security.cert.CertificateParsingException e) {
            return List.of();
        }
    }

    /** The JDK writes an IPv6 address out. */
    private static String spelled(String name) {
        return name.equals("0:0:0:0:0:0:0:1") ? "::1" : name;
    }

    private void makeDirectory() throws IOException {
        if (!Files.isDirectory(dir)) {
            boolean posix = dir.getFileSystem().supportedFileAttributeViews().contains("posix");
            Path parent = dir.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            if (posix) {
                Files.createDirectory(
                        dir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectory(dir);
            }
        }
    }

    private KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private X509Certificate certificate(PrivateKey key, PublicKey publicKey) throws IOException {
        X500Name self = new X500Name("CN=ilura");
        Instant now = time.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                self,
                new BigInteger(120, random).setBit(0),
                Date.from(now.minus(BACKDATE)),
                Date.from(now.plus(LIFE)),
                self,
                publicKey);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(Extension.subjectAlternativeName, false, alternatives());
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("every JDK signs with P-256", e);
        }
    }

    private GeneralNames alternatives() {
        return new GeneralNames(names.stream()
                .map(name -> new GeneralName(
                        ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }
}
