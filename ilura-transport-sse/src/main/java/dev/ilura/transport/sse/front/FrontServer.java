package dev.ilura.transport.sse.front;

import dev.ilura.IluraException;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.FrontLimits;
import dev.ilura.transport.sse.tls.KeyAndCertificates;
import dev.ilura.transport.sse.tls.KeyPin;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server under a front. Started once. */
public final class FrontServer {
    private static final Logger LOG = LoggerFactory.getLogger(FrontServer.class);
    private static final int MOST_THREADS = 64;
    private static final int HEADER_BYTES = 16 << 10;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration RENEWAL_CHECK = Duration.ofHours(6);

    private final Place place;
    private final Optional<Supplier<KeyAndCertificates>> keys;
    private final FrontLimits limits;
    private final TimeSource time;
    private final HttpSessions sessions;
    private final KeepAlive keepAlive;
    private final Server server;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private SslContextFactory.@Nullable Server tls;
    private volatile @Nullable KeyAndCertificates shown;
    private volatile TimeSource.@Nullable Timer renewal;

    /**
     * Where it listens.
     *
     * @param names for its certificate
     */
    public record Place(String host, int port, List<String> names) {
        public Place {
            names = List.copyOf(names);
        }
    }

    /** @param keys gives what is valid now; empty without TLS */
    public FrontServer(
            Place place,
            Optional<Supplier<KeyAndCertificates>> keys,
            FrontLimits limits,
            TimeSource time,
            McpFront.Sessions gate) {
        this.place = place;
        this.keys = keys;
        this.limits = limits;
        this.time = time;
        this.sessions = new HttpSessions(gate, limits, time);
        this.keepAlive = new KeepAlive(time);
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 4);
        threads.setName("ilura-http");
        threads.setDaemon(true);
        this.server = new Server(threads);
    }

    /**
     * Takes requests from here on.
     *
     * @param gatekeeper for the port that was bound
     * @return the port
     */
    public int start(IntFunction<Gatekeeper> gatekeeper) throws IOException {
        ServerConnector connector = connector();
        try {
            connector.open();
        } catch (IOException e) {
            throw new IluraException(
                    "ILR-HTTP-034",
                    "Nothing can listen on " + place.host() + ":" + place.port() + ": " + e.getMessage() + ".",
                    "Choose another port, or end what uses this one.",
                    e);
        }
        int port = connector.getLocalPort();
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
        server.setHandler(new FrontHandler(
                gatekeeper.apply(port),
                new StreamableEndpoint(sessions, limits, time, keepAlive),
                new LegacyEndpoint(sessions, limits, keepAlive),
                limits));
        try {
            server.start();
        } catch (Exception e) {
            stop();
            throw new IOException("the HTTP server does not start: " + e.getMessage(), e);
        }
        sessions.start();
        keepAlive.start();
        return port;
    }

    private ServerConnector connector() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setHttpCompliance(HttpCompliance.RFC9110);
        http.setUriCompliance(UriCompliance.RFC3986);
        http.setRelativeRedirectAllowed(false);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector = keys.map(source ->
                        new ServerConnector(server, 1, 1, new SslConnectionFactory(tls(source), "http/1.1"), plain))
                .orElseGet(() -> new ServerConnector(server, 1, 1, plain));
        connector.setHost(place.host());
        connector.setPort(place.port());
        connector.setIdleTimeout(IDLE.toMillis());
        // Without it a small event waits for the acknowledgement of the one before: 40 ms.
        connector.setAcceptedTcpNoDelay(true);
        connector.setAcceptQueueSize(1024);
        return connector;
    }

    private SslContextFactory.Server tls(Supplier<KeyAndCertificates> source) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        show(factory, source.get());
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        // of 1.2 only what has forward secrecy and authenticated encryption; 1.3 has nothing else
        factory.setIncludeCipherSuites(
                "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*");
        factory.setSniRequired(false);
        factory.setRenegotiationAllowed(false);
        tls = factory;
        renewal = time.after(RENEWAL_CHECK, () -> renew(source));
        return factory;
    }

    private void show(SslContextFactory.Server factory, KeyAndCertificates own) {
        factory.setKeyStore(own.keyStore());
        factory.setKeyStorePassword("");
        factory.setKeyManagerPassword("");
        shown = own;
    }

    private void renew(Supplier<KeyAndCertificates> source) {
        SslContextFactory.Server factory = tls;
        try {
            KeyAndCertificates now = source.get();
            KeyAndCertificates before = shown;
            if (factory != null && before != null && !now.certificate().equals(before.certificate())) {
                factory.reload(changing -> show((SslContextFactory.Server) changing, now));
                LOG.info("the certificate of the HTTP front was renewed; its key is {}", now.pin());
            }
        } catch (Exception e) {
            LOG.error("the certificate of the HTTP front cannot be renewed: {}", e.getMessage());
        }
        if (!stopped.get()) {
            renewal = time.after(RENEWAL_CHECK, () -> renew(source));
        }
    }

    /** The key that is shown. */
    public Optional<KeyPin> pin() {
        return Optional.ofNullable(shown).map(KeyAndCertificates::pin);
    }

    /** Ends every stream, every session and the server. Idempotent. */
    public void stop() {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        TimeSource.Timer timer = renewal;
        if (timer != null) {
            timer.cancel();
        }
        keepAlive.stop();
        sessions.close();
        try {
            server.setStopTimeout(0);
            server.stop();
        } catch (Exception e) {
            LOG.debug("the HTTP server did not stop in good order: {}", e.getMessage());
        }
    }
}
