package dev.ilura.transport.sse.client;

import dev.ilura.spi.Transport;
import dev.ilura.text.VisibleText;
import dev.ilura.transport.sse.event.EventLimits;
import dev.ilura.transport.sse.event.EventReader;
import dev.ilura.transport.sse.event.ServerEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * HTTP+SSE of 2024-11-05: one GET stream on which everything comes back, and an address that the server names on it, to which
 * everything is posted.
 */
final class LegacyChannel implements HttpCall.Taker {
    private static final String DISCOVER = "server/discover";

    private final RemoteConnection connection;
    private final CompletableFuture<URI> endpoint = new CompletableFuture<>();
    private final HttpCall stream = new HttpCall(this);

    LegacyChannel(RemoteConnection connection) {
        this.connection = connection;
    }

    /** A server that does not speak this way. */
    static final class NoChannelException extends IOException {
        private static final long serialVersionUID = 1L;

        NoChannelException(String message) {
            super("ILR-HTTP-010 " + message);
        }
    }

    /** Opens the stream; the future has the address to post to, or fails. */
    CompletableFuture<URI> start() {
        HttpRequest request = connection
                .builder(connection.destination().url())
                .GET()
                .header("Accept", "text/event-stream")
                .build();
        stream.start(connection.client(), request);
        return endpoint;
    }

    void close() {
        endpoint.completeExceptionally(new NoChannelException("closed"));
        stream.cancel();
    }

    @Override
    public HttpCall.Body head(HttpResponse.ResponseInfo head) {
        if (head.statusCode() != 200 || !Bodies.mediaType(head).equals("text/event-stream")) {
            endpoint.completeExceptionally(
                    new NoChannelException("the server opens no event stream (status " + head.statusCode() + ")"));
            return Bodies.beginning(0, nothing -> {});
        }
        EventReader reader = new EventReader(
                EventLimits.ofOpenStream(connection.destination().messageLimit()), this::event);
        return Bodies.events(reader, () -> ended("the server closed its stream"));
    }

    private void event(ServerEvent event) {
        if (event.type().equals("endpoint")) {
            endpointNamed(new String(event.data(), StandardCharsets.UTF_8));
        } else if (event.type().equals(ServerEvent.MESSAGE) && event.data().length > 0) {
            connection.deliveries().frame(event.data());
        }
    }

    /** The attack: a server that names an address of somebody else would have our credentials posted there. */
    private void endpointNamed(String text) {
        try {
            URI named = connection.destination().url().resolve(text.strip());
            if (named.getRawUserInfo() == null && connection.destination().sameOrigin(named)) {
                endpoint.complete(named);
                return;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // said below
        }
        endpoint.completeExceptionally(new NoChannelException(
                "the server names an endpoint that is not its own: " + VisibleText.oneLine(shortened(text))));
    }

    void post(byte[] frame, Transport.Sending about) {
        if (about.method().equals(DISCOVER) && about.request().isPresent()) {
            // a server of 2024-11-05 cannot know it, and some never answer what they do not know
            connection
                    .deliveries()
                    .lost(
                            about.request().getAsLong(),
                            new Transport.Loss(true, "ILR-HTTP-002", "the server speaks HTTP+SSE of 2024-11-05"));
            return;
        }
        endpoint.thenAccept(address -> new HttpCall(new Posted(about.request()))
                .start(connection.client(), connection.post(address, frame, about)));
    }

    private void ended(String why) {
        endpoint.completeExceptionally(new NoChannelException(why));
        connection.gone("ILR-HTTP-005", "The stream of the session ended: " + why + ".");
    }

    @Override
    public void failed(Throwable why) {
        Transport.Loss loss = Losses.of(why);
        boolean waiting = endpoint.completeExceptionally(new NoChannelException(loss.reason()));
        if (!waiting) {
            connection.gone(loss.code(), "The stream of the session ended: " + loss.reason() + ".");
        }
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }

    /** One posted message; its answer comes on the stream. */
    private final class Posted implements HttpCall.Taker {
        private final OptionalLong request;

        Posted(OptionalLong request) {
            this.request = request;
        }

        @Override
        public HttpCall.Body head(HttpResponse.ResponseInfo head) {
            return Bodies.beginning(1024, body -> {
                if (head.statusCode() >= 300 && request.isPresent()) {
                    Transport.Loss loss = Losses.of(head, new String(body, StandardCharsets.UTF_8));
                    connection.deliveries().lost(request.getAsLong(), loss);
                }
            });
        }

        @Override
        public void failed(Throwable why) {
            request.ifPresent(id -> connection.deliveries().lost(id, Losses.of(why)));
        }
    }
}
