package dev.ilura.transport.sse;

import dev.ilura.IluraException;
import dev.ilura.Secret;
import dev.ilura.ServerSpec;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import dev.ilura.transport.sse.client.Destination;
import dev.ilura.transport.sse.client.RemoteTransport;
import dev.ilura.transport.sse.tls.KeyPin;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An MCP server at an address: Streamable HTTP of either era, which is found out, or HTTP+SSE of 2024-11-05. Immutable:
 * every method gives a changed copy.
 *
 * <pre>{@code
 * RemoteServer.named("tickets").url("https://mcp.example.com/mcp").header("Authorization", Secret.of("Bearer ..."))
 * }</pre>
 *
 * <p>What is sent to it beside the protocol are these headers and nothing else: no cookie, no proxy, no token of whoever
 * calls the gateway. Redirects are not followed. The address is the operator's own choice, so addresses in private
 * networks are as good as others.
 */
public final class RemoteServer implements ServerSpec {
    /** The largest message a server may send unless said otherwise, in bytes: 16 MiB. */
    public static final int DEFAULT_MESSAGE_LIMIT = 16 << 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]+([-_][A-Za-z0-9]+)*");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    /** What the transport says itself, or what would change how the message is framed. */
    private static final Set<String> OWN_HEADERS = Set.of(
            "host",
            "connection",
            "content-length",
            "content-type",
            "transfer-encoding",
            "expect",
            "upgrade",
            "accept",
            "origin",
            "last-event-id",
            "mcp-session-id",
            "mcp-protocol-version",
            "mcp-method",
            "mcp-name");

    private final String name;
    private final Optional<Destination> destination;
    private final PinMode pins;
    private final List<Path> roots;

    private RemoteServer(String name, Optional<Destination> destination, PinMode pins, List<Path> roots) {
        this.name = name;
        this.destination = destination;
        this.pins = pins;
        this.roots = roots;
    }

    /**
     * A server without an address yet.
     *
     * @param name letters and digits with single {@code -} or {@code _} between them, at most 32
     * @throws IllegalArgumentException if it is not
     */
    public static RemoteServer named(String name) {
        if (name.length() > 32 || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a server name is letters and digits with single - or _ between them, at most 32: " + name);
        }
        return new RemoteServer(name, Optional.empty(), PinMode.FIRST_USE, List.of());
    }

    /** As {@link #url(URI)}. */
    public RemoteServer url(String url) {
        return url(URI.create(url));
    }

    /**
     * Where it is.
     *
     * @throws IllegalArgumentException if it is no http or https address, or holds a user name, or a fragment
     */
    public RemoteServer url(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
            throw new IllegalArgumentException("an address is http://HOST or https://HOST with a path");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("an address has no user name and no fragment; use a header");
        }
        return with(destination
                .map(known -> known.at(url))
                .orElseGet(() -> new Destination(
                        url, false, Map.of(), Optional.empty(), DEFAULT_MESSAGE_LIMIT, Duration.ofSeconds(10))));
    }

    /** The server speaks HTTP+SSE of 2024-11-05; without this it is found out. */
    public RemoteServer legacySse() {
        return with(reached().legacy());
    }

    /** Adds a header that goes with every request. */
    public RemoteServer header(String header, Secret value) {
        return headers(Map.of(header, value));
    }

    /**
     * Adds headers that go with every request.
     *
     * @throws IllegalArgumentException if one is no header, or one that the transport says itself
     */
    public RemoteServer headers(Map<String, Secret> headers) {
        Map<String, Secret> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(reached().headers());
        headers.forEach((header, value) -> {
            String lower = header.toLowerCase(Locale.ROOT);
            if (!TOKEN.matcher(header).matches() || OWN_HEADERS.contains(lower) || lower.startsWith("mcp-param-")) {
                throw new IllegalArgumentException("this header cannot be set: " + header);
            }
            // The attack: a line break in a secret begins a header of somebody else.
            if (value.revealToItsOneUse().chars().anyMatch(c -> (c < ' ' && c != '\t') || c > '~')) {
                throw new IllegalArgumentException("the value of " + header + " is not printable ASCII");
            }
            all.put(header, value);
        });
        return with(reached().headed(all));
    }

    /** Accepts only a server with this key, whatever its certificate says; see {@link KeyPin}. */
    public RemoteServer tlsPin(KeyPin pin) {
        return with(reached().pinned(pin));
    }

    /**
     * The largest message it may send.
     *
     * @throws IllegalArgumentException below 1 KiB or above 1 GiB
     */
    public RemoteServer messageLimit(int bytes) {
        if (bytes < 1024 || bytes > 1 << 30) {
            throw new IllegalArgumentException("a message limit is 1 KiB to 1 GiB: " + bytes);
        }
        return with(reached().limited(bytes));
    }

    /**
     * How long a connection to it may take.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public RemoteServer connectTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout is positive: " + timeout);
        }
        return with(reached().connecting(timeout));
    }

    /** How the first sight of a tool is treated. */
    public RemoteServer pins(PinMode mode) {
        return new RemoteServer(name, destination, java.util.Objects.requireNonNull(mode, "mode"), roots);
    }

    /**
     * Directories that its path arguments may name, on the server's own machine.
     *
     * @throws IllegalArgumentException if one is not absolute
     */
    public RemoteServer roots(List<Path> directories) {
        directories.stream().filter(root -> !root.isAbsolute()).findFirst().ifPresent(root -> {
            throw new IllegalArgumentException("a root is absolute: " + root);
        });
        return new RemoteServer(
                name,
                destination,
                pins,
                directories.stream().map(Path::normalize).toList());
    }

    private Destination reached() {
        return destination.orElseThrow(() -> new IllegalStateException("call url(...) first"));
    }

    private RemoteServer with(Destination changed) {
        return new RemoteServer(name, Optional.of(changed), pins, roots);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Path> roots() {
        return roots;
    }

    @Override
    public PinMode pins() {
        return pins;
    }

    /**
     * The way to it.
     *
     * @throws IluraException ILR-HTTP-011 if it has no address, or a pin and no TLS
     */
    @Override
    public Transport transport() {
        Destination there = destination.orElseThrow(() -> new IluraException(
                "ILR-HTTP-011",
                "The server \"" + name + "\" has no address.",
                "Call url(...) on it, or set url in servers." + name + "."));
        if (there.pin().isPresent() && !there.isTls()) {
            throw new IluraException(
                    "ILR-HTTP-011",
                    "The server \"" + name + "\" has a pinned key and an address without TLS.",
                    "Write https, or leave tls_pin out.");
        }
        return new RemoteTransport(name, there, TimeSource.system());
    }

    /** Where it is; empty before {@link #url(URI)}. */
    public Optional<URI> url() {
        return destination.map(Destination::url);
    }

    /** Whether a value is among those that are sent to it; for checks that no secret serves two purposes. */
    public boolean sends(Secret secret) {
        return destination.stream()
                .flatMap(there -> there.headers().values().stream())
                .anyMatch(value -> value.revealToItsOneUse().contains(secret.revealToItsOneUse()));
    }

    @Override
    public String toString() {
        return "RemoteServer[" + name + "]";
    }
}
