package dev.ilura.internal.call;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.spi.BeforeCall;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

/** Between approval and record: what has to be done before the effect. If it fails or takes too long, nothing happens. */
final class Prepare {
    private final List<BeforeCall> steps;
    private final Duration patience;
    private final TimeSource time;
    private final Executor executor;

    Prepare(List<BeforeCall> steps, Duration patience, TimeSource time, Executor executor) {
        this.steps = List.copyOf(steps);
        this.patience = patience;
        this.time = time;
        this.executor = executor;
    }

    CompletableFuture<Cleared> apply(Cleared cleared) {
        List<BeforeCall> concerned = steps.stream()
                .filter(step -> step.concerns(cleared.judged().call()))
                .toList();
        if (concerned.isEmpty()) {
            return CompletableFuture.completedFuture(cleared);
        }
        CompletableFuture<Cleared> done = CompletableFuture.supplyAsync(() -> done(concerned, cleared), executor);
        TimeSource.Timer timer = time.after(
                patience,
                () -> done.completeExceptionally(
                        new TimeoutException("it was not done within " + patience.toMillis() + " ms")));
        return done.whenComplete((ready, failure) -> timer.cancel()).handle((ready, failure) -> {
            if (failure != null) {
                throw new Stop(failed(cleared.judged(), failure));
            }
            return ready;
        });
    }

    private static Cleared done(List<BeforeCall> steps, Cleared cleared) {
        Map<String, String> facts = new TreeMap<>();
        try {
            for (BeforeCall step : steps) {
                facts.putAll(step.before(cleared.judged().call()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return new Cleared(cleared.judged(), cleared.assent(), facts);
    }

    private static Ending failed(Judged judged, Throwable failure) {
        return Ending.failed(
                judged.pending(),
                Optional.of(judged.call()),
                judged.lane(),
                "ILR-TOOLS-004",
                "What must come before the call could not be done: " + RecordOutcome.reason(failure),
                Effect.NONE);
    }
}
