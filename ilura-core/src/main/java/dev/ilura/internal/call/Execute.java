package dev.ilura.internal.call;

import dev.ilura.Limits;
import dev.ilura.Resilience;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.Bulkhead;
import dev.ilura.internal.upstream.Exchange;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Lines;
import dev.ilura.internal.upstream.Outgoing;
import dev.ilura.internal.upstream.ResultCache;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.internal.upstream.UpstreamFailure;
import dev.ilura.internal.upstream.UpstreamSession;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Stage 7: the effect. Cache, then breaker, then a place, then the transport, within the deadline. Immediately before the
 * write the frame is read again and compared with what was judged, approved and recorded.
 */
final class Execute {
    private final ResultCache cache;
    private final Bulkhead gatewayBulkhead;
    private final Limits limits;
    private final Resilience resilience;
    private final TimeSource time;
    private final InputRounds rounds;
    private final TaskQuestions tasks;

    Execute(ResultCache cache, Limits limits, Resilience resilience, TimeSource time, Questioning questioning) {
        this.cache = cache;
        this.gatewayBulkhead = new Bulkhead(limits.concurrentCalls(), limits.waitingCalls());
        this.limits = limits;
        this.resilience = resilience;
        this.time = time;
        this.rounds = new InputRounds(questioning);
        this.tasks = new TaskQuestions(questioning, limits.callTimeout());
    }

    CompletableFuture<Answered> apply(Cleared cleared) {
        Judged judged = cleared.judged();
        if (judged.terms().readOnly() && !isContinued(judged)) {
            Optional<JsonValue> kept = cache.find(judged.call(), judged.policyVersion());
            if (kept.isPresent()) {
                return CompletableFuture.completedFuture(
                        new Answered(judged, Optional.empty(), kept.get(), false, true, ""));
            }
        }
        // A yes is good for one write, so what was asked for is never tried again by itself.
        boolean repeatable = judged.terms().idempotent() && cleared.assent().isEmpty();
        int tries = 1 + (repeatable ? resilience.retries() : 0);
        return attempt(cleared, time.nanos() + timeout(judged).toNanos(), tries)
                .thenApply(frame -> answered(judged, frame));
    }

    /** A call that goes on with a dialogue is never answered from memory. */
    private static boolean isContinued(Judged judged) {
        return judged.pending()
                .frame()
                .filter(frame -> frame.param("/requestState").isPresent()
                        || frame.param("/inputResponses").isPresent()
                        || frame.param("/task").isPresent())
                .isPresent();
    }

    private Duration timeout(Judged judged) {
        return judged.pending()
                .request()
                .timeout()
                .filter(wanted -> wanted.compareTo(limits.callTimeout()) < 0)
                .orElse(limits.callTimeout());
    }

    private CompletableFuture<Frame> attempt(Cleared cleared, long deadline, int tries) {
        Upstream upstream = cleared.judged().upstream();
        if (!upstream.breaker().tryPass()) {
            return CompletableFuture.failedFuture(stop(cleared.judged(), upstream.breakerOpen()));
        }
        return placed(upstream.bulkhead(), cleared, deadline, () -> throughGateway(cleared, deadline))
                .whenComplete((frame, failure) -> account(cleared.judged().line(), failure))
                .handle((frame, failure) -> failure == null
                        ? CompletableFuture.completedFuture(frame)
                        : again(cleared, deadline, tries - 1, failureOf(failure)))
                .thenCompose(Function.identity());
    }

    /** The gateway's place comes last: calls that wait for one slow server take no place from calls to others. */
    private CompletableFuture<Frame> throughGateway(Cleared cleared, long deadline) {
        return placed(gatewayBulkhead, cleared, deadline, () -> exchange(cleared, deadline));
    }

    private static void account(Line line, Throwable failure) {
        if (failure == null) {
            line.upstream().breaker().worked();
            line.worked();
        } else {
            line.upstream().breaker().account(failure);
        }
    }

    /** Tries again only what a rule calls idempotent, and only what the transport lost. */
    private CompletableFuture<Frame> again(Cleared cleared, long deadline, int tries, UpstreamFailure failure) {
        boolean timeLeft = deadline - time.nanos() > 0;
        boolean givenUp = cleared.judged().pending().cancellation().isCancelled();
        return tries > 0 && timeLeft && !givenUp && failure.serverAtFault()
                ? attempt(cleared, deadline, tries)
                : CompletableFuture.failedFuture(stop(cleared.judged(), failure));
    }

    private CompletableFuture<Frame> placed(
            Bulkhead bulkhead, Cleared cleared, long deadline, Supplier<CompletableFuture<Frame>> action) {
        CompletableFuture<Bulkhead.Permit> turn = bulkhead.enter();
        endWait(turn, cleared, deadline, UpstreamFailure::noPlace);
        return turn.thenCompose(permit -> action.get().whenComplete((frame, failure) -> permit.release()));
    }

    /** A wait that comes before the effect ends at the deadline, and when the caller gives up. */
    private void endWait(
            CompletableFuture<?> wait, Cleared cleared, long deadline, Supplier<UpstreamFailure> atDeadline) {
        if (wait.isDone()) {
            return;
        }
        TimeSource.Timer timer = time.after(
                Duration.ofNanos(Math.max(0, deadline - time.nanos())),
                () -> wait.completeExceptionally(atDeadline.get()));
        wait.whenComplete((ended, failure) -> timer.cancel());
        cleared.judged()
                .pending()
                .cancellation()
                .onCancel(() -> wait.completeExceptionally(UpstreamFailure.cancelledInTime()));
    }

    /** The line is the call's until its end, questions to its client included. */
    private CompletableFuture<Frame> exchange(Cleared cleared, long deadline) {
        Judged judged = cleared.judged();
        CompletableFuture<Lines.Lease> lent =
                judged.pending().way().lend(judged.upstream()).copy();
        endWait(lent, cleared, deadline, UpstreamFailure::noPlace);
        return lent.thenCompose(lease -> exchange(cleared, lease.line(), deadline)
                .whenComplete((frame, failure) -> lease.end().run()));
    }

    private CompletableFuture<Frame> exchange(Cleared cleared, Line line, long deadline) {
        Judged judged = cleared.judged();
        CompletableFuture<UpstreamSession> running = line.ready().copy();
        endWait(
                running,
                cleared,
                deadline,
                () -> UpstreamFailure.notRunning(judged.call().server()));
        return running.thenCompose(session -> {
            if (judged.pending().cancellation().isCancelled()) {
                throw UpstreamFailure.cancelledInTime();
            }
            checkUnchanged(cleared, line, session);
            return round(cleared, new Reached(line, session), deadline, Optional.empty(), 0);
        });
    }

    /** The server as the bytes would reach it. */
    private record Reached(Line line, UpstreamSession session) {}

    /** One request and its answer; another one if the answer is a question that the gate has to put. */
    private CompletableFuture<Frame> round(
            Cleared cleared, Reached reached, long deadline, Optional<OutgoingFrame.Replied> replied, int number) {
        Judged judged = cleared.judged();
        UpstreamSession session = reached.session();
        Exchange exchange = session.request(
                checkedFrame(cleared, reached, new OutgoingFrame(judged, session, replied), number),
                Duration.ofNanos(Math.max(1, deadline - time.nanos())),
                judged.pending().caller(),
                judged.pending().progress());
        judged.pending().cancellation().onCancel(() -> exchange.cancel(UpstreamFailure.cancelled()));
        return exchange.answer().thenCompose(answer -> {
            if (!InputRounds.isQuestion(session, answer)) {
                return tasks.judged(judged, session, answer);
            }
            long left = deadline - time.nanos();
            return rounds.answers(judged, session.identity(), answer, number)
                    .thenCompose(given -> given.isEmpty()
                            ? CompletableFuture.completedFuture(answer)
                            : round(cleared, reached, time.nanos() + left, given, number + 1));
        });
    }

    /** The attack: server or tool are exchanged between the judgement and the effect. */
    private static void checkUnchanged(Cleared cleared, Line line, UpstreamSession session) {
        Judged judged = cleared.judged();
        boolean sameServer = session.identity().equals(judged.call().serverIdentity());
        boolean sameTool = toolNow(judged, line)
                .map(Tool::digest)
                .equals(Optional.of(judged.call().tool().digest()));
        if (!sameServer || !sameTool) {
            throw UpstreamFailure.changed("The server or its tool changed since the call was judged.");
        }
    }

    /** The attack: arguments are changed after approval. What is written is compared with what was agreed to. */
    private static LongFunction<Outgoing> checkedFrame(
            Cleared cleared, Reached reached, OutgoingFrame frame, int number) {
        return id -> {
            Outgoing outgoing = frame.of(id);
            cleared.assent().ifPresent(assent -> {
                Judged judged = cleared.judged();
                Optional<ToolCall> sent = sent(outgoing.bytes(), judged, reached);
                if (number == 0) {
                    assent.use(sent, judged.groundsNow());
                } else {
                    assent.goOn(sent, judged.groundsNow());
                }
            });
            return outgoing.of(cleared.judged().call());
        };
    }

    /** The call that the bytes hold, for the server and the tool that would get them. */
    private static Optional<ToolCall> sent(byte[] bytes, Judged judged, Reached reached) {
        return OutgoingFrame.read(bytes, judged)
                .flatMap(call -> toolNow(judged, reached.line())
                        .map(tool -> call.reaching(reached.session().identity(), tool)));
    }

    private static Optional<Tool> toolNow(Judged judged, Line line) {
        return Resolve.subject(judged.pending(), line);
    }

    private Answered answered(Judged judged, Frame frame) {
        JsonValue result = frame.result().or(frame::error).orElseThrow();
        return new Answered(judged, Optional.of(frame), result, frame.error().isPresent(), false, "");
    }

    private static Stop stop(Judged judged, UpstreamFailure failure) {
        return new Stop(Ending.failed(judged.pending(), Optional.of(judged.call()), judged.lane(), failure));
    }

    private static UpstreamFailure failureOf(Throwable failure) {
        return UpstreamFailure.in(failure).orElseThrow(() -> new CompletionException(failure));
    }
}
