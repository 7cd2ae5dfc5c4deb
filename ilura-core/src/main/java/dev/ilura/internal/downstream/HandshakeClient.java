package dev.ilura.internal.downstream;

import dev.ilura.CallRequest;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.Messages;
import dev.ilura.internal.wire.Metadata;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the handshake established about a client, and the questions that are open at it. A question that belongs to a
 * request travels on its stream, any other on the client's own. Thread-safe.
 */
final class HandshakeClient implements Caller {
    private static final int REFUSED = -1;
    private static final int MOST_QUESTIONS = 64;

    private final Identity identity;
    private final McpFront.Outbox outbox;
    private final AtomicLong nextQuestion = new AtomicLong(1);
    private final Map<Long, CompletableFuture<Said>> questions = new ConcurrentHashMap<>();
    private final Set<McpFront.Outbox> streams = ConcurrentHashMap.newKeySet();
    private volatile Optional<String> revision = Optional.empty();
    private volatile JsonValue capabilities = NOTHING;
    private volatile Optional<String> logLevel = Optional.empty();
    private volatile boolean gone;

    HandshakeClient(Identity identity, McpFront.Outbox outbox) {
        this.identity = identity;
        this.outbox = outbox;
    }

    void begins(String agreed, JsonValue declared) {
        revision = Optional.of(agreed);
        capabilities = known(agreed, declared);
    }

    /** What the agreed revision does not have was not declared: elicitation came later than sampling, addresses later still. */
    private static JsonValue known(String revision, JsonValue declared) {
        Optional<JsonValue> elicitation = declared.member("elicitation");
        if (elicitation.isEmpty() || revision.equals(Era.HANDSHAKES.get(0))) {
            return declared;
        }
        Map<String, byte[]> members = new LinkedHashMap<>();
        declared.members().forEach((name, value) -> members.put(name, value.bytes()));
        members.remove("elicitation");
        if (revision.equals("2025-06-18")) {
            members.put("elicitation", NOTHING.bytes());
        }
        return JsonValue.parse(Metadata.rewritten(Optional.empty(), members), JsonLimits.FRAME);
    }

    Optional<String> revision() {
        return revision;
    }

    void wants(String level) {
        logLevel = Optional.of(level);
    }

    /** Whether it needs lines of its own, because what a server says there may be for it alone. */
    boolean needsOwnLines() {
        return Caller.canBeAsked(capabilities) || logLevel.isPresent();
    }

    @Override
    public CallRequest asking(String server, String target) {
        return identity.request(server, target);
    }

    @Override
    public Optional<Era> era() {
        return Optional.of(Era.HANDSHAKE);
    }

    @Override
    public JsonValue capabilities() {
        return capabilities;
    }

    @Override
    public Optional<String> logLevel() {
        return logLevel;
    }

    @Override
    public CompletableFuture<Said> ask(String method, JsonValue params) {
        return ask(method, params, stream());
    }

    /** The stream of the only request that is open; the client's own if that is not clear. */
    private McpFront.Outbox stream() {
        List<McpFront.Outbox> open = List.copyOf(streams);
        return open.size() == 1 ? open.get(0) : outbox;
    }

    void opens(McpFront.Outbox stream) {
        streams.add(stream);
    }

    void closes(McpFront.Outbox stream) {
        streams.remove(stream);
    }

    CompletableFuture<Said> ask(String method, JsonValue params, McpFront.Outbox stream) {
        CompletableFuture<Said> said = new CompletableFuture<>();
        if (questions.size() >= MOST_QUESTIONS) {
            said.complete(Said.error(REFUSED, MOST_QUESTIONS + " questions are open at the client already."));
            return said;
        }
        long id = nextQuestion.getAndIncrement();
        questions.put(id, said);
        said.whenComplete((answer, failure) -> {
            boolean withdrawn = questions.remove(id) != null && !gone;
            if (withdrawn) {
                stream.send(Messages.notification(
                        "notifications/cancelled",
                        Map.of("requestId", id, "reason", "the answer is no longer wanted")));
            }
        });
        stream.send(Messages.question(id, method, named(id, method, params)));
        if (gone) {
            left();
        }
        return said;
    }

    /** The handshake era names what is to be opened at an address; 2026-07-28 does not. */
    private static JsonValue named(long id, String method, JsonValue params) {
        boolean nameless = method.equals("elicitation/create")
                && params.member("url").isPresent()
                && params.member("elicitationId").isEmpty();
        return nameless
                ? JsonValue.parse(
                        params.splice(List.of(JsonValue.Edit.into(
                                params,
                                ("\"elicitationId\":\"ilura-" + id + "\"").getBytes(StandardCharsets.US_ASCII)))),
                        JsonLimits.FRAME)
                : params;
    }

    /** The client answers a question; what answers none is dropped. */
    void answered(Frame frame) {
        CompletableFuture<Said> said =
                frame.id().flatMap(JsonValue::integer).map(questions::remove).orElse(null);
        if (said != null) {
            boolean error = frame.error().isPresent();
            said.complete(new Said(frame.result().or(frame::error).orElseThrow(), error));
        }
    }

    @Override
    public void tell(Frame notification) {
        tell(notification, stream());
    }

    void tell(Frame notification, McpFront.Outbox stream) {
        if (Levels.passes(notification, logLevel, true)) {
            stream.send(notification.json().bytes());
        }
    }

    /** Sends something that belongs to no request. */
    void toItself(byte[] frame) {
        outbox.send(frame);
    }

    /** Nobody answers any more. */
    void left() {
        gone = true;
        questions.values().forEach(said -> said.complete(Said.error(REFUSED, "The client left.")));
    }
}
