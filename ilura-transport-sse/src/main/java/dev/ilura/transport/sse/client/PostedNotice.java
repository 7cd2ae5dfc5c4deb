package dev.ilura.transport.sse.client;

import dev.ilura.spi.Transport;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/** A notification, or an answer to a request of the server, which gets no answer of its own. */
final class PostedNotice implements HttpCall.Taker {
    private static final int NOT_FOUND = 404;

    private final RemoteConnection connection;
    private final byte[] frame;
    private final Transport.Sending about;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    PostedNotice(RemoteConnection connection, byte[] frame, Transport.Sending about) {
        this.connection = connection;
        this.frame = frame;
        this.about = about;
    }

    /** Complete when the server has taken it, or did not. */
    CompletableFuture<Void> done() {
        return done;
    }

    void start() {
        new HttpCall(this)
                .start(
                        connection.client(),
                        connection.post(connection.destination().url(), frame, about));
    }

    @Override
    public HttpCall.Body head(HttpResponse.ResponseInfo head) {
        if (head.statusCode() == NOT_FOUND && connection.hasSession()) {
            connection.sessionGone();
        } else if (head.statusCode() >= 300) {
            connection.deliveries().garbage(about.method() + " was answered with status " + head.statusCode());
        }
        return Bodies.beginning(0, nothing -> done.complete(null));
    }

    @Override
    public void failed(Throwable why) {
        connection
                .deliveries()
                .garbage(about.method() + " did not arrive: " + Losses.of(why).reason());
        done.complete(null);
    }
}
