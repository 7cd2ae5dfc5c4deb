package dev.ilura.transport.sse;

import dev.ilura.IluraException;
import dev.ilura.Secret;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.front.FrontServer;
import dev.ilura.transport.sse.front.Gatekeeper;
import dev.ilura.transport.sse.tls.KeyPin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves clients over HTTP: Streamable HTTP of both eras at {@code /mcp}, HTTP+SSE of 2024-11-05 at {@code /sse}.
 *
 * <pre>{@code
 * gateway.serve(HttpFront.on("127.0.0.1", 7440).bearer("laptop", token));
 * }</pre>
 *
 * <p>Every request passes the same checks before it is read: the name in {@code Host} is one of the front's own (421), an
 * {@code Origin} is the front's own (403), the bearer token is one that was given to this front (401), the rate and the
 * sizes are within {@link FrontLimits}. A front that can be reached from other machines needs a token and TLS.
 *
 * <p>The methods that configure give a changed copy; a front serves once.
 */
public final class HttpFront implements McpFront {
    private static final int SHORTEST_TOKEN = 16;

    private final String host;
    private final int port;
    private final Map<String, Secret> bearers;
    private final Optional<FrontTls> tls;
    private final Set<String> hosts;
    private final boolean plainBehindProxy;
    private final FrontLimits limits;
    private final TimeSource time;
    private final Consumer<Listening> listening;

    private final AtomicBoolean serving = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable FrontServer server;

    private HttpFront(
            String host,
            int port,
            Map<String, Secret> bearers,
            Optional<FrontTls> tls,
            Set<String> hosts,
            boolean plainBehindProxy,
            FrontLimits limits,
            TimeSource time,
            Consumer<Listening> listening) {
        this.host = host;
        this.port = port;
        this.bearers = bearers;
        this.tls = tls;
        this.hosts = hosts;
        this.plainBehindProxy = plainBehindProxy;
        this.limits = limits;
        this.time = time;
        this.listening = listening;
    }

    /**
     * A front that listens once it is served.
     *
     * @param url of Streamable HTTP
     * @param pin the key that clients can pin, with TLS
     */
    public record Listening(URI url, Optional<KeyPin> pin) {
        /** Checks that both are there. */
        public Listening {
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(pin, "pin");
        }

        /** The port, also if any free one was asked for. */
        public int port() {
            return url.getPort();
        }
    }

    /**
     * A front at an address of this machine.
     *
     * @param host a name or address, without brackets; {@code 127.0.0.1} unless there is a reason
     * @param port 0 for any that is free
     * @throws IllegalArgumentException if the port is none
     */
    public static HttpFront on(String host, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is 0 to 65535: " + port);
        }
        return new HttpFront(
                Objects.requireNonNull(host, "host"),
                port,
                Map.of(),
                Optional.empty(),
                Set.of(),
                false,
                FrontLimits.DEFAULTS,
                TimeSource.system(),
                ready -> {});
    }

    /** Speaks TLS: 1.3, and 1.2 with clients that have no better. */
    public HttpFront tls(FrontTls keys) {
        return new HttpFront(host, port, bearers, Optional.of(keys), hosts, plainBehindProxy, limits, time, listening);
    }

    /** As {@link #bearer(String, Secret)}, for the only client. */
    public HttpFront bearer(Secret token) {
        return bearer("client", token);
    }

    /**
     * Admits a client that shows this token. A token is made for this front alone: it is accepted nowhere else in the
     * gateway and never sent to a server.
     *
     * @param name how records and policies know who has it, as {@code http:NAME}
     * @throws IllegalArgumentException if the token is shorter than 16 characters
     */
    public HttpFront bearer(String name, Secret token) {
        if (token.revealToItsOneUse().length() < SHORTEST_TOKEN) {
            throw new IllegalArgumentException("a token has at least " + SHORTEST_TOKEN + " characters");
        }
        Map<String, Secret> more = new LinkedHashMap<>(bearers);
        more.put(Objects.requireNonNull(name, "name"), token);
        return new HttpFront(host, port, more, tls, hosts, plainBehindProxy, limits, time, listening);
    }

    /** Names under which clients reach it besides its own address, as they stand in {@code Host}: with the port, if any. */
    public HttpFront hosts(String... authorities) {
        Set<String> more = new LinkedHashSet<>(hosts);
        more.addAll(List.of(authorities));
        return new HttpFront(host, port, bearers, tls, more, plainBehindProxy, limits, time, listening);
    }

    /** Other limits than {@link FrontLimits#DEFAULTS}. */
    public HttpFront limits(FrontLimits other) {
        return new HttpFront(host, port, bearers, tls, hosts, plainBehindProxy, other, time, listening);
    }

    /** Tells when requests are taken, and where. */
    public HttpFront whenListening(Consumer<Listening> told) {
        return new HttpFront(host, port, bearers, tls, hosts, plainBehindProxy, limits, time, told);
    }

    /**
     * Lets a front that other machines can reach speak without TLS, because a proxy in front of it does, on a network that
     * nobody else listens to.
     */
    public HttpFront insecurePlainHttpBehindProxy() {
        return new HttpFront(host, port, bearers, tls, hosts, true, limits, time, listening);
    }

    HttpFront time(TimeSource clock) {
        return new HttpFront(host, port, bearers, tls, hosts, plainBehindProxy, limits, clock, listening);
    }

    /**
     * @throws IllegalStateException if it serves or served already
     * @throws IluraException ILR-HTTP-030 if other machines can reach it and it has no token or no TLS
     */
    @Override
    public void serve(Sessions sessions) throws IOException {
        if (!serving.compareAndSet(false, true)) {
            throw new IllegalStateException("an HTTP front serves once");
        }
        requireSafe();
        FrontServer starting = new FrontServer(
                new FrontServer.Place(host, port, keyNames()),
                tls.map(keys -> () -> keys.current(keyNames(), time)),
                limits,
                time,
                sessions);
        int bound =
                starting.start(actual -> new Gatekeeper(authorities(actual), tls.isPresent(), bearers, limits, time));
        server = starting;
        if (ended.getCount() == 0) {
            starting.stop();
            return;
        }
        listening.accept(new Listening(url(bound), starting.pin()));
        awaitEnd();
        starting.stop();
    }

    private void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void requireSafe() {
        if (isLoopback()) {
            return;
        }
        if (bearers.isEmpty() || (tls.isEmpty() && !plainBehindProxy)) {
            throw new IluraException(
                    "ILR-HTTP-030",
                    "Other machines can reach " + host + ", and the front has no "
                            + (bearers.isEmpty() ? "token" : "TLS") + ".",
                    "Listen on 127.0.0.1, or give it a token and TLS.");
        }
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // binding will say so
        }
    }

    /** What stands in a certificate that is made for it. */
    private List<String> keyNames() {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        names.add(host);
        hosts.forEach(
                authority -> names.add(authority.replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "")));
        names.remove("0.0.0.0");
        names.remove("::");
        return new ArrayList<>(names);
    }

    private Set<String> authorities(int bound) {
        Set<String> all = new LinkedHashSet<>(hosts);
        Set<String> own = new LinkedHashSet<>();
        own.add(bracketed(host));
        if (isLoopback()) {
            own.addAll(List.of("localhost", "127.0.0.1", "[::1]"));
        }
        int standard = tls.isPresent() ? 443 : 80;
        for (String name : own) {
            all.add(name + ":" + bound);
            if (bound == standard) {
                all.add(name);
            }
        }
        return all;
    }

    private URI url(int bound) {
        return URI.create((tls.isPresent() ? "https://" : "http://") + bracketed(host) + ":" + bound + "/mcp");
    }

    private static String bracketed(String name) {
        return name.contains(":") ? "[" + name + "]" : name;
    }

    @Override
    public void close() {
        ended.countDown();
        FrontServer running = server;
        if (running != null) {
            running.stop();
        }
    }
}
