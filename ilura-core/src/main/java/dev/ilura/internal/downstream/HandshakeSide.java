package dev.ilura.internal.downstream;

import dev.ilura.CallOutcome;
import dev.ilura.internal.call.Concluded;
import dev.ilura.internal.call.RelayedMethod;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.upstream.Way;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.Messages;
import dev.ilura.internal.wire.Metadata;
import dev.ilura.internal.wire.Protocol;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A client in the revisions with a handshake, up to 2025-11-25. Exactly one answer to each request that was not cancelled.
 */
final class HandshakeSide {
    private final PodView shared;
    private final McpFront.Outbox outbox;
    private final Relay relay;
    private final TimeSource time;
    private final HandshakeClient client;
    private final Map<JsonValue, HandshakeTurn> open = new ConcurrentHashMap<>();
    private final Set<Offer> listed = ConcurrentHashMap.newKeySet();
    private final Watched watched;
    private volatile PodView view;

    HandshakeSide(Identity identity, PodView view, McpFront.Outbox outbox, Relay relay, TimeSource time) {
        this.shared = view;
        this.view = view;
        this.outbox = outbox;
        this.relay = relay;
        this.time = time;
        this.client = new HandshakeClient(identity, outbox);
        this.watched = new Watched(update -> outbox.send(update.json().bytes()));
    }

    HandshakeClient client() {
        return client;
    }

    Optional<String> revision() {
        return client.revision();
    }

    /** Only 2025-03-26 has batches, and only once it is agreed on. */
    boolean takesBatches() {
        return client.revision().equals(Optional.of("2025-03-26"));
    }

    McpFront.Ongoing received(Frame frame, McpFront.Replies replies) {
        return switch (frame.kind()) {
            case REQUEST -> request(frame, replies);
            case NOTIFICATION -> {
                notification(frame);
                yield McpFront.Ongoing.nothing();
            }
            case RESULT, ERROR -> {
                client.answered(frame);
                yield McpFront.Ongoing.nothing();
            }
        };
    }

    private McpFront.Ongoing request(Frame frame, McpFront.Replies replies) {
        JsonValue id = frame.id().orElseThrow();
        Optional<Protocol.Handling> handling = Protocol.handling(Protocol.Direction.TO_SERVER, frame, Era.HANDSHAKE);
        if (handling.isEmpty()) {
            Reply.refused(id, Reply.METHOD_NOT_FOUND, "This gateway does not offer the method.")
                    .to(replies);
            return McpFront.Ongoing.nothing();
        }
        HandshakeTurn turn = new HandshakeTurn(client, frame, replies, () -> open.remove(id));
        if (open.putIfAbsent(id, turn) != null) {
            turn.forget();
            Reply.error(id, Reply.INVALID_REQUEST, "A request with this id is under way.")
                    .to(replies);
            return McpFront.Ongoing.nothing();
        }
        switch (handling.get()) {
            case INITIALIZE -> initialize(frame, turn);
            case PING -> turn.conclude(asking -> Reply.result(asking, Map.of()));
            case SET_LEVEL -> setLevel(frame, turn);
            case LIST -> list(frame, turn);
            case CALL, TASK -> call(frame, turn);
            case SUBSCRIBE -> subscribe(frame, turn);
            case UNSUBSCRIBE -> unsubscribe(frame, turn);
            default ->
                turn.conclude(asking ->
                        Reply.refused(asking, Reply.METHOD_NOT_FOUND, "This gateway does not offer the method."));
        }
        return turn;
    }

    private void initialize(Frame frame, HandshakeTurn turn) {
        String revision =
                text(frame, "/protocolVersion").filter(Era.HANDSHAKES::contains).orElse(Era.HANDSHAKES.get(0));
        client.begins(
                revision,
                frame.param("/capabilities").filter(JsonValue::isObject).orElse(Caller.NOTHING));
        chooseLines();
        new Welcome(view, time).capabilities(Era.HANDSHAKE).thenAccept(capabilities -> {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("protocolVersion", revision);
            result.put("capabilities", capabilities);
            result.put("serverInfo", Metadata.SELF);
            turn.conclude(id -> Reply.result(id, result));
        });
    }

    /** Whoever can be asked something is told apart from the others from now on. */
    private void chooseLines() {
        if (view == shared && client.needsOwnLines()) {
            view = shared.by(Way.own(client));
        }
    }

    private void setLevel(Frame frame, HandshakeTurn turn) {
        Optional<String> level = text(frame, "/level").filter(Levels::isLevel);
        if (level.isEmpty()) {
            turn.conclude(id -> Reply.error(id, Reply.INVALID_PARAMS, "\"level\" is no level."));
            return;
        }
        client.wants(level.get());
        if (view.used().isEmpty()) {
            chooseLines();
        }
        view.used().forEach(line -> line.level(level.get()));
        turn.conclude(id -> Reply.result(id, Map.of()));
    }

    private void list(Frame frame, HandshakeTurn turn) {
        Offer offer = Lists.asked(frame.method()).orElseThrow();
        new Lists(view)
                .page(
                        offer,
                        frame,
                        Era.HANDSHAKE,
                        task -> relay.tasks().serverOf(task).isPresent())
                .exceptionally(failure -> Relay.internalError(frame.id().orElseThrow(), failure))
                .thenAccept(reply -> {
                    listed.add(offer == Offer.TEMPLATES ? Offer.RESOURCES : offer);
                    turn.conclude(id -> reply);
                });
    }

    private void call(Frame frame, HandshakeTurn turn) {
        wanted(frame, turn).ifPresent(wanted -> relay.call(wanted, view, turn, Era.HANDSHAKE));
    }

    private static Optional<Relay.Wanted> wanted(Frame frame, Turn turn) {
        try {
            return Optional.of(
                    Relay.Wanted.read(RelayedMethod.of(frame.method()).orElseThrow(), frame));
        } catch (IllegalArgumentException e) {
            turn.conclude(id -> Reply.error(id, Reply.INVALID_PARAMS, "What is asked for: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private void subscribe(Frame frame, HandshakeTurn turn) {
        wanted(frame, turn)
                .ifPresent(wanted -> relay.deed(
                                wanted, view, turn, (call, line) -> watched.begin(wanted.subject(), line))
                        .<Function<JsonValue, Reply>>thenApply(concluded -> id -> subscribed(id, wanted, concluded))
                        .exceptionally(failure -> id -> Relay.internalError(id, failure))
                        .thenAccept(turn::conclude));
    }

    private static Reply subscribed(JsonValue id, Relay.Wanted wanted, Concluded concluded) {
        return concluded.outcome() instanceof CallOutcome.Completed
                ? Reply.result(id, Map.of())
                : Replies.to(id, Era.HANDSHAKE, wanted.method(), concluded);
    }

    private void unsubscribe(Frame frame, HandshakeTurn turn) {
        Optional<String> uri = text(frame, "/uri");
        if (uri.isEmpty()) {
            turn.conclude(id -> Reply.error(id, Reply.INVALID_PARAMS, "\"params\" has no \"uri\"."));
            return;
        }
        watched.end(uri.get());
        turn.conclude(id -> Reply.result(id, Map.of()));
    }

    private static Optional<String> text(Frame frame, String pointer) {
        return frame.param(pointer).filter(JsonValue::isString).map(JsonValue::text);
    }

    private void notification(Frame frame) {
        Optional<Protocol.Handling> handling = Protocol.handling(Protocol.Direction.TO_SERVER, frame, Era.HANDSHAKE);
        if (handling.equals(Optional.of(Protocol.Handling.CANCELLED))) {
            frame.param("/requestId").map(open::get).ifPresent(HandshakeTurn::cancel);
        } else if (handling.equals(Optional.of(Protocol.Handling.PASS_ON))) {
            view.used().forEach(line -> line.pass(frame));
        }
    }

    void changed(Line line, Offer offer) {
        if (listed.contains(offer) && view.used().contains(line)) {
            outbox.send(Messages.notification(offer.changed(), Map.of()));
        }
    }

    void closed() {
        client.left();
        open.values().forEach(HandshakeTurn::cancel);
        watched.end();
    }
}
