package dev.ilura.transport.sse.client;

import dev.ilura.Secret;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonWriter;
import dev.ilura.transport.sse.tls.KeyPin;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a server is and how it is spoken to.
 *
 * @param sse whether it speaks HTTP+SSE of 2024-11-05
 * @param headers go with every request
 * @param pin the only key that is accepted
 * @param messageLimit in bytes
 * @param connectTimeout for the connection alone
 */
public record Destination(
        URI url,
        boolean sse,
        Map<String, Secret> headers,
        Optional<KeyPin> pin,
        int messageLimit,
        Duration connectTimeout) {

    public Destination {
        Map<String, Secret> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = Collections.unmodifiableMap(copy);
    }

    public Destination at(URI other) {
        return new Destination(other, sse, headers, pin, messageLimit, connectTimeout);
    }

    public Destination legacy() {
        return new Destination(url, true, headers, pin, messageLimit, connectTimeout);
    }

    public Destination headed(Map<String, Secret> all) {
        return new Destination(url, sse, all, pin, messageLimit, connectTimeout);
    }

    public Destination pinned(KeyPin key) {
        return new Destination(url, sse, headers, Optional.of(key), messageLimit, connectTimeout);
    }

    public Destination limited(int bytes) {
        return new Destination(url, sse, headers, pin, bytes, connectTimeout);
    }

    public Destination connecting(Duration timeout) {
        return new Destination(url, sse, headers, pin, messageLimit, timeout);
    }

    public boolean isTls() {
        return url.getScheme().equalsIgnoreCase("https");
    }

    /** The address for people: a query may hold what is not for them. */
    String shown() {
        String query = url.getRawQuery() == null ? "" : "?...";
        return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath() + query;
    }

    /** Digest (hex) over the address, the transport, the pin and the names of the headers. */
    String identity() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("url", url.toString());
        facts.put("transport", sse ? "sse" : "http");
        facts.put("tls_pin", pin.map(KeyPin::toString).orElse(""));
        facts.put("headers", new ArrayList<>(headers.keySet()));
        return Digests.sha256Hex(JsonWriter.write(facts));
    }

    /** Scheme, host and port. */
    String origin() {
        return (url.getScheme() + "://" + url.getHost()).toLowerCase(Locale.ROOT) + ":" + port(url);
    }

    /** Whether another address leads to the same scheme, host and port. */
    boolean sameOrigin(URI other) {
        return url.getScheme().equalsIgnoreCase(String.valueOf(other.getScheme()))
                && url.getHost().equalsIgnoreCase(String.valueOf(other.getHost()))
                && port(url) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
