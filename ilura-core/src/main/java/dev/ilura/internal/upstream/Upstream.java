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
import dev.ilura.spi.StartRequest;
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
import java.util.concurrent.RejectedExecutionException;
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
    private @Nullable UpstreamSession session;
    private final Set<Offer> listing = EnumSet.noneOf(Offer.class);
    private final Set<Offer> listAgain = EnumSet.noneOf(Offer.class);
    private Inventory.State state = Inventory.State.IDLE;
    private Known known = new Known("", "", Map.of(), Map.of());
    private final AtomicLong listings = new AtomicLong();
    private @Nullable String problem;
    private int failedStarts;
    private long endedAt;
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
        CompletableFuture<UpstreamSession> promise;
        Duration delay;
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(closing());
            }
            if (current != null) {
                return current;
            }
            promise = new CompletableFuture<>();
            current = promise;
            state = Inventory.State.STARTING;
            delay = restartDelay();
        } finally {
            lock.unlock();
        }
        startAfter(delay, promise);
        return promise;
    }

    private static UpstreamFailure closing() {
        return UpstreamFailure.ofGate("ILR-CALL-012", "The gateway is closed.", Effect.NONE);
    }

    /** What is left of the delay since the server ended. */
    private Duration restartDelay() {
        if (failedStarts == 0) {
            return Duration.ZERO;
        }
        Duration delay = resilience.restartDelay().multipliedBy(1L << Math.min(failedStarts - 1, 20));
        Duration bounded = delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
        Duration left = bounded.minusNanos(time.nanos() - endedAt);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void startAfter(Duration delay, CompletableFuture<UpstreamSession> promise) {
        if (delay.isZero()) {
            startSoon(promise);
        } else {
            time.after(delay, () -> startSoon(promise));
        }
    }

    private void startSoon(CompletableFuture<UpstreamSession> promise) {
        try {
            executor.execute(() -> start(promise));
        } catch (RejectedExecutionException e) {
            failed(
                    promise,
                    UpstreamFailure.ofGate(
                            "ILR-CALL-007", "The gateway has no thread left to start a server on.", Effect.NONE));
        }
    }

    /** Runs on a thread that may wait. */
    private void start(CompletableFuture<UpstreamSession> promise) {
        UpstreamSession session = new UpstreamSession(spec.name(), time, this);
        if (!begins(session, promise)) {
            return;
        }
        StartLimit limit = new StartLimit(session, promise);
        try {
            session.attach(transport.open(session, limit));
            session.handshake(limits.startTimeout()).join();
            for (Offer offer : PINNED) {
                admit(session, offer, session.list(offer, limits.startTimeout()).join());
            }
            started(session);
            promise.complete(session);
        } catch (IOException | RuntimeException e) {
            UpstreamFailure failure = asFailure(e);
            session.close(failure);
            failed(promise, failure);
        } finally {
            limit.lift();
        }
    }

    private boolean begins(UpstreamSession starting, CompletableFuture<UpstreamSession> promise) {
        lock.lock();
        try {
            boolean wanted = isCurrent(promise) && !closed;
            if (wanted) {
                session = starting;
                listing.clear();
                listAgain.clear();
            }
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private void started(UpstreamSession starting) {
        lock.lock();
        try {
            starting.checkOpen();
            state = Inventory.State.READY;
            problem = null;
        } finally {
            lock.unlock();
        }
    }

    /** The time a start has. It stands still while a human is asked, and what they agree to too late does not start. */
    private final class StartLimit implements Transport.StartGate {
        private final UpstreamSession session;
        private final CompletableFuture<UpstreamSession> promise;
        private volatile TimeSource.Timer timer;

        StartLimit(UpstreamSession session, CompletableFuture<UpstreamSession> promise) {
            this.session = session;
            this.promise = promise;
            this.timer = set();
        }

        private TimeSource.Timer set() {
            return time.after(limits.startTimeout(), this::passed);
        }

        @Override
        public void admit(StartRequest request) {
            lift();
            gate.admit(request);
            timer = set();
            session.checkOpen();
        }

        /** Does not wait: the thread that starts the server finds its session ended, and stops the server. */
        private void passed() {
            UpstreamFailure late = UpstreamFailure.ofServer(
                    "ILR-SERVER-002",
                    "Server \"" + spec.name() + "\" was not ready within "
                            + limits.startTimeout().toMillis() + " ms.",
                    Effect.NONE);
            failed(promise, late);
            session.end(late);
        }

        void lift() {
            timer.cancel();
        }
    }

    private void failed(CompletableFuture<UpstreamSession> promise, UpstreamFailure failure) {
        lock.lock();
        try {
            if (isCurrent(promise)) {
                current = null;
                session = null;
                state = closed ? Inventory.State.IDLE : Inventory.State.FAILED;
                problem = failure.reason();
                failedStarts += failure.serverAtFault() ? 1 : 0;
                endedAt = time.nanos();
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

    /** One listing at a time, however often a server says that its tools changed. */
    @Override
    public void changed(UpstreamSession from, Offer offer) {
        if (!PINNED.contains(offer)) {
            watcher.changed(this, offer);
        } else if (mayList(from, offer)) {
            list(from, offer);
        }
    }

    private boolean mayList(UpstreamSession from, Offer offer) {
        lock.lock();
        try {
            if (!isCurrent(from)) {
                return false;
            }
            boolean first = listing.add(offer);
            if (!first) {
                listAgain.add(offer);
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void list(UpstreamSession from, Offer offer) {
        from.list(offer, limits.callTimeout()).whenComplete((listed, failure) -> {
            if (failure == null) {
                admit(from, offer, listed);
            }
            if (changedMeanwhile(from, offer)) {
                list(from, offer);
            }
        });
    }

    private boolean changedMeanwhile(UpstreamSession from, Offer offer) {
        lock.lock();
        try {
            if (!isCurrent(from) || listAgain.remove(offer)) {
                return isCurrent(from);
            }
            listing.remove(offer);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void admit(UpstreamSession from, Offer offer, List<JsonValue> listed) {
        Pins.Admission admission;
        boolean changed;
        lock.lock();
        try {
            if (!isCurrent(from)) {
                return;
            }
            admission = pins.admit(offer, listed);
            Pins.Admission before = known.offers().get(offer);
            changed = before == null || !before.entries().equals(admission.entries());
            known = known.with(from, offer, admission);
            if (changed) {
                listings.incrementAndGet();
            }
        } finally {
            lock.unlock();
        }
        watcher.listed(
                this,
                from.identity(),
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

    /** Whether it is this very session that starts or runs. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isCurrent(UpstreamSession candidate) {
        return session == candidate;
    }

    /** Grows whenever the callable tools change, so that what was derived from them can be kept until then. */
    public long listings() {
        return listings.get();
    }

    @Override
    public void ended(UpstreamSession from, UpstreamFailure why) {
        lock.lock();
        try {
            if (!isCurrent(from) || state != Inventory.State.READY) {
                return; // whoever starts it learns it too
            }
            current = null;
            session = null;
            state = closed ? Inventory.State.IDLE : Inventory.State.FAILED;
            problem = why.reason();
            failedStarts++;
            endedAt = time.nanos();
        } finally {
            lock.unlock();
        }
        watcher.ended(this, from.identity(), why.code(), why.reason());
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

    /** Stops the server, even one that starts; blocks for the transport's grace times. Idempotent. */
    public void close() {
        CompletableFuture<UpstreamSession> promise;
        UpstreamSession running;
        lock.lock();
        try {
            closed = true;
            promise = current;
            running = session;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.close(closing());
        }
        if (promise != null) {
            failed(promise, closing());
        }
    }
}
