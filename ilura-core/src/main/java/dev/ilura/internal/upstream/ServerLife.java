package dev.ilura.internal.upstream;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.IluraException;
import dev.ilura.Inventory;
import dev.ilura.Limits;
import dev.ilura.ServerSpec;
import dev.ilura.internal.wire.Frame;
import dev.ilura.spi.StartRequest;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one server running: starts it when it is needed, and again after it ended, later and later while it keeps ending.
 * Thread-safe.
 */
final class ServerLife implements UpstreamSession.Events {
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    private final String name;
    private final Transport transport;
    private final Limits limits;
    private final Duration restartDelay;
    private final TimeSource time;
    private final Executor executor;
    private final Transport.StartGate gate;
    private final ServerInventory inventory;
    private final Optional<Caller> owner;
    private final Watcher watcher;
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable CompletableFuture<UpstreamSession> current;
    private @Nullable UpstreamSession session;
    private volatile Inventory.State state = Inventory.State.IDLE;
    private volatile Seen seen = new Seen("", "");
    private volatile @Nullable String problem;
    private int failedStarts;
    private long endedAt;
    private boolean closed;

    ServerLife(
            ServerSpec spec,
            Limits limits,
            Duration restartDelay,
            TimeSource time,
            Executor executor,
            Transport.StartGate gate,
            ServerInventory inventory,
            Optional<Caller> owner,
            Watcher watcher) {
        this.name = spec.name();
        this.transport = spec.transport();
        this.limits = limits;
        this.restartDelay = restartDelay;
        this.time = time;
        this.executor = executor;
        this.gate = gate;
        this.inventory = inventory;
        this.owner = owner;
        this.watcher = watcher;
    }

    /** Who wants to know. */
    interface Watcher {
        /** Whether the server is known to make handshakes, so that it need not be probed. */
        boolean makesHandshakes(UpstreamSession session);

        /** It was taken to make handshakes, and does not. */
        void mistaken(UpstreamSession session);

        /** It is running, and this is what it speaks. */
        void started(UpstreamSession session);

        /** A resource changed. */
        void updated(Frame notification);

        /** The server asks a client something. */
        CompletableFuture<Caller.Said> asked(UpstreamSession session, Caller caller, Frame question);

        /** The server ended or could not be started. */
        void ended(String identity, UpstreamFailure why);
    }

    /** Who ran last. */
    record Seen(String identity, String revision) {}

    /** The running session, starting the server if need be. Fails with {@link UpstreamFailure}. */
    CompletableFuture<UpstreamSession> ready() {
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
            delay = delayLeft();
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
    private Duration delayLeft() {
        if (failedStarts == 0) {
            return Duration.ZERO;
        }
        Duration delay = restartDelay.multipliedBy(1L << Math.min(failedStarts - 1, 20));
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
        start(promise, !transport.handshakeOnly());
    }

    /**
     * A server that dies of the probe is started once more, and greeted with a handshake. One that was not probed, because
     * it was known, and does not take the handshake is probed after all: it may have been replaced by a newer one.
     */
    private void start(CompletableFuture<UpstreamSession> promise, boolean probing) {
        UpstreamSession session = new UpstreamSession(name, time, owner, this);
        if (!begins(session, promise)) {
            return;
        }
        StartLimit limit = new StartLimit(session, promise);
        boolean believed = false;
        try {
            session.attach(transport.open(session, limit));
            believed = probing && watcher.makesHandshakes(session);
            new Greeting(session, limits.startTimeout())
                    .greet(probing && !believed)
                    .join();
            seen = new Seen(session.identity(), session.agreement().revision());
            inventory.read(session, limits.startTimeout());
            limit.lift();
            started(session);
            watcher.started(session);
            promise.complete(session);
        } catch (IOException | RuntimeException e) {
            UpstreamFailure failure = asFailure(e);
            session.close(failure);
            if (believed && refusesHandshake(session, e)) {
                limit.lift();
                watcher.mistaken(session);
                start(promise, true);
            } else if (probing && session.leftAtOnce()) {
                limit.lift();
                start(promise, false);
            } else {
                failed(promise, failure);
            }
        } finally {
            limit.lift();
        }
    }

    private static boolean refusesHandshake(UpstreamSession session, Exception failure) {
        return session.leftAtOnce()
                || (!session.isAgreed()
                        && UpstreamFailure.in(failure)
                                .filter(said -> said.serverAtFault() && said.effect() == Effect.NONE)
                                .isPresent());
    }

    private boolean begins(UpstreamSession starting, CompletableFuture<UpstreamSession> promise) {
        lock.lock();
        try {
            boolean wanted = isCurrent(promise) && !closed;
            if (wanted) {
                session = starting;
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
            if (!isCurrent(starting)) {
                throw closing(); // given up meanwhile; whoever waited knows
            }
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
                    "Server \"" + name + "\" was not ready within "
                            + limits.startTimeout().toMillis() + " ms.",
                    Effect.NONE);
            if (failed(promise, late)) {
                session.end(late);
            }
        }

        void lift() {
            timer.cancel();
        }
    }

    /** Gives up a start, unless it has ended one way or the other; whether it did. */
    private boolean failed(CompletableFuture<UpstreamSession> promise, UpstreamFailure failure) {
        lock.lock();
        try {
            if (!isCurrent(promise) || state != Inventory.State.STARTING) {
                return false;
            }
            current = null;
            session = null;
            state = closed ? Inventory.State.IDLE : Inventory.State.FAILED;
            problem = failure.reason();
            failedStarts += failure.serverAtFault() ? 1 : 0;
            endedAt = time.nanos();
        } finally {
            lock.unlock();
        }
        promise.completeExceptionally(failure);
        watcher.ended(seen.identity(), failure);
        return true;
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
                "Server \"" + name + "\" could not be started: "
                        + VisibleText.oneLine(String.valueOf(cause.getMessage())),
                Effect.NONE);
    }

    @Override
    public void changed(UpstreamSession from, Offer offer) {
        inventory.changed(from, offer);
    }

    @Override
    public void updated(UpstreamSession from, Frame notification) {
        watcher.updated(notification);
    }

    @Override
    public CompletableFuture<Caller.Said> asked(UpstreamSession from, Caller caller, Frame question) {
        return watcher.asked(from, caller, question);
    }

    /** Whether it is this very session that starts or runs. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isCurrent(UpstreamSession candidate) {
        return session == candidate;
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
        watcher.ended(from.identity(), why);
    }

    /** A call was answered: the server works, and its next start is not delayed. */
    void worked() {
        lock.lock();
        try {
            failedStarts = 0;
        } finally {
            lock.unlock();
        }
    }

    /** What the server is doing. */
    Inventory.State state() {
        return state;
    }

    /** Who runs, or ran last; empty texts before the first start. */
    Seen seen() {
        return seen;
    }

    /** What went wrong last, if it does not run. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Whether the running server offers it. */
    boolean offers(Offer offer) {
        lock.lock();
        try {
            return session != null && session.offers(offer);
        } finally {
            lock.unlock();
        }
    }

    /** Stops the server, even one that starts; blocks for the transport's grace times. Idempotent. */
    void close() {
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
