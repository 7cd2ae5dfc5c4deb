package dev.ilura.transport.sse;

import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.tls.KeyAndCertificates;
import dev.ilura.transport.sse.tls.SelfSigned;
import java.nio.file.Path;
import java.util.List;

/** Where an HTTP front has its key and certificate from. */
public final class FrontTls {
    private final Source source;

    private FrontTls(Source source) {
        this.source = source;
    }

    /** Gives what is valid now. */
    @FunctionalInterface
    interface Source {
        KeyAndCertificates current(List<String> names, TimeSource time);
    }

    /**
     * A certificate that the gateway makes for itself and renews; clients pin its key.
     *
     * @param dir where {@code key.pem} and {@code cert.pem} are kept
     */
    public static FrontTls selfSigned(Path dir) {
        return new FrontTls((names, time) -> new SelfSigned(dir, names, time).current());
    }

    /**
     * The operator's own. Read again when it is renewed.
     *
     * @param certificates PEM, the front's own first
     * @param key PEM, unencrypted, readable by its owner only
     */
    public static FrontTls files(Path certificates, Path key) {
        return new FrontTls((names, time) -> KeyAndCertificates.read(key, certificates));
    }

    /**
     * What is valid now.
     *
     * @param names what clients call the front
     * @throws dev.ilura.IluraException if it cannot be read or made
     */
    KeyAndCertificates current(List<String> names, TimeSource time) {
        return source.current(names, time);
    }
}
