package dev.ilura.transport.sse.client;

import dev.ilura.spi.StartRequest;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import dev.ilura.transport.sse.tls.KeyPin;
import dev.ilura.transport.sse.tls.PinnedTrust;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLParameters;

/**
 * The way to one server over HTTP. One HTTP client, and so one pool of connections, serves all its sessions.
 *
 * <p>HTTP/1.1 only: the servers of the field speak it all, a stream that is closed is a connection that is closed, and
 * no upgrade is offered that a server could stumble over.
 */
public final class RemoteTransport implements Transport {
    private final String server;
    private final Destination destination;
    private final TimeSource time;
    private final HttpClient client;

    public RemoteTransport(String server, Destination destination, TimeSource time) {
        this.server = server;
        this.destination = destination;
        this.time = time;
        this.client = client(destination, time);
    }

    private static HttpClient client(Destination destination, TimeSource time) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(destination.connectTimeout());
        if (destination.isTls()) {
            SSLParameters tls = new SSLParameters();
            tls.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            builder.sslParameters(tls);
            destination.pin().ifPresent(pin -> builder.sslContext(PinnedTrust.context(pin, time)));
        }
        return builder.build();
    }

    @Override
    public Connection open(Receiver receiver, StartGate gate) throws IOException {
        gate.admit(request());
        RemoteConnection connection = new RemoteConnection(server, destination, client, time, receiver);
        if (destination.sse()) {
            connection.openLegacy();
        }
        return connection;
    }

    @Override
    public boolean handshakeOnly() {
        return destination.sse();
    }

    private StartRequest request() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("transport", destination.sse() ? "sse" : "http");
        facts.put("url", destination.shown().replaceAll("[^\\x20-\\x7e]", "?"));
        facts.put(
                "tls",
                destination.isTls()
                        ? destination.pin().map(KeyPin::toString).orElse("authorities of the JDK")
                        : "none");
        String headers = destination.headers().isEmpty()
                ? ""
                : ", with the headers "
                        + String.join(", ", destination.headers().keySet());
        return new StartRequest(
                destination.identity(), "connect to " + destination.shown() + headers, Optional.empty(), facts);
    }
}
