package dev.ilura.internal.upstream;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.Metadata;
import dev.ilura.json.JsonValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Finds out what a server speaks: asks {@code server/discover} first. A discovery, or an error that only 2026-07-28 has,
 * settles it; anything else, and silence, means {@code initialize} on the same connection. No single code decides, because
 * servers of the handshake era answer what they do not know in every way there is.
 */
final class Greeting {
    /** The probe. */
    static final String DISCOVER = "server/discover";

    private static final Set<Long> MODERN_ERRORS = Set.of(-32020L, -32021L, -32022L);
    private static final Duration PROBE = Duration.ofSeconds(8);

    private final UpstreamSession session;
    private final Duration timeout;

    /**
     * @param timeout for each of the two questions; a probe takes a third of it at most
     */
    Greeting(UpstreamSession session, Duration timeout) {
        this.session = session;
        this.timeout = timeout;
    }

    /**
     * Agrees on a revision. The server's own name and instructions are claims and change nothing.
     *
     * @param probing whether it may speak 2026-07-28
     */
    CompletableFuture<Agreement> greet(boolean probing) {
        return (probing ? probe() : initialize(Optional.empty())).thenApply(agreed -> {
            session.agreed(agreed);
            if (agreed.era() == Era.HANDSHAKE) {
                session.notifyServer("notifications/initialized", Map.of());
            }
            return agreed;
        });
    }

    private CompletableFuture<Agreement> probe() {
        Duration third = timeout.dividedBy(3);
        Exchange discovery = discovery();
        CompletableFuture<Optional<Frame>> heard = discovery.answer().<Optional<Frame>>handle((frame, failure) -> {
            if (failure == null) {
                return Optional.of(frame);
            }
            throw asCompletion(failure);
        });
        return new Patience(session, third.compareTo(PROBE) < 0 ? third : PROBE)
                .await(heard)
                .handle((frame, failure) -> failure == null ? concluded(frame, discovery) : inconclusive(failure))
                .thenCompose(Function.identity());
    }

    private static CompletionException asCompletion(Throwable failure) {
        return failure instanceof CompletionException already ? already : new CompletionException(failure);
    }

    private CompletableFuture<Agreement> concluded(Optional<Frame> frame, Exchange discovery) {
        return frame.flatMap(this::modern)
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> initialize(Optional.of(discovery)));
    }

    /** Refused credentials and failures say nothing about the era, and the end of the connection ends this too. */
    private CompletableFuture<Agreement> inconclusive(Throwable failure) {
        boolean understood = UpstreamFailure.in(failure)
                .filter(lost -> lost.effect() != Effect.NONE)
                .isPresent();
        return understood ? CompletableFuture.failedFuture(failure) : initialize(Optional.empty());
    }

    private Optional<Agreement> modern(Frame frame) {
        Optional<JsonValue> versions = frame.result().flatMap(result -> result.member("supportedVersions"));
        if (versions.filter(JsonValue::isArray).isPresent()) {
            List<String> supported = texts(versions.get());
            if (supported.contains(Era.MODERN)) {
                return frame.result().map(result -> Agreement.in(result, Era.PER_REQUEST, Era.MODERN));
            }
            return otherwise(supported);
        }
        Optional<JsonValue> error = frame.error();
        boolean recognised = error.flatMap(each -> each.member("code"))
                .flatMap(JsonValue::integer)
                .filter(MODERN_ERRORS::contains)
                .isPresent();
        if (!recognised) {
            return Optional.empty();
        }
        Optional<JsonValue> supported =
                error.flatMap(each -> each.at("/data/supported")).filter(JsonValue::isArray);
        return supported.isPresent()
                ? otherwise(texts(supported.get()))
                : Optional.of(new Agreement(Era.PER_REQUEST, Era.MODERN, Optional.empty()));
    }

    /** A server that names revisions of the other era itself may be greeted in that way; any other has nothing in common. */
    private Optional<Agreement> otherwise(List<String> supported) {
        if (supported.contains(Era.MODERN)) {
            return Optional.of(new Agreement(Era.PER_REQUEST, Era.MODERN, Optional.empty()));
        }
        if (supported.stream().anyMatch(Era.HANDSHAKES::contains)) {
            return Optional.empty();
        }
        throw unknown(String.join(", ", supported));
    }

    private static List<String> texts(JsonValue array) {
        return array.elements().stream()
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .toList();
    }

    /**
     * Begins a session.
     *
     * @param late a discovery that was not answered in time: if the server does not know {@code initialize}, its late answer
     *     settles it
     */
    private CompletableFuture<Agreement> initialize(Optional<Exchange> late) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("protocolVersion", Era.HANDSHAKES.get(0));
        params.put("capabilities", session.clientCapabilities().toJava());
        params.put("clientInfo", Metadata.SELF);
        return session.exchange("initialize", params, timeout)
                .answer()
                .thenCompose(frame -> modern(frame)
                        .map(refused -> newer(refused, late))
                        .orElseGet(() -> CompletableFuture.completedFuture(
                                begun(frame.result().orElseThrow(() -> session.refused("initialize", frame))))))
                .whenComplete((agreed, failure) -> late.filter(discovery -> failure == null)
                        .ifPresent(discovery -> discovery.answer().completeExceptionally(UpstreamFailure.cancelled())))
                .handle((agreed, failure) -> failure == null
                        ? CompletableFuture.completedFuture(agreed)
                        : late.filter(discovery -> discovery.answer().isDone()
                                        && !discovery.answer().isCompletedExceptionally())
                                .flatMap(discovery -> modern(discovery.answer().join()))
                                .map(CompletableFuture::completedFuture)
                                .orElseGet(() -> CompletableFuture.failedFuture(failure)))
                .thenCompose(Function.identity());
    }

    /** A server that was slow at the probe, and says to the handshake that it is of 2026-07-28: what it can do is still to come. */
    private CompletableFuture<Agreement> newer(Agreement refused, Optional<Exchange> late) {
        return late.orElseGet(this::discovery)
                .answer()
                .handle((frame, failure) -> failure == null ? modern(frame).orElse(refused) : refused);
    }

    private Exchange discovery() {
        return session.exchange(DISCOVER, Map.of("_meta", Metadata.of(session.clientCapabilities())), timeout);
    }

    private Agreement begun(JsonValue result) {
        String agreed = result.member("protocolVersion")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
        if (!Era.HANDSHAKES.contains(agreed)) {
            throw unknown(agreed);
        }
        Agreement said = Agreement.in(result, Era.HANDSHAKE, agreed);
        return new Agreement(
                Era.HANDSHAKE, agreed, Optional.of(said.capabilities().orElse(Caller.NOTHING)), said.instructions());
    }

    private UpstreamFailure unknown(String wanted) {
        return UpstreamFailure.ofServer(
                "ILR-SERVER-003",
                "Server \"" + session.server() + "\" wants protocol revision \"" + UpstreamSession.shortened(wanted)
                        + "\"; known are " + Era.MODERN + " and " + Era.HANDSHAKES + ".",
                Effect.NONE);
    }

    /** Waits for so long and then goes on without an answer. */
    private record Patience(UpstreamSession session, Duration limit) {
        CompletableFuture<Optional<Frame>> await(CompletableFuture<Optional<Frame>> heard) {
            CompletableFuture<Optional<Frame>> first = heard.copy();
            if (!first.isDone()) {
                var timer = session.after(limit, () -> first.complete(Optional.empty()));
                first.whenComplete((frame, failure) -> timer.cancel());
            }
            return first;
        }
    }
}
