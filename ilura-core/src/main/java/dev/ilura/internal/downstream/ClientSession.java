package dev.ilura.internal.downstream;

import dev.ilura.Arguments;
import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.Gateway.Listing;
import dev.ilura.internal.CallIds;
import dev.ilura.internal.call.Cancellation;
import dev.ilura.internal.call.Concluded;
import dev.ilura.internal.call.PendingCall;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final Map<JsonValue, Cancellation> open = new ConcurrentHashMap<>();
    private volatile boolean listed;

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
    }

    public String id() {
        return id;
    }

    @Override
    public void received(byte[] bytes, McpFront.Outbox replies) {
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
            replies.send(Messages.error(null, e.rpcCode(), e.code() + " " + e.getMessage()));
        }
    }

    private void request(Frame frame, McpFront.Outbox replies) {
        JsonValue requestId = frame.id().orElseThrow();
        switch (frame.method()) {
            case "initialize" -> replies.send(Messages.result(requestId, welcome(frame)));
            case "ping" -> replies.send(Messages.result(requestId, Map.of()));
            case "tools/list" ->
                view.offered()
                        .thenApply(tools -> Messages.result(requestId, listed(tools)))
                        .exceptionally(failure -> internalError(requestId, failure))
                        .thenAccept(replies::send);
            case "tools/call" -> call(frame, requestId, replies);
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
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("protocolVersion", revision);
        result.put("capabilities", Map.of("tools", Map.of("listChanged", true)));
        result.put("serverInfo", Map.of("name", "ilura", "version", "0.1"));
        return result;
    }

    private byte[] listed(Map<String, Listing> tools) {
        listed = true;
        return listing(tools);
    }

    /** A request gets an answer whatever happens in the gate. */
    private static byte[] internalError(JsonValue requestId, Throwable failure) {
        LOG.error("a request could not be answered", failure);
        return Messages.error(requestId, INTERNAL_ERROR, "ILR-CALL-015 The gate failed.");
    }

    /** The servers' own entries, byte for byte but for the name. */
    private static byte[] listing(Map<String, Listing> tools) {
        List<byte[]> entries = new ArrayList<>();
        int size = 0;
        for (Map.Entry<String, Listing> named : tools.entrySet()) {
            JsonValue entry = named.getValue().tool().json();
            byte[] renamed = entry.splice(entry.member("name").orElseThrow(), JsonWriter.string(named.getKey()));
            entries.add(renamed);
            size += renamed.length + 1;
        }
        StringBuilder out = new StringBuilder(size + 16).append("{\"tools\":[");
        for (int i = 0; i < entries.size(); i++) {
            out.append(i == 0 ? "" : ",").append(new String(entries.get(i), StandardCharsets.UTF_8));
        }
        return out.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private void call(Frame frame, JsonValue requestId, McpFront.Outbox replies) {
        Optional<String> name = frame.param("/name").filter(JsonValue::isString).map(JsonValue::text);
        Arguments arguments;
        try {
            arguments = frame.param("/arguments").map(Arguments::of).orElse(Arguments.empty());
        } catch (IllegalArgumentException | MalformedJsonException e) {
            replies.send(Messages.error(requestId, INVALID_PARAMS, "\"arguments\": " + e.getMessage()));
            return;
        }
        if (name.isEmpty()) {
            replies.send(Messages.error(requestId, INVALID_PARAMS, "\"name\" must be a string."));
            return;
        }
        Cancellation cancellation = new Cancellation();
        if (open.putIfAbsent(requestId, cancellation) != null) {
            replies.send(
                    Messages.error(requestId, FrameException.INVALID_REQUEST, "A request with this id is under way."));
            return;
        }
        long started = time.nanos();
        addressed(name.get())
                .thenCompose(target -> road.apply(new PendingCall(
                        ids.next(),
                        request(target, frame, arguments),
                        Optional.of(frame),
                        progress -> relayed(progress, frame).ifPresent(replies::send),
                        cancellation,
                        started)))
                .thenApply(concluded -> reply(requestId, concluded))
                .exceptionally(failure -> internalError(requestId, failure))
                .thenAccept(reply -> {
                    boolean wanted = open.remove(requestId, cancellation);
                    if (wanted) {
                        replies.send(reply);
                    }
                });
    }

    /** Server and tool behind a client's name. What no tool is called stays unknown, and is judged as such. */
    private record Target(String server, String tool) {}

    private CompletableFuture<Target> addressed(String name) {
        Listing known = view.known().get(name);
        CompletableFuture<Listing> found = known != null
                ? CompletableFuture.completedFuture(known)
                : view.started().thenApply(tools -> tools.get(name));
        return found.thenApply(listing -> listing == null
                ? new Target("?", name)
                : new Target(listing.server(), listing.tool().name()));
    }

    private CallRequest request(Target target, Frame frame, Arguments arguments) {
        CallRequest request = CallRequest.to(target.server(), target.tool())
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

    /** The server's progress under the client's own token. */
    private static Optional<byte[]> relayed(Frame progress, Frame request) {
        Optional<JsonValue> token = request.param("/_meta/progressToken");
        return token.flatMap(own ->
                progress.param("/progressToken").map(theirs -> progress.json().splice(theirs, own.bytes())));
    }

    private static byte[] reply(JsonValue requestId, Concluded concluded) {
        Optional<Frame> answer = concluded.answer();
        if (answer.isPresent()) {
            Frame frame = answer.get();
            return frame.json().splice(frame.id().orElseThrow(), requestId.bytes());
        }
        return concluded
                .outcome()
                .fold(
                        completed ->
                                Messages.result(requestId, completed.result().bytes()),
                        denied -> Messages.result(requestId, refusal(denied, denied.code())),
                        notApproved -> Messages.result(requestId, refusal(notApproved, notApproved.code())),
                        failed -> Messages.result(requestId, refusal(failed, failed.code())));
    }

    /** A tool's result with {@code isError}, so that the model reads why and can do something else. */
    private static Map<String, Object> refusal(CallOutcome outcome, String code) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("content", List.of(Map.of("type", "text", "text", "Ilura: " + outcome.summary())));
        result.put("isError", true);
        result.put("_meta", Map.of("dev.ilura/call", outcome.callId(), "dev.ilura/code", code));
        return result;
    }

    private void notification(Frame frame) {
        if (frame.method().equals("notifications/cancelled")) {
            frame.param("/requestId").map(open::remove).ifPresent(Cancellation::cancel);
        }
    }

    /** The list a client has is no longer right. */
    public void toolsChanged(Upstream upstream) {
        if (listed && view.shows(upstream)) {
            outbox.send(Messages.notification("notifications/tools/list_changed", Map.of()));
        }
    }

    @Override
    public void closed() {
        open.values().forEach(Cancellation::cancel);
        open.clear();
        left.accept(this);
    }
}
