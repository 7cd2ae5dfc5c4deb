package dev.ilura.internal.downstream;

import dev.ilura.Gateway.Listing;
import dev.ilura.internal.call.RelayedMethod;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.upstream.Way;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.McpHeaders;
import dev.ilura.internal.wire.Metadata;
import dev.ilura.internal.wire.Protocol;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A client of 2026-07-28. Every request says by itself what it speaks and what may be asked of its client. Over HTTP the
 * programs of one principal share this, and their ids may be equal: there a request is told from another by its stream.
 */
final class ModernSide {
    private static final int DISCOVERY_TTL_MS = 60_000;

    private final Identity identity;
    private final boolean http;
    private final PodView shared;
    private final Relay relay;
    private final ClientSession.Common common;
    private final Map<JsonValue, McpFront.Ongoing> open = new ConcurrentHashMap<>();
    private final Set<McpFront.Ongoing> all = ConcurrentHashMap.newKeySet();
    private final Set<Listening> listening = ConcurrentHashMap.newKeySet();

    ModernSide(Identity identity, McpFront.Channel channel, PodView view, Relay relay, ClientSession.Common common) {
        this.identity = identity;
        this.http = channel == McpFront.Channel.STREAMABLE_HTTP;
        this.shared = view;
        this.relay = relay;
        this.common = common;
    }

    McpFront.Ongoing received(Frame frame, McpFront.Headers headers, McpFront.Replies replies) {
        if (frame.kind() != Frame.Kind.REQUEST) {
            cancelled(frame);
            return McpFront.Ongoing.nothing();
        }
        JsonValue id = frame.id().orElseThrow();
        Optional<Protocol.Handling> handling = Protocol.handling(Protocol.Direction.TO_SERVER, frame, Era.PER_REQUEST);
        Optional<Reply> objection = objection(frame, headers, handling);
        if (objection.isPresent()) {
            objection.get().to(replies);
            return McpFront.Ongoing.nothing();
        }

        if (!http && open.containsKey(id)) {
            Reply.error(id, Reply.INVALID_REQUEST, "A request with this id is under way.")
                    .to(replies);
            return McpFront.Ongoing.nothing();
        }
        return switch (handling.orElseThrow()) {
            case DISCOVER -> discover(id, replies);
            case LIST -> list(frame, replies);
            case CALL, TASK -> call(frame, headers, replies);
            case LISTEN -> listen(frame, replies);
            default -> {
                Reply.refused(id, Reply.METHOD_NOT_FOUND, "This gateway does not offer the method.")
                        .to(replies);
                yield McpFront.Ongoing.nothing();
            }
        };
    }

    /** What is wrong with a request before anybody looks at what it wants. */
    private Optional<Reply> objection(Frame frame, McpFront.Headers headers, Optional<Protocol.Handling> handling) {
        JsonValue id = frame.id().orElseThrow();
        Optional<String> version = Era.version(frame);
        if (version.isEmpty()
                || frame.meta(Era.CAPABILITIES_KEY).filter(JsonValue::isObject).isEmpty()) {
            return Optional.of(Reply.refused(
                    id,
                    Reply.INVALID_PARAMS,
                    "\"params._meta\" needs " + Era.VERSION_KEY + " and " + Era.CAPABILITIES_KEY + "."));
        }
        if (handling.isEmpty()) {
            return Optional.of(Reply.refused(id, Reply.METHOD_NOT_FOUND, "This gateway does not offer the method."));
        }
        if (http) {
            Optional<String> mismatch = mismatch(frame, headers, version.get());
            if (mismatch.isPresent()) {
                return Optional.of(Reply.refused(id, Reply.HEADER_MISMATCH, mismatch.get()));
            }
        }
        if (!version.get().equals(Era.MODERN)) {
            return Optional.of(Reply.refused(
                    id,
                    Reply.UNSUPPORTED_VERSION,
                    "This revision is not spoken here.",
                    Map.of("supported", List.of(Era.MODERN), "requested", version.get())));
        }
        return Optional.empty();
    }

    private static Optional<String> mismatch(Frame frame, McpFront.Headers headers, String version) {
        Optional<String> named = Era.namedBy(frame.method())
                .flatMap(frame::param)
                .filter(JsonValue::isString)
                .map(JsonValue::text);
        return McpHeaders.objection(
                        "MCP-Protocol-Version", headers.values("MCP-Protocol-Version"), Optional.of(version))
                .or(() -> McpHeaders.objection("Mcp-Method", headers.values("Mcp-Method"), Optional.of(frame.method())))
                .or(() -> Era.namedBy(frame.method()).isEmpty()
                        ? Optional.empty()
                        : McpHeaders.objection("Mcp-Name", headers.values("Mcp-Name"), named));
    }

    private McpFront.Ongoing discover(JsonValue id, McpFront.Replies replies) {
        new Welcome(shared, common.time()).capabilities(Era.PER_REQUEST).thenAccept(capabilities -> {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("resultType", "complete");
            result.put("supportedVersions", List.of(Era.MODERN));
            result.put("capabilities", capabilities);
            result.put("ttlMs", DISCOVERY_TTL_MS);
            result.put("cacheScope", "private");
            result.put("_meta", Map.of("io.modelcontextprotocol/serverInfo", Metadata.SELF));
            Reply.result(id, result).to(replies);
        });
        return McpFront.Ongoing.nothing();
    }

    private McpFront.Ongoing list(Frame frame, McpFront.Replies replies) {
        ModernTurn turn = turn(frame, replies, Optional.empty());
        Offer offer = Lists.asked(frame.method()).orElseThrow();
        new Lists(viewOf(turn))
                .page(offer, frame, Era.PER_REQUEST, task -> false)
                .exceptionally(failure -> Relay.internalError(frame.id().orElseThrow(), failure))
                .thenAccept(reply -> turn.conclude(id -> reply));
        return turn;
    }

    /** The servers as a call sees them: one whose client can be asked something gets lines of its own where need be. */
    private PodView viewOf(Caller caller) {
        return Caller.canBeAsked(caller.capabilities()) || caller.logLevel().isPresent()
                ? shared.by(Way.lent(caller))
                : shared;
    }

    private ModernTurn turn(Frame frame, McpFront.Replies replies, Optional<Relay.Wanted> wanted) {
        Parking.Binding binding = binding(frame, wanted);
        Registered entry = new Registered(frame.id().orElseThrow());
        ModernTurn turn = new ModernTurn(
                identity, new ModernTurn.Request(frame, replies, entry::end), common.parking(), binding, common.time());
        entry.begin(turn);
        return turn;
    }

    private Parking.Binding binding(Frame frame, Optional<Relay.Wanted> wanted) {
        return new Parking.Binding(
                identity.principal(),
                identity.pod(),
                frame.method(),
                wanted.map(Relay.Wanted::subject).orElse(""),
                wanted.map(each -> each.arguments().sha256()).orElse(""));
    }

    /** A request that is open: it can be cancelled by its id, and ends with the client. */
    private final class Registered {
        private final JsonValue id;
        private volatile McpFront.Ongoing ongoing = McpFront.Ongoing.nothing();

        Registered(JsonValue id) {
            this.id = id;
        }

        void begin(McpFront.Ongoing begun) {
            ongoing = begun;
            all.add(begun);
            if (!http) {
                open.put(id, begun);
            }
        }

        void end() {
            all.remove(ongoing);
            open.remove(id, ongoing);
        }
    }

    private McpFront.Ongoing call(Frame frame, McpFront.Headers headers, McpFront.Replies replies) {
        JsonValue id = frame.id().orElseThrow();
        Relay.Wanted wanted;
        try {
            wanted = Relay.Wanted.read(RelayedMethod.of(frame.method()).orElseThrow(), frame);
        } catch (IllegalArgumentException e) {
            Reply.error(id, Reply.INVALID_PARAMS, "What is asked for: " + e.getMessage())
                    .to(replies);
            return McpFront.Ongoing.nothing();
        }
        Optional<String> state = frame.param("/requestState")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .filter(Parking::isOwn);
        return state.isPresent() ? resume(state.get(), wanted, replies) : begin(wanted, headers, replies);
    }

    private McpFront.Ongoing resume(String state, Relay.Wanted wanted, McpFront.Replies replies) {
        Frame frame = wanted.frame();
        JsonValue id = frame.id().orElseThrow();
        Optional<ModernTurn> parked = common.parking().take(state, binding(frame, Optional.of(wanted)));
        if (parked.isEmpty()) {
            Reply.error(id, Reply.INVALID_PARAMS, "\"requestState\" is over, used, or not of this request.")
                    .to(replies);
            return McpFront.Ongoing.nothing();
        }
        Registered entry = new Registered(id);
        entry.begin(parked.get());
        parked.get().resumed(new ModernTurn.Request(frame, replies, entry::end));
        return parked.get();
    }

    private McpFront.Ongoing begin(Relay.Wanted wanted, McpFront.Headers headers, McpFront.Replies replies) {
        ModernTurn turn = turn(wanted.frame(), replies, Optional.of(wanted));
        PodView view = viewOf(turn);
        if (http && wanted.method() == RelayedMethod.TOOL) {
            tool(view, wanted.subject()).thenAccept(tool -> {
                Optional<String> mismatch = tool.flatMap(found -> mismatch(found, wanted.frame(), headers));
                if (mismatch.isPresent()) {
                    turn.conclude(id -> Reply.refused(id, Reply.HEADER_MISMATCH, mismatch.get()));
                } else {
                    relay.call(wanted, view, turn, Era.PER_REQUEST);
                }
            });
        } else {
            relay.call(wanted, view, turn, Era.PER_REQUEST);
        }
        return turn;
    }

    private static CompletableFuture<Optional<Listing>> tool(PodView view, String name) {
        Listing known = view.named(Offer.TOOLS).get(name);
        return known != null
                ? CompletableFuture.completedFuture(Optional.of(known))
                : view.started()
                        .thenApply(all ->
                                Optional.ofNullable(view.named(Offer.TOOLS).get(name)));
    }

    private static Optional<String> mismatch(Listing tool, Frame frame, McpFront.Headers headers) {
        return McpHeaders.paramsOf(tool.tool().inputSchema()).orElse(List.of()).stream()
                .map(param -> McpHeaders.objection(param, headers.values(param.header()), frame.param("/arguments")))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private McpFront.Ongoing listen(Frame frame, McpFront.Replies replies) {
        Registered entry = new Registered(frame.id().orElseThrow());
        ModernTurn turn = new ModernTurn(
                identity,
                new ModernTurn.Request(frame, replies, entry::end),
                common.parking(),
                binding(frame, Optional.empty()),
                common.time());
        Listening subscription = new Listening(frame, replies, turn, shared, relay, listening::remove);
        entry.begin(subscription);
        listening.add(subscription);
        subscription.begin();
        return subscription;
    }

    /** Gives up a request by its id; over HTTP ids say nothing, and closing the stream does. */
    void cancelled(Frame frame) {
        if (frame.method().equals("notifications/cancelled") && !http) {
            frame.param("/requestId").map(open::get).ifPresent(McpFront.Ongoing::cancel);
        }
    }

    void changed(Line line, Offer offer) {
        listening.forEach(subscription -> subscription.changed(line, offer));
    }

    void closed() {
        listening.forEach(Listening::closed);
        all.forEach(McpFront.Ongoing::cancel);
    }
}
