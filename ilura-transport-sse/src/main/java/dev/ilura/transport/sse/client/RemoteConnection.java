package dev.ilura.transport.sse.client;

import dev.ilura.json.JsonValue;
import dev.ilura.spi.Envelope;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.RefusedFrameException;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One session at a server, or with a server of 2026-07-28 all requests to it: a POST for every message, and in the handshake
 * era a GET stream for what the server says unasked.
 */
final class RemoteConnection implements Transport.Connection {
    private static final int MAX_OPEN_REQUESTS = 10_000;
    private static final Duration ORDER_LIMIT = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    /** How long an answer that nobody waits for any more may keep a connection busy. */
    private static final Duration ABANDONED = Duration.ofSeconds(30);

    private final String server;
    private final Destination destination;
    private final HttpClient client;
    private final TimeSource time;
    private final Deliveries deliveries;
    private final Map<Long, PostedRequest> open = new ConcurrentHashMap<>();
    /** A request starts when this is complete: after {@code initialized} was taken, not beside it. */
    private volatile CompletableFuture<?> turn = CompletableFuture.completedFuture(null);

    private volatile Optional<String> session = Optional.empty();
    private volatile String revision = "";
    private volatile @Nullable LegacyChannel legacy;
    private volatile @Nullable StandaloneStream standalone;
    private volatile boolean closed;

    RemoteConnection(
            String server, Destination destination, HttpClient client, TimeSource time, Transport.Receiver receiver) {
        this.server = server;
        this.destination = destination;
        this.client = client;
        this.time = time;
        this.deliveries = new Deliveries(receiver);
    }

    /** Connects to a server that is known to speak HTTP+SSE, and waits until it says where to post. */
    void openLegacy() throws IOException {
        LegacyChannel channel = new LegacyChannel(this);
        legacy = channel;
        CompletableFuture<URI> ready = channel.start();
        try {
            ready.get(destination.connectTimeout().multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            channel.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    cause instanceof LegacyChannel.NoChannelException
                            ? cause.getMessage()
                            : "ILR-HTTP-010 the server named no endpoint in time",
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            channel.close();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public String identity() {
        return destination.identity();
    }

    @Override
    public void send(byte[] frame) throws IOException {
        try {
            Envelope envelope = Envelope.read(frame, McpFront.Headers.none());
            boolean request = envelope.kind() == Envelope.Kind.REQUEST;
            Optional<Long> id = request ? envelope.id().flatMap(JsonValue::integer) : Optional.empty();
            send(
                    frame,
                    new Transport.Sending(
                            Optional.of(revision).filter(known -> !known.isEmpty()),
                            envelope.method(),
                            id.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                            Optional.empty(),
                            Map.of()));
        } catch (RefusedFrameException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void send(byte[] frame, Transport.Sending about) throws IOException {
        if (closed) {
            throw new IOException("the connection is closed");
        }
        LegacyChannel channel = legacy;
        if (channel != null) {
            channel.post(frame, about);
        } else if (about.request().isPresent()) {
            request(frame, about, about.request().getAsLong());
        } else {
            notice(frame, about);
        }
    }

    private void request(byte[] frame, Transport.Sending about, long id) throws IOException {
        if (open.size() >= MAX_OPEN_REQUESTS) {
            throw new IOException(MAX_OPEN_REQUESTS + " requests are under way");
        }
        PostedRequest posted = new PostedRequest(this, frame, about, id);
        open.put(id, posted);
        turn.whenComplete((done, late) -> posted.start());
    }

    private void notice(byte[] frame, Transport.Sending about) {
        PostedNotice posted = new PostedNotice(this, frame, about);
        if (!about.method().equals("notifications/initialized")) {
            turn.whenComplete((done, late) -> posted.start());
            return;
        }
        turn = posted.done().orTimeout(ORDER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        posted.start();
        posted.done().thenRun(this::openStandalone);
    }

    /** For what the server says without being asked, in the revisions that know sessions. */
    private void openStandalone() {
        if (!closed && !isModern() && standalone == null) {
            StandaloneStream stream = new StandaloneStream(this);
            standalone = stream;
            stream.start();
        }
    }

    /** What the older transport finds says nothing about the newer one at the same place. */
    @Override
    public Optional<String> origin() {
        return destination.sse() ? Optional.empty() : Optional.of(destination.origin());
    }

    @Override
    public boolean tellsRequests() {
        return legacy == null;
    }

    @Override
    public void agreed(String agreed) {
        revision = agreed;
    }

    private boolean isModern() {
        return revision.compareTo("2026") > 0;
    }

    /**
     * In 2026-07-28 the closed stream is the message. Before, a stream may end for many reasons, so a notification says it,
     * and the stream is closed a while later if no answer comes.
     */
    @Override
    public boolean abandon(long request) {
        PostedRequest posted = open.get(request);
        if (posted == null) {
            return isModern();
        }
        if (posted.isModern()) {
            posted.cancel();
            return true;
        }
        time.after(ABANDONED, posted::cancel);
        return false;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        open.values().forEach(PostedRequest::cancel);
        StandaloneStream stream = standalone;
        if (stream != null) {
            stream.cancel();
        }
        LegacyChannel channel = legacy;
        if (channel != null) {
            channel.close();
        }
        session.ifPresent(id -> farewell());
        deliveries.closed("ILR-HTTP-012", "The gateway closed the connection.");
    }

    /** Best effort: the server would end the session by itself, later. */
    private void farewell() {
        try {
            client.sendAsync(
                            builder(destination.url()).DELETE().build(),
                            java.net.http.HttpResponse.BodyHandlers.discarding())
                    .get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // the session outlives us a little
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The server no longer knows the session; the gate begins another one. */
    void sessionGone() {
        deliveries.closed("ILR-HTTP-004", "The server no longer knows the session.");
        open.values().forEach(PostedRequest::cancel);
        session = Optional.empty();
        close();
    }

    void gone(String code, String reason) {
        deliveries.closed(code, reason);
        close();
    }

    /** An {@code initialize} was not understood: perhaps the server is older than Streamable HTTP. */
    void tryLegacy(byte[] frame, Transport.Sending about, long id, Transport.Loss loss) {
        LegacyChannel channel = new LegacyChannel(this);
        channel.start()
                .orTimeout(destination.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((endpoint, failure) -> {
                    if (failure == null) {
                        legacy = channel;
                        channel.post(frame, about);
                    } else {
                        channel.close();
                        deliveries.lost(id, loss);
                    }
                });
    }

    /** A request with what every request has. */
    HttpRequest.Builder builder(URI url) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(url);
        destination.headers().forEach((name, value) -> builder.header(name, value.revealToItsOneUse()));
        session.ifPresent(id -> builder.header("Mcp-Session-Id", id));
        if (!revision.isEmpty() && !isModern() && legacy == null) {
            builder.setHeader("MCP-Protocol-Version", revision);
        }
        return builder;
    }

    /** A message as it is posted. */
    HttpRequest post(URI url, byte[] frame, Transport.Sending about) {
        HttpRequest.Builder builder = builder(url)
                .POST(HttpRequest.BodyPublishers.ofByteArray(frame))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
        about.headers().forEach(builder::setHeader);
        return builder.build();
    }

    /** The request for a stream of events, going on after an event. */
    HttpRequest stream(String lastId) {
        HttpRequest.Builder builder = builder(destination.url()).GET().header("Accept", "text/event-stream");
        if (!lastId.isEmpty()) {
            builder.header("Last-Event-ID", lastId);
        }
        return builder.build();
    }

    void beginSession(String id) {
        session = Optional.of(id);
    }

    boolean hasSession() {
        return session.isPresent();
    }

    boolean isClosed() {
        return closed;
    }

    void finished(long request) {
        open.remove(request);
    }

    String server() {
        return server;
    }

    Destination destination() {
        return destination;
    }

    HttpClient client() {
        return client;
    }

    TimeSource time() {
        return time;
    }

    Deliveries deliveries() {
        return deliveries;
    }
}
