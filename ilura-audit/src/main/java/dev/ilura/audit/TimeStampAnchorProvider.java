package dev.ilura.audit;

import dev.ilura.spi.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The anchor {@code timestamp}. Settings: {@code url}, {@code certificates} (a PEM file of authorities or their issuers),
 * {@code every} (at most one token in this time; an hour otherwise).
 */
public final class TimeStampAnchorProvider implements AnchorProvider {
    private static final Duration HOURLY = Duration.ofHours(1);

    /** For {@link java.util.ServiceLoader}. */
    public TimeStampAnchorProvider() {}

    @Override
    public String name() {
        return "timestamp";
    }

    @Override
    public Optional<Anchor> create(Settings settings) {
        Optional<URI> url = AnchorSettings.address(settings, "url");
        Duration every = settings.duration("every").orElse(HOURLY);
        Optional<Path> file = settings.path("certificates");
        if (file.isEmpty()) {
            settings.problem("certificates", "Nobody's time stamps are trusted.", "Write certificates = \"tsa.pem\".");
            return Optional.empty();
        }
        try {
            List<X509Certificate> trusted = certificates(file.get());
            return url.map(address -> Anchor.timeStamps(address, trusted, every));
        } catch (IOException | CertificateException | IllegalArgumentException e) {
            settings.problem(
                    "certificates", "The certificates cannot be read: " + e.getMessage() + ".", "Name a PEM file.");
            return Optional.empty();
        }
    }

    /** All certificates of a PEM file. */
    static List<X509Certificate> certificates(Path pem) throws IOException, CertificateException {
        List<X509Certificate> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(pem)) {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .forEach(certificate -> found.add((X509Certificate) certificate));
        }
        if (found.isEmpty()) {
            throw new CertificateException("there is none");
        }
        return found;
    }
}
