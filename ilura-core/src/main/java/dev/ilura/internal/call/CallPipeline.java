package dev.ilura.internal.call;

import dev.ilura.Arguments;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.Decision;
import dev.ilura.Limits;
import dev.ilura.Pod;
import dev.ilura.Resilience;
import dev.ilura.RiskLane;
import dev.ilura.internal.CallIds;
import dev.ilura.internal.Listeners;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.ResultCache;
import dev.ilura.internal.upstream.Servers;
import dev.ilura.internal.upstream.UpstreamFailure;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.BeforeCall;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.spi.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a call, in one direction. Stage 1, Receive, is {@link dev.ilura.internal.wire.Frame#read}; stage 10, Reply,
 * belongs to whoever called. A stage hands on or {@linkplain Stop stops}; whatever stops a call, it is recorded. Nothing
 * here blocks: a call that waits for a human, a server or the log holds up no other.
 */
public final class CallPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(CallPipeline.class);

    private final Map<String, Pod> pods;
    private final Resolve resolve;
    private final Validate validate;
    private final Decide decide;
    private final Approve approve;
    private final Prepare prepare;
    private final RecordIntent recordIntent;
    private final Questioning questioning;
    private final Execute execute;
    private final Inspect inspect;
    private final RecordOutcome recordOutcome;
    private final Revalidate revalidate = new Revalidate();
    private final Settle settle;
    private final ResultCache cache;
    private final Limits limits;
    private final TimeSource time;
    private final ExecutorService executor;
    private final Listeners listeners;

    public CallPipeline(Parts parts) {
        Journal journal = new Journal(parts.audit(), parts.limits().callTimeout(), parts.time());
        this.cache = new ResultCache(parts.resilience(), parts.time());
        this.limits = parts.limits();
        this.time = parts.time();
        this.executor = parts.executor();
        this.listeners = parts.listeners();
        this.pods = parts.pods();
        this.resolve = new Resolve(pods, parts.servers(), cache);
        this.validate = new Validate();
        this.decide = new Decide((call, decision) -> listeners.tell(listener -> listener.decided(call, decision)));
        this.approve = new Approve(parts.consent(), journal);
        this.prepare = new Prepare(parts.before(), limits.callTimeout(), time, executor);
        this.recordIntent = new RecordIntent(journal);
        this.questioning = new Questioning(this::ask, parts.ids(), time, limits.approvalTimeout());
        this.execute = new Execute(cache, limits, parts.resilience(), time, questioning);
        this.inspect = new Inspect(parts.inspectors());
        this.settle = new Settle(parts.pods());
        this.recordOutcome = new RecordOutcome(journal, time);
    }

    /** What the stages work with. */
    public record Parts(
            Map<String, Pod> pods,
            Servers servers,
            Consent consent,
            AuditSink audit,
            List<BeforeCall> before,
            List<ResponseInspector> inspectors,
            Listeners listeners,
            Limits limits,
            Resilience resilience,
            CallIds ids,
            TimeSource time,
            ExecutorService executor) {}

    /** The same way for what servers ask. */
    public Questioning questioning() {
        return questioning;
    }

    /** Takes a call all the way. The future never fails. */
    public CompletableFuture<Concluded> run(PendingCall pending) {
        return through(pending, resolved(pending));
    }

    /** Takes a server's question all the way; who asks is known. The future never fails. */
    private CompletableFuture<Concluded> ask(PendingCall question, Line line, String identity) {
        return through(question, asking(question, line, identity));
    }

    private CompletableFuture<Resolved> asking(PendingCall question, Line line, String identity) {
        Pod pod = pods.get(question.request().pod());
        if (pod == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("a question from outside any pod"));
        }
        return CompletableFuture.completedFuture(
                new Resolved(question, pod, line, Resolve.call(question, pod, line, identity)));
    }

    private CompletableFuture<Concluded> through(PendingCall pending, CompletableFuture<Resolved> whoIsMeant) {
        return unlessGivenUp(pending, whoIsMeant)
                .thenCompose(resolved -> unlessGivenUp(pending, judged(resolved)))
                .thenCompose(approve::apply)
                .thenCompose(this::revalidated)
                .thenCompose(prepare::apply)
                .thenCompose(recordIntent::apply)
                .thenCompose(this::effect)
                .handle((answered, failure) -> {
                    if (failure != null) {
                        return endingOf(pending, failure);
                    }
                    keep(answered);
                    return Ending.answered(answered);
                })
                .thenCompose(ending -> recordOutcome
                        .apply(ending)
                        .whenComplete((concluded, never) -> ending.call().ifPresent(call -> {
                            settle.apply(call, concluded.outcome());
                            listeners.tell(listener -> listener.ended(call, concluded.outcome()));
                        })));
    }

    /** Stages 7 and 8. What a server asks is looked at before the client sees it; what it answers, afterwards. */
    private CompletableFuture<Answered> effect(Cleared cleared) {
        Judged judged = cleared.judged();
        Optional<Deed> deed = judged.pending().deed();
        if (deed.isEmpty()) {
            return execute.apply(cleared).thenApply(inspect::apply);
        }
        JsonValue shown = inspect.apply(new Answered(
                        judged, Optional.empty(), judged.call().arguments().json(), false, false, ""))
                .result();
        return deed.get()
                .apply(judged.call().with(Arguments.of(shown)), judged.line())
                .handle((said, failure) -> {
                    if (failure != null) {
                        throw new Stop(Ending.failed(
                                judged.pending(),
                                Optional.of(judged.call()),
                                judged.lane(),
                                UpstreamFailure.in(failure).orElseGet(UpstreamFailure::cancelled)));
                    }
                    return new Answered(judged, Optional.empty(), said.value(), said.error(), false, "");
                });
    }

    /** Stages 2 to 4 only: what would be decided. */
    public CompletableFuture<Decision> explain(PendingCall pending) {
        return resolved(pending)
                .thenCompose(resolved -> judging(resolved, () -> Decide.decision(resolved, validate)))
                .exceptionally(failure -> stopIn(failure)
                        .map(stop -> stop.ending().asDecision())
                        .orElseGet(() -> Decide.doubt("The gate failed: " + RecordOutcome.reason(failure))));
    }

    private CompletableFuture<Resolved> resolved(PendingCall pending) {
        try {
            return resolve.apply(pending);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Who gives a call up need not wait for a server that starts or a policy that thinks: nothing has happened yet. */
    private static <T> CompletableFuture<T> unlessGivenUp(PendingCall pending, CompletableFuture<T> stage) {
        CompletableFuture<T> first = stage.copy();
        pending.cancellation()
                .onCancel(() -> first.completeExceptionally(new Stop(
                        Ending.failed(pending, Optional.empty(), RiskLane.LOW, UpstreamFailure.cancelledInTime()))));
        return first;
    }

    private CompletableFuture<Judged> judged(Resolved resolved) {
        return judging(resolved, () -> decide.apply(validate.apply(resolved)));
    }

    private CompletableFuture<Cleared> revalidated(Cleared cleared) {
        return Revalidate.isDue(cleared)
                ? judging(cleared.judged().resolved(), () -> revalidate.apply(cleared))
                : CompletableFuture.completedFuture(cleared);
    }

    /** An engine that may block is asked on a thread of its own, and only for so long. */
    private <T> CompletableFuture<T> judging(Resolved resolved, Supplier<T> judgement) {
        if (!resolved.pod().policy().mayBlock()) {
            return CompletableFuture.completedFuture(judgement.get());
        }
        CompletableFuture<T> verdict = CompletableFuture.supplyAsync(judgement, executor);
        TimeSource.Timer timer = time.after(
                limits.callTimeout(),
                () -> verdict.completeExceptionally(new Stop(Ending.denied(
                        resolved.pending(),
                        Optional.of(resolved.call()),
                        Decide.doubt("The policy gave no decision in time."),
                        resolved.pod().policy().version()))));
        return verdict.whenComplete((given, failure) -> timer.cancel());
    }

    /** Only what passed inspection is kept, and no error is. */
    private void keep(Answered answered) {
        Judged judged = answered.judged();
        boolean error = answered.error()
                || answered.result()
                        .member("isError")
                        .filter(value -> !value.isBoolean() || value.flag())
                        .isPresent();
        boolean kept = judged.terms().readOnly() && judged.pending().deed().isEmpty();
        if (kept && !answered.cached() && !error && !isQuestion(answered)) {
            cache.keep(judged.call(), judged.policyVersion(), answered.result());
        }
    }

    /** The attack on a cache: an answer to one dialogue given to another. */
    private static boolean isQuestion(Answered answered) {
        return answered.result()
                        .member("resultType")
                        .filter(type -> !type.isString() || !type.text().equals("complete"))
                        .isPresent()
                || answered.judged()
                        .pending()
                        .frame()
                        .filter(frame -> frame.param("/requestState").isPresent()
                                || frame.param("/inputResponses").isPresent()
                                || frame.param("/task").isPresent())
                        .isPresent();
    }

    private static Ending endingOf(PendingCall pending, Throwable failure) {
        return stopIn(failure).map(Stop::ending).orElseGet(() -> {
            LOG.error("call {} failed in the gate", pending.id(), failure);
            return Ending.failed(
                    pending,
                    Optional.empty(),
                    RiskLane.LOW,
                    "ILR-CALL-015",
                    "The gate failed: " + RecordOutcome.reason(failure),
                    Effect.UNKNOWN);
        });
    }

    private static Optional<Stop> stopIn(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Stop stop ? Optional.of(stop) : Optional.empty();
    }
}
