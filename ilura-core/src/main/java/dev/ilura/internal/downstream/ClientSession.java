package dev.ilura.internal.downstream;

import dev.ilura.Arguments;
import dev.ilura.CallRequest;
import dev.ilura.internal.CallIds;
import dev.ilura.internal.call.Cancellation;
import dev.ilura.internal.call.Concluded;
import dev.ilura.internal.call.PendingCall;
import dev.ilura.internal.call.RelayedMethod;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connected client, in the revisions with a handshake (up to 2025-11-25). Reads its frames strictly, sends calls down
 * the road, and replies: exactly one answer to each request that was not cancelled.
 *
 * <p>Enforcement does not depend on the handshake: a call before {@code initialize} is judged like any other.
 */
public final class ClientSession implements McpFront.Session {
    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);
    private static final List<String> REVISIONS = List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final int INTERNAL_ERROR = -32603;

    private final String id;
    private final String principal;
    private final PodView view;
    private final McpFront.Outbox outbox;
    private final Function<PendingCall, CompletableFuture<Concluded>> road;
    private final CallIds ids;
    private final TimeSource time;
    private final Consumer<ClientSession> left;
    private final Addresses addresses;
    private final Map<JsonValue, Cancellation> open = new ConcurrentHashMap<>();
    private final Set<Offer> listed = ConcurrentHashMap.newKeySet();

    /**
     * @param road takes a call through the gate; its future never fails
     * @param left told once, when the client is gone
     */
    public ClientSession(
            String id,
            String principal,
            PodView view,
            McpFront.Outbox outbox,
            Function<PendingCall, CompletableFuture<Concluded>> road,
            CallIds ids,
            TimeSource time,
            Consumer<ClientSession> left) {
        this.id = id;
        this.principal = principal;
        this.view = view;
        this.outbox = outbox;
        this.road = road;
        this.ids = ids;
        this.time = time;
        this.left = left;
        this.addresses = new Addresses(view);
    }

    public String id() {
        return id;
    }

    @Override
    public McpFront.Ongoing received(byte[] bytes, McpFront.Headers headers, McpFront.Replies channel) {
        McpFront.Outbox replies = frame -> reply(channel, frame);
        try {
            Frame frame = Frame.read(bytes);
            switch (frame.kind()) {
                case REQUEST -> request(frame, replies);
                case NOTIFICATION -> notification(frame);
                case RESULT, ERROR -> {
                    // the gate asks clients for nothing in these revisions
                }
            }
        } catch (FrameException e) {
            channel.finish(
                    Messages.error(null, e.rpcCode(), e.code() + " " + e.getMessage()),
                    McpFront.End.refused(e.rpcCode()));
        }
        return McpFront.Ongoing.nothing();
    }

    private static void reply(McpFront.Replies channel, byte[] frame) {
        JsonValue json = JsonValue.parse(frame, JsonLimits.FRAME);
        if (json.member("method").isPresent()) {
            channel.send(frame);
        } else {
            channel.finish(
                    frame,
                    json.at("/error/code")
                            .flatMap(JsonValue::integer)
                            .map(code -> McpFront.End.error(code.intValue()))
                            .orElse(McpFront.End.result()));
        }
    }

    private void request(Frame frame, McpFront.Outbox replies) {
        JsonValue requestId = frame.id().orElseThrow();
        Optional<RelayedMethod> relayed = RelayedMethod.of(frame.method());
        if (relayed.isPresent()) {
            relay(relayed.get(), frame, requestId, replies);
            return;
        }
        switch (frame.method()) {
            case "initialize" -> replies.send(Messages.result(requestId, welcome(frame)));
            case "ping" -> replies.send(Messages.result(requestId, Map.of()));
            case "tools/list" -> list(Offer.TOOLS, requestId, replies);
            case "prompts/list" -> list(Offer.PROMPTS, requestId, replies);
            case "resources/list" -> listNow(Offer.RESOURCES, requestId, replies);
            case "resources/templates/list" -> listNow(Offer.TEMPLATES, requestId, replies);
            default ->
                replies.send(Messages.error(requestId, METHOD_NOT_FOUND, "This gateway does not offer the method."));
        }
    }

    private static Map<String, Object> welcome(Frame frame) {
        String revision = frame.param("/protocolVersion")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .filter(REVISIONS::contains)
                .orElse(REVISIONS.get(0));
        Map<String, Boolean> changes = Map.of("listChanged", true);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("protocolVersion", revision);
        Map<String, Object> capabilities = new LinkedHashMap<>();
        capabilities.put("tools", changes);
        capabilities.put("prompts", changes);
        capabilities.put("resources", changes);
        capabilities.put("completions", Map.of());
        result.put("capabilities", capabilities);
        result.put("serverInfo", Map.of("name", "ilura", "version", "0.1"));
        return result;
    }

    /** A request gets an answer whatever happens in the gate. */
    private static byte[] internalError(JsonValue requestId, Throwable failure) {
        LOG.error("a request could not be answered", failure);
        return Messages.error(requestId, INTERNAL_ERROR, "ILR-CALL-015 The gate failed.");
    }

    private void list(Offer offer, JsonValue requestId, McpFront.Outbox replies) {
        answer(
                offer,
                requestId,
                replies,
                view.list(offer).thenApply(entries -> Replies.named(requestId, offer, entries)));
    }

    private void listNow(Offer offer, JsonValue requestId, McpFront.Outbox replies) {
        answer(
                offer,
                requestId,
                replies,
                view.listNow(offer).thenApply(entries -> Replies.plain(requestId, offer, entries)));
    }

    private void answer(Offer offer, JsonValue requestId, McpFront.Outbox replies, CompletableFuture<byte[]> listing) {
        listing.exceptionally(failure -> internalError(requestId, failure)).thenAccept(reply -> {
            listed.add(offer);
            replies.send(reply);
        });
    }

    private void relay(RelayedMethod method, Frame frame, JsonValue requestId, McpFront.Outbox replies) {
        Arguments arguments;
        try {
            arguments = method.arguments(frame);
        } catch (IllegalArgumentException | MalformedJsonException e) {
            replies.send(Messages.error(requestId, INVALID_PARAMS, "What is asked for: " + e.getMessage()));
            return;
        }
        Optional<String> subject = method.subject(frame);
        if (subject.isEmpty()) {
            replies.send(Messages.error(requestId, INVALID_PARAMS, "\"params\" does not say what is asked for."));
            return;
        }
        Cancellation cancellation = new Cancellation();
        if (open.putIfAbsent(requestId, cancellation) != null) {
            replies.send(
                    Messages.error(requestId, FrameException.INVALID_REQUEST, "A request with this id is under way."));
            return;
        }
        long started = time.nanos();
        addresses
                .find(method, subject.get(), frame)
                .thenCompose(address -> road.apply(new PendingCall(
                        ids.next(),
                        request(address, frame, address.own(arguments)),
                        Optional.of(frame),
                        method,
                        progress -> Replies.progress(progress, frame).ifPresent(replies::send),
                        cancellation,
                        started)))
                .thenApply(concluded -> Replies.to(requestId, method, concluded))
                .exceptionally(failure -> internalError(requestId, failure))
                .thenAccept(reply -> {
                    if (open.remove(requestId, cancellation)) {
                        replies.send(reply);
                    }
                });
    }

    private CallRequest request(Addresses.Address address, Frame frame, Arguments arguments) {
        CallRequest request = CallRequest.to(address.server(), address.target())
                .arguments(arguments)
                .inPod(view.pod().name())
                .inSession(id)
                .by(principal);
        return frame.param("/_meta/traceparent")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .filter(context -> context.matches("[0-9a-f-]{1,64}"))
                .map(request::traced)
                .orElse(request);
    }

    private void notification(Frame frame) {
        if (frame.method().equals("notifications/cancelled")) {
            frame.param("/requestId").map(open::remove).ifPresent(Cancellation::cancel);
        }
    }

    /** A list that the client has is no longer right. */
    public void changed(Upstream upstream, Offer offer) {
        if (listed.contains(offer) && view.shows(upstream)) {
            outbox.send(Messages.notification(offer.changed(), Map.of()));
        }
    }

    @Override
    public void closed() {
        open.values().forEach(Cancellation::cancel);
        open.clear();
        left.accept(this);
    }
}
