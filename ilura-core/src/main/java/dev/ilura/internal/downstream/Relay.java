package dev.ilura.internal.downstream;

import dev.ilura.Arguments;
import dev.ilura.CallRequest;
import dev.ilura.internal.CallIds;
import dev.ilura.internal.call.Concluded;
import dev.ilura.internal.call.Deed;
import dev.ilura.internal.call.PendingCall;
import dev.ilura.internal.call.RelayedMethod;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.TimeSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the requests of one client down the road. */
final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Function<PendingCall, CompletableFuture<Concluded>> road;
    private final CallIds ids;
    private final TimeSource time;
    private final Tasks tasks = new Tasks();

    /**
     * @param road takes a call through the gate; its future never fails
     */
    Relay(Function<PendingCall, CompletableFuture<Concluded>> road, CallIds ids, TimeSource time) {
        this.road = road;
        this.ids = ids;
        this.time = time;
    }

    Tasks tasks() {
        return tasks;
    }

    /**
     * What a client asks for, read.
     *
     * @param arguments what is judged
     * @param subject what is asked for, as the client names it
     */
    record Wanted(RelayedMethod method, Frame frame, Arguments arguments, String subject) {

        /** Reads it; a reply that says what is wrong if it cannot be read. */
        static Wanted read(RelayedMethod method, Frame frame) {
            try {
                return new Wanted(
                        method,
                        frame,
                        method.arguments(frame),
                        method.subject(frame)
                                .orElseThrow(() ->
                                        new IllegalArgumentException("\"params\" does not say what is asked for.")));
            } catch (MalformedJsonException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
    }

    /** Takes a request to the server that is meant, and its answer to the turn. */
    void call(Wanted wanted, PodView view, Turn turn, Era era) {
        long started = time.nanos();
        find(wanted, view)
                .thenCompose(address -> take(wanted, address, view, turn, Optional.empty(), started)
                        .thenApply(concluded -> {
                            tasks.made(address.server(), concluded);
                            return concluded;
                        }))
                .<Function<JsonValue, Reply>>thenApply(
                        concluded -> id -> Replies.to(id, era, wanted.method(), concluded))
                .exceptionally(failure -> id -> internalError(id, failure))
                .thenAccept(turn::conclude);
    }

    /** Has something judged and done that is no request to a server. */
    CompletableFuture<Concluded> deed(Wanted wanted, PodView view, Turn turn, Deed deed) {
        long started = time.nanos();
        return find(wanted, view).thenCompose(address -> take(wanted, address, view, turn, Optional.of(deed), started));
    }

    private CompletableFuture<Addresses.Address> find(Wanted wanted, PodView view) {
        return wanted.method().target().isEmpty()
                ? new Addresses(view).find(wanted.method(), wanted.subject(), wanted.frame())
                : CompletableFuture.completedFuture(new Addresses.Address(
                        tasks.serverOf(wanted.subject()).orElse(""),
                        wanted.method().target(),
                        Optional.empty()));
    }

    private CompletableFuture<Concluded> take(
            Wanted wanted, Addresses.Address address, PodView view, Turn turn, Optional<Deed> deed, long started) {
        String id = ids.next();
        CallRequest request = traced(
                turn.asking(address.server(), address.target()).arguments(address.own(wanted.arguments())),
                wanted.frame());
        turn.isCall(request, id);
        return road.apply(new PendingCall(
                id,
                request,
                Optional.of(wanted.frame()),
                wanted.method(),
                turn,
                view.way(),
                deed,
                turn::progressed,
                turn.cancellation(),
                started));
    }

    private static CallRequest traced(CallRequest request, Frame frame) {
        return frame.param("/_meta/traceparent")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .filter(context -> context.matches("[0-9a-f-]{1,64}"))
                .map(request::traced)
                .orElse(request);
    }

    /** A request gets an answer whatever happens in the gate. */
    static Reply internalError(JsonValue requestId, Throwable failure) {
        LOG.error("a request could not be answered", failure);
        return Reply.error(requestId, Reply.INTERNAL_ERROR, "ILR-CALL-015 The gate failed.");
    }
}
