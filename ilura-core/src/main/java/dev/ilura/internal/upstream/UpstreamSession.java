package dev.ilura.internal.upstream;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.ToolCall;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One open connection to a server: pairs answers with requests, answers what the server may ask, and speaks the
 * handshake of the revisions up to 2025-11-25. Request ids and progress tokens are this session's own, so two callers
 * with equal ones never see each other's answers.
 */
public final class UpstreamSession implements Transport.Receiver {
    /** What is offered in the handshake; the server may answer with an older one. */
    static final String OFFERED_REVISION = "2025-11-25";

    private static final List<String> KNOWN_REVISIONS =
            List.of("2024-11-05", "2025-03-26", "2025-06-18", OFFERED_REVISION);
    private static final JsonValue NOTHING = JsonValue.parse("{}");
    private static final int MAX_PAGES = 100;
    private static final int METHOD_NOT_FOUND = -32601;

    private final String server;
    private final TimeSource time;
    private final Events events;
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, Exchange> open = new ConcurrentHashMap<>();
    private volatile Transport.@Nullable Connection connection;
    private final AtomicReference<@Nullable UpstreamFailure> end = new AtomicReference<>();
    private volatile String lastGarbage = "";
    private volatile String revision = "";
    private volatile JsonValue capabilities = NOTHING;
    private volatile @Nullable JsonValue instructions;

    UpstreamSession(String server, TimeSource time, Events events) {
        this.server = server;
        this.time = time;
        this.events = events;
    }

    /** What a session tells its owner; called on the transport's thread. */
    interface Events {
        void changed(UpstreamSession session, Offer offer);

        void ended(UpstreamSession session, UpstreamFailure why);
    }

    void attach(Transport.Connection opened) {
        connection = opened;
    }

    /** Fails if the session has ended. */
    void checkOpen() {
        UpstreamFailure gone = end.get();
        if (gone != null) {
            throw gone;
        }
    }

    /** Agrees on a revision. The server's own name and instructions are claims and change nothing. */
    CompletableFuture<UpstreamSession> handshake(Duration timeout) {
        Map<String, Object> params = Map.of(
                "protocolVersion",
                OFFERED_REVISION,
                "capabilities",
                Map.of(),
                "clientInfo",
                Map.of("name", "ilura", "version", "0.1"));
        return ask("initialize", params, timeout).thenApply(result -> {
            String agreed = result.member("protocolVersion")
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .orElse("");
            if (!KNOWN_REVISIONS.contains(agreed)) {
                throw UpstreamFailure.ofServer(
                        "ILR-SERVER-003",
                        "Server \"" + server + "\" wants protocol revision \"" + VisibleText.oneLine(agreed)
                                + "\"; known are " + KNOWN_REVISIONS + ".",
                        Effect.NONE);
            }
            revision = agreed;
            instructions =
                    result.member("instructions").filter(JsonValue::isString).orElse(null);
            capabilities =
                    result.member("capabilities").filter(JsonValue::isObject).orElse(NOTHING);
            write(Messages.notification("notifications/initialized", Map.of()));
            return this;
        });
    }

    /** What the server says to models about itself: untrusted, pinned like a tool. */
    Optional<JsonValue> instructions() {
        return Optional.ofNullable(instructions);
    }

    /** Whether the server promised it in the handshake. */
    public boolean offers(Offer offer) {
        return capabilities.member(offer.capability()).isPresent();
    }

    /** All pages of a list, entries as they are; none if the server does not offer it. */
    CompletableFuture<List<JsonValue>> list(Offer offer, Duration timeout) {
        return offers(offer)
                ? page(offer, new ArrayList<>(), Optional.empty(), 1, timeout)
                : CompletableFuture.completedFuture(List.of());
    }

    private CompletableFuture<List<JsonValue>> page(
            Offer offer, List<JsonValue> soFar, Optional<String> cursor, int number, Duration timeout) {
        Map<String, String> params =
                cursor.map(token -> Map.of("cursor", token)).orElse(Map.of());
        return ask(offer.method(), params, timeout).thenCompose(result -> {
            result.member(offer.member()).map(JsonValue::elements).ifPresent(soFar::addAll);
            Optional<String> next = result.member("nextCursor")
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .filter(token -> number < MAX_PAGES);
            return next.isPresent()
                    ? page(offer, soFar, next, number + 1, timeout)
                    : CompletableFuture.completedFuture(soFar);
        });
    }

    private CompletableFuture<JsonValue> ask(String method, Map<String, ?> params, Duration timeout) {
        return request(id -> Messages.request(id, method, params), timeout, progress -> {})
                .answer()
                .thenApply(frame -> frame.result().orElseThrow(() -> refused(method, frame)));
    }

    private UpstreamFailure refused(String method, Frame frame) {
        String error = frame.error().map(JsonValue::raw).orElse("nothing");
        return UpstreamFailure.ofServer(
                "ILR-SERVER-003",
                "Server \"" + server + "\" answered " + method + " with " + shortened(error) + ".",
                Effect.NONE);
    }

    /**
     * Sends a request.
     *
     * @param frame makes the frame for the id it is given, which is the progress token too; what it throws is thrown on,
     *     and nothing was sent
     * @param timeout from now to the answer
     * @param progress gets the server's progress notifications for this request, before the answer
     */
    public Exchange request(LongFunction<byte[]> frame, Duration timeout, Consumer<Frame> progress) {
        return request(frame, Optional.empty(), timeout, progress);
    }

    /** As {@link #request(LongFunction, Duration, Consumer)}, for a call that the gate judged. */
    public Exchange request(
            LongFunction<byte[]> frame, Optional<ToolCall> call, Duration timeout, Consumer<Frame> progress) {
        long id = nextId.getAndIncrement();
        byte[] bytes = frame.apply(id);
        Exchange exchange = new Exchange(id, progress, this::abandon);
        open.put(id, exchange);
        exchange.answer().whenComplete((answer, failure) -> open.remove(id));
        UpstreamFailure gone = end.get();
        if (gone != null) {
            exchange.answer().completeExceptionally(gone);
            return exchange;
        }
        exchange.expiresBy(time.after(timeout, () -> exchange.cancel(late(timeout))));
        try {
            send(bytes, call);
        } catch (IOException e) {
            exchange.answer()
                    .completeExceptionally(UpstreamFailure.ofServer(
                            "ILR-CALL-006",
                            "Server \"" + server + "\" takes no more frames: " + e.getMessage() + ".",
                            Effect.NONE));
        }
        return exchange;
    }

    private UpstreamFailure late(Duration timeout) {
        String heard = lastGarbage.isEmpty() ? "" : " It wrote something that is no answer: " + lastGarbage;
        return UpstreamFailure.ofServer(
                "ILR-CALL-004",
                "Server \"" + server + "\" did not answer within " + timeout.toMillis() + " ms." + heard,
                Effect.UNKNOWN);
    }

    /** The handshake is never cancelled; a server that does not finish it is stopped. */
    private void abandon(Exchange exchange) {
        if (revision.isEmpty()) {
            return;
        }
        write(Messages.notification(
                "notifications/cancelled", Map.of("requestId", exchange.id(), "reason", "the caller gave up")));
    }

    @Override
    public void frame(byte[] bytes) {
        Frame frame;
        try {
            frame = Frame.read(bytes);
        } catch (FrameException e) {
            garbage(e.code() + " " + e.getMessage());
            return;
        }
        switch (frame.kind()) {
            case RESULT, ERROR -> answered(frame);
            case REQUEST -> asked(frame);
            case NOTIFICATION -> notified(frame);
        }
    }

    private void answered(Frame frame) {
        Exchange exchange =
                frame.id().flatMap(JsonValue::integer).map(open::get).orElse(null);
        if (exchange != null) {
            exchange.answer().complete(frame);
        }
    }

    /** Nothing was offered to the server in the handshake, so it may ask for nothing but a sign of life. */
    private void asked(Frame frame) {
        JsonValue id = frame.id().orElseThrow();
        write(
                frame.method().equals("ping")
                        ? Messages.result(id, Map.of())
                        : Messages.error(id, METHOD_NOT_FOUND, "Not offered: " + shortened(frame.method())));
    }

    private void notified(Frame frame) {
        switch (frame.method()) {
            case "notifications/progress" -> {
                Exchange exchange = frame.param("/progressToken")
                        .flatMap(JsonValue::integer)
                        .map(open::get)
                        .orElse(null);
                if (exchange != null) {
                    exchange.progressed(frame);
                }
            }
            default -> Offer.changedBy(frame.method()).ifPresent(offer -> events.changed(this, offer));
        }
    }

    @Override
    public void garbage(String what) {
        lastGarbage = shortened(what);
    }

    @Override
    public void closed(String code, String reason) {
        end(UpstreamFailure.ofServer(
                code, "Server \"" + server + "\" ended: " + VisibleText.oneLine(reason), Effect.UNKNOWN));
    }

    /** Ends the connection in good order; what is open fails. Blocks for the transport's grace times. */
    void close(UpstreamFailure why) {
        end(why);
        Transport.Connection opened = connection;
        if (opened != null) {
            opened.close();
        }
    }

    /** From now on nothing can be asked, and what is open fails. Does not wait. */
    void end(UpstreamFailure why) {
        if (end.compareAndSet(null, why)) {
            events.ended(this, why);
        }
        open.values().forEach(exchange -> exchange.answer().completeExceptionally(why));
    }

    /** What the transport verified about the server. */
    public String identity() {
        Transport.Connection opened = connection;
        return opened == null ? "" : opened.identity();
    }

    String revision() {
        return revision;
    }

    private void write(byte[] frame) {
        try {
            send(frame, Optional.empty());
        } catch (IOException gone) {
            // whoever waits for an answer learns it from the end of the connection
        }
    }

    private void send(byte[] frame, Optional<ToolCall> call) throws IOException {
        Transport.Connection opened = connection;
        if (opened == null) {
            throw new IOException("not connected");
        }
        if (call.isPresent()) {
            opened.send(frame, call.get());
        } else {
            opened.send(frame);
        }
    }

    private static String shortened(String text) {
        return VisibleText.oneLine(text.length() > 200 ? text.substring(0, 200) + "..." : text);
    }
}
