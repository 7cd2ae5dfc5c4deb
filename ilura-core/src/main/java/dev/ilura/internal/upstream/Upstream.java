package dev.ilura.internal.upstream;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.IluraException;
import dev.ilura.Inventory;
import dev.ilura.Inventory.Quarantined;
import dev.ilura.Limits;
import dev.ilura.Resilience;
import dev.ilura.ServerSpec;
import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One configured server over its whole life: started when first needed, started again after it ended (later and later
 * while it keeps ending), its tools pinned each time they are seen. Thread-safe.
 */
public final class Upstream implements UpstreamSession.Events {
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);
    /** What models are told about, and so must not change behind their backs. Resources are data and come and go. */
    private static final Set<Offer> PINNED = EnumSet.of(Offer.TOOLS, Offer.PROMPTS);

    private final ServerSpec spec;
    private final Limits limits;
    private final Resilience resilience;
    private final TimeSource time;
    private final Executor executor;
    private final Transport.StartGate gate;
    private final Watcher watcher;
    private final ServerBreaker breaker;
    private final Bulkhead bulkhead;
    private final ReentrantLock lock = new ReentrantLock();
    private final Pins pins;
    private final Transport transport;

    private @Nullable CompletableFuture<UpstreamSession> current;
    private Inventory.State state = Inventory.State.IDLE;
    private Known known = new Known("", "", Map.of(), Map.of());
    private final AtomicLong listings = new AtomicLong();
    private @Nullable String problem;
    private int failedStarts;
    private boolean closed;

    public Upstream(
            ServerSpec spec,
            Limits limits,
            Resilience resilience,
            TimeSource time,
            Executor executor,
            Transport.StartGate gate,
            Watcher watcher) {
        this.spec = spec;
        this.limits = limits;
        this.resilience = resilience;
        this.time = time;
        this.executor = executor;
        this.gate = gate;
        this.watcher = watcher;
        this.breaker = new ServerBreaker(spec.name(), resilience, time);
        this.bulkhead = new Bulkhead(limits.concurrentCallsPerServer(), limits.waitingCalls());
        this.pins = new Pins(spec.pins());
        this.transport = spec.transport();
    }

    /** Who wants to know what becomes of servers. */
    public interface Watcher {
        /** What is pinned was listed. */
        void listed(Upstream upstream, String identity, Offer offer, List<Tool> entries, List<Quarantined> quarantined);

        /** What was listed before is no longer right. */
        void changed(Upstream upstream, Offer offer);

        /** The server ended or could not be started. */
        void ended(Upstream upstream, String identity, String code, String reason);
    }

    /** What was last seen of the server. */
    private record Known(
            String identity, String revision, Map<Offer, Pins.Admission> offers, Map<String, Tool> callable) {

        Known with(UpstreamSession session, Offer offer, Pins.Admission admission) {
            Map<Offer, Pins.Admission> changed = new EnumMap<>(Offer.class);
            changed.putAll(offers);
            changed.put(offer, admission);
            Map<String, Tool> all = new HashMap<>();
            changed.values().forEach(each -> all.putAll(each.entries()));
            return new Known(session.identity(), session.revision(), changed, all);
        }

        List<Tool> entries(Offer offer) {
            Pins.Admission admission = offers.get(offer);
            return admission == null
                    ? List.of()
                    : List.copyOf(admission.entries().values());
        }

        List<Quarantined> quarantined() {
            return offers.values().stream()
                    .flatMap(admission -> admission.quarantined().stream())
                    .toList();
        }
    }

    public String name() {
        return spec.name();
    }

    public List<Path> roots() {
        return spec.roots();
    }

    public ServerBreaker breaker() {
        return breaker;
    }

    public Bulkhead bulkhead() {
        return bulkhead;
    }

    /**
     * The running session for a call. A server that is not running is started only if its breaker lets the attempt pass,
     * and a failed start counts. Fails with {@link UpstreamFailure}.
     */
    public CompletableFuture<UpstreamSession> reach() {
        if (isReady()) {
            return ready();
        }
        if (!breaker.tryPass()) {
            return CompletableFuture.failedFuture(breakerOpen());
        }
        return ready().whenComplete((session, failure) -> {
            if (failure == null) {
                breaker.neither();
            } else {
                breaker.account(failure);
            }
        });
    }

    /** Why a call fails at once while the breaker is open. */
    public UpstreamFailure breakerOpen() {
        return UpstreamFailure.ofGate(
                "ILR-CALL-005",
                "Server \"" + spec.name() + "\" failed " + resilience.breakerFailures()
                        + " times in a row; it is left alone for "
                        + resilience.breakerCoolDown().toMillis() + " ms.",
                Effect.NONE);
    }

    /** The running session, starting the server if need be. Fails with {@link UpstreamFailure}. */
    public CompletableFuture<UpstreamSession> ready() {
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(
                        UpstreamFailure.ofGate("ILR-CALL-012", "The gateway is closed.", Effect.NONE));
            }
            CompletableFuture<UpstreamSession> session = current;
            if (session == null) {
                session = new CompletableFuture<>();
                current = session;
                state = Inventory.State.STARTING;
                startAfter(restartDelay(), session);
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    private Duration restartDelay() {
        if (failedStarts == 0) {
            return Duration.ZERO;
        }
        Duration delay = resilience.restartDelay().multipliedBy(1L << Math.min(failedStarts - 1, 20));
        return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
    }

    private void startAfter(Duration delay, CompletableFuture<UpstreamSession> promise) {
        Runnable start = () -> executor.execute(() -> start(promise));
        if (delay.isZero()) {
            start.run();
        } else {
            time.after(delay, start);
        }
    }

    /** Runs on a thread that may wait. */
    private void start(CompletableFuture<UpstreamSession> promise) {
        UpstreamSession session = new UpstreamSession(spec.name(), time, this);
        TimeSource.Timer deadline =
                time.after(limits.startTimeout(), () -> executor.execute(() -> giveUp(session, promise)));
        try {
            session.attach(transport.open(session, gate));
            session.handshake(limits.startTimeout()).join();
            for (Offer offer : PINNED) {
                admit(session, offer, session.list(offer, limits.startTimeout()).join());
            }
            deadline.cancel();
            started(session, promise);
        } catch (IOException | RuntimeException e) {
            deadline.cancel();
            UpstreamFailure failure = asFailure(e);
            session.close(failure);
            failed(promise, failure);
        }
    }

    private void giveUp(UpstreamSession session, CompletableFuture<UpstreamSession> promise) {
        UpstreamFailure late = UpstreamFailure.ofServer(
                "ILR-SERVER-002",
                "Server \"" + spec.name() + "\" was not ready within "
                        + limits.startTimeout().toMillis() + " ms.",
                Effect.NONE);
        failed(promise, late);
        session.close(late);
    }

    private void started(UpstreamSession session, CompletableFuture<UpstreamSession> promise) {
        lock.lock();
        try {
            if (!isCurrent(promise) || closed) {
                executor.execute(() -> session.close(UpstreamFailure.ofGate(
                        "ILR-CALL-012", "The gateway no longer needs the server.", Effect.NONE)));
                return;
            }
            state = Inventory.State.READY;
            problem = null;
        } finally {
            lock.unlock();
        }
        promise.complete(session);
    }

    private void failed(CompletableFuture<UpstreamSession> promise, UpstreamFailure failure) {
        lock.lock();
        try {
            if (isCurrent(promise)) {
                current = null;
                state = Inventory.State.FAILED;
                problem = failure.reason();
                failedStarts += failure.serverAtFault() ? 1 : 0;
            }
        } finally {
            lock.unlock();
        }
        if (promise.completeExceptionally(failure)) {
            watcher.ended(this, known.identity(), failure.code(), failure.reason());
        }
    }

    /** Whether it is this very start that counts, and not a later one. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isCurrent(CompletableFuture<UpstreamSession> promise) {
        return current == promise;
    }

    private UpstreamFailure asFailure(Exception e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof UpstreamFailure failure) {
            return failure.beforeAnyCall();
        }
        if (cause instanceof IluraException refusal) {
            return UpstreamFailure.ofGate(refusal.code(), String.valueOf(refusal.getMessage()), Effect.NONE);
        }
        return UpstreamFailure.ofServer(
                "ILR-SERVER-001",
                "Server \"" + spec.name() + "\" could not be started: "
                        + VisibleText.oneLine(String.valueOf(cause.getMessage())),
                Effect.NONE);
    }

    @Override
    public void changed(UpstreamSession session, Offer offer) {
        if (PINNED.contains(offer)) {
            session.list(offer, limits.callTimeout()).thenAccept(listed -> admit(session, offer, listed));
        } else {
            watcher.changed(this, offer);
        }
    }

    private void admit(UpstreamSession session, Offer offer, List<JsonValue> listed) {
        Pins.Admission admission;
        boolean changed;
        lock.lock();
        try {
            admission = pins.admit(offer, listed);
            Pins.Admission before = known.offers().get(offer);
            changed = before == null || !before.entries().equals(admission.entries());
            known = known.with(session, offer, admission);
            if (changed) {
                listings.incrementAndGet();
            }
        } finally {
            lock.unlock();
        }
        watcher.listed(
                this,
                session.identity(),
                offer,
                List.copyOf(admission.entries().values()),
                List.copyOf(admission.quarantined()));
        if (changed) {
            watcher.changed(this, offer);
        }
    }

    /** What the server lists now of something that is not pinned; nothing if it fails. */
    public CompletableFuture<List<Tool>> listNow(Offer offer) {
        return ready().thenCompose(session -> session.list(offer, limits.callTimeout()))
                .thenApply(listed -> listed.stream()
                        .map(offer::read)
                        .flatMap(Optional::stream)
                        .toList())
                .exceptionally(failure -> List.of());
    }

    /** Whether the running server offers it. */
    public boolean offers(Offer offer) {
        CompletableFuture<UpstreamSession> session = currentSession();
        return session != null
                && session.isDone()
                && !session.isCompletedExceptionally()
                && session.join().offers(offer);
    }

    private @Nullable CompletableFuture<UpstreamSession> currentSession() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** Grows whenever the callable tools change, so that what was derived from them can be kept until then. */
    public long listings() {
        return listings.get();
    }

    @Override
    public void ended(UpstreamSession session, UpstreamFailure why) {
        boolean wasCurrent = false;
        lock.lock();
        try {
            CompletableFuture<UpstreamSession> running = current;
            if (running != null && running.getNow(null) == session) {
                current = null;
                state = closed ? Inventory.State.IDLE : Inventory.State.FAILED;
                problem = why.reason();
                failedStarts++;
                wasCurrent = true;
            }
        } finally {
            lock.unlock();
        }
        if (wasCurrent) {
            watcher.ended(this, session.identity(), why.code(), why.reason());
        }
    }

    /** A call was answered: the server works, and its next start is not delayed. */
    public void worked() {
        lock.lock();
        try {
            failedStarts = 0;
        } finally {
            lock.unlock();
        }
    }

    private boolean isReady() {
        lock.lock();
        try {
            return state == Inventory.State.READY;
        } finally {
            lock.unlock();
        }
    }

    /** What is callable under this target: a tool by its name, anything else with its prefix. */
    public Optional<Tool> tool(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(known.callable().get(name));
        } finally {
            lock.unlock();
        }
    }

    /** The callable entries of something that is pinned. */
    public List<Tool> entries(Offer offer) {
        lock.lock();
        try {
            return known.entries(offer);
        } finally {
            lock.unlock();
        }
    }

    /** Why a tool of this name is not callable, if it was listed. */
    public Optional<Quarantined> quarantined(String tool) {
        return snapshot().quarantined().stream()
                .filter(entry -> entry.tool().equals(tool))
                .findFirst();
    }

    /** What is known now. */
    public Inventory.Server snapshot() {
        lock.lock();
        try {
            return new Inventory.Server(
                    spec.name(),
                    state,
                    Optional.of(known.identity()).filter(identity -> !identity.isEmpty()),
                    Optional.of(known.revision()).filter(revision -> !revision.isEmpty()),
                    known.entries(Offer.TOOLS),
                    known.quarantined(),
                    Optional.ofNullable(problem));
        } finally {
            lock.unlock();
        }
    }

    /** Stops the server; blocks for the transport's grace times. Idempotent. */
    public void close() {
        CompletableFuture<UpstreamSession> running;
        lock.lock();
        try {
            closed = true;
            running = current;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            UpstreamFailure closing = UpstreamFailure.ofGate("ILR-CALL-012", "The gateway is closed.", Effect.NONE);
            UpstreamSession session = running.isCompletedExceptionally() ? null : running.getNow(null);
            if (session != null) {
                session.close(closing);
            } else {
                running.completeExceptionally(closing);
            }
        }
    }
}
