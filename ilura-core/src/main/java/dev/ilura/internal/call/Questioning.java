package dev.ilura.internal.call;

import dev.ilura.Arguments;
import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.internal.CallIds;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Caller.Said;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Way;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What servers ask clients: judged, recorded and put to the client like a call, under the targets
 * {@code server/@sampling}, {@code server/@elicitation} and {@code server/@roots}. A question that may not be asked is
 * answered with a refusal, never with silence.
 */
public final class Questioning {
    private static final int REFUSED = -1;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final JsonValue DECLINED = JsonValue.parse("{\"action\":\"decline\"}");

    private final Road road;
    private final CallIds ids;
    private final TimeSource time;
    private final Duration patience;

    /**
     * @param patience how long a client has for an answer
     */
    public Questioning(Road road, CallIds ids, TimeSource time, Duration patience) {
        this.road = road;
        this.ids = ids;
        this.time = time;
        this.patience = patience;
    }

    /** Takes a question through the stages; never fails. */
    @FunctionalInterface
    public interface Road {
        CompletableFuture<Concluded> take(PendingCall question, Line line, String identity);
    }

    /** Judges a question and puts it to the client. Never fails but by being cancelled, which withdraws it. */
    public CompletableFuture<Said> answer(Line line, String identity, Caller caller, String method, JsonValue params) {
        return judged(line, identity, caller, method, params, (call, way) -> {
            CompletableFuture<Said> asking = caller.ask(method, call.arguments().json());
            TimeSource.Timer timer = time.after(
                    patience,
                    () -> asking.complete(
                            Said.error(REFUSED, "The client did not answer within " + patience.toSeconds() + " s.")));
            asking.whenComplete((said, failure) -> timer.cancel());
            return asking;
        });
    }

    /** Judges a question that the client will see by itself; the refusal, if it may not. */
    CompletableFuture<Optional<Said>> denial(Line line, String identity, Caller caller, JsonValue question) {
        Said passed = Said.result(Caller.NOTHING);
        return judged(
                        line,
                        identity,
                        caller,
                        InputRounds.method(question),
                        InputRounds.params(question),
                        (call, way) -> CompletableFuture.completedFuture(passed))
                .thenApply(said -> said.equals(passed) ? Optional.empty() : Optional.of(said));
    }

    private CompletableFuture<Said> judged(
            Line line, String identity, Caller caller, String method, JsonValue params, Deed deed) {
        Optional<RelayedMethod> asked = RelayedMethod.question(method);
        if (asked.isEmpty() || !Caller.declares(caller.capabilities(), method, params)) {
            return CompletableFuture.completedFuture(
                    Said.error(METHOD_NOT_FOUND, "Not offered: " + Ending.shortened(method)));
        }
        Arguments arguments;
        try {
            arguments = Arguments.of(params);
        } catch (IllegalArgumentException | MalformedJsonException e) {
            return CompletableFuture.completedFuture(
                    Said.error(INVALID_PARAMS, Ending.shortened(String.valueOf(e.getMessage()))));
        }
        CallRequest request = caller.asking(line.name(), asked.get().target()).arguments(arguments);
        Cancellation cancellation = new Cancellation();
        AtomicReference<@Nullable Said> answer = new AtomicReference<>();
        PendingCall pending = new PendingCall(
                ids.next(),
                request,
                Optional.empty(),
                asked.get(),
                caller,
                Way.shared(),
                Optional.of((call, way) -> {
                    CompletableFuture<Said> doing = deed.apply(call, way);
                    cancellation.onCancel(() -> doing.cancel(false));
                    return doing.thenApply(said -> {
                        answer.set(said);
                        return said;
                    });
                }),
                progress -> {},
                cancellation,
                time.nanos());
        CompletableFuture<Said> said = new CompletableFuture<>();
        road.take(pending, line, identity)
                .thenAccept(concluded -> said.complete(reply(asked.get(), concluded.outcome(), answer.get())));
        said.whenComplete((value, failure) -> {
            if (failure != null) {
                cancellation.cancel();
            }
        });
        return said;
    }

    /** What the client said, if it is on record; otherwise a no in the words of the question. */
    private static Said reply(RelayedMethod method, CallOutcome outcome, @Nullable Said said) {
        boolean recorded = outcome instanceof CallOutcome.Completed
                || (outcome instanceof CallOutcome.Failed failed
                        && failed.code().equals("ILR-CALL-010"));
        if (recorded && said != null) {
            return said;
        }
        if (method == RelayedMethod.ELICITATION) {
            return Said.result(DECLINED);
        }
        return new Said(JsonValue.of(Map.of("code", REFUSED, "message", "Ilura: " + outcome.summary())), true);
    }
}
