package dev.ilura.internal.upstream;

import dev.ilura.Inventory;
import dev.ilura.internal.wire.Era;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to one server. Calls that can have no question share one connection. A server of the handshake era asks on its
 * connection and says of no question which call it belongs to, so whoever can be asked needs a connection where there is
 * no doubt: a handshake client one of its own while it is there, a call of 2026-07-28 one for itself while it lasts. At
 * most {@value #DEDICATED} of those exist; whoever comes too late shares, and cannot be asked. Thread-safe.
 */
public final class Lines {
    static final int DEDICATED = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Lines.class);
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Upstream upstream;
    private final ReentrantLock lock = new ReentrantLock();
    private final Line shared;
    private final IdentityHashMap<Caller, Line> own = new IdentityHashMap<>();
    private final Map<Likeness, Pool> pools = new HashMap<>();
    private final Set<Closing> closing = ConcurrentHashMap.newKeySet();

    private int dedicated;
    private boolean closed;

    Lines(Upstream upstream) {
        this.upstream = upstream;
        this.shared = new Line(upstream, Optional.empty());
    }

    /** What calls have in common that may use one connection one after the other. */
    record Likeness(String principal, String capabilities) {
        static Likeness of(Caller caller) {
            return new Likeness(
                    caller.asking("", "").principal(), caller.capabilities().raw());
        }
    }

    private static final class Pool {
        private final Deque<Loan> idle = new ArrayDeque<>();
        private final List<Loan> all = new ArrayList<>();
        private final Deque<CompletableFuture<Loan>> waiting = new ArrayDeque<>();
    }

    /** The connection of all that cannot be asked. */
    public Line shared() {
        return shared;
    }

    /** The line of a handshake client, for as long as it is connected. */
    Line own(Caller client) {
        lock.lock();
        try {
            Line line = own.get(client);
            if (line != null) {
                return line;
            }
            boolean needed = !upstream.era().equals(Optional.of(Era.PER_REQUEST)) || upstream.mixesLogs();
            if (!needed || closed) {
                return shared;
            }
            if (dedicated >= places()) {
                LOG.warn(
                        "server {} has {} connections for single clients, no more are opened",
                        upstream.name(),
                        dedicated);
                return shared;
            }
            dedicated++;
            Line opened = new Line(upstream, Optional.of(client));
            own.put(client, opened);
            return opened;
        } finally {
            lock.unlock();
        }
    }

    private int places() {
        return upstream.opensSeveral() ? DEDICATED : 1;
    }

    /** A client has left; its connection is closed. */
    public void left(Caller client) {
        Optional<Closing> ending = Optional.empty();
        lock.lock();
        try {
            Line line = own.remove(client);
            if (line != null) {
                dedicated--;
                ending = Optional.of(new Closing(line));
            }
        } finally {
            lock.unlock();
        }
        ending.ifPresent(this::soon);
    }

    /** What calls like this one may see; empty if all places are taken. */
    Optional<Line> like(Caller caller) {
        lock.lock();
        try {
            Pool pool = poolOf(caller);
            if (pool.all.isEmpty()) {
                open(pool, caller).ifPresent(pool.idle::add);
            }
            return pool.all.stream().findFirst().map(Loan::line);
        } finally {
            lock.unlock();
        }
    }

    private Pool poolOf(Caller caller) {
        lock.lock();
        try {
            return pools.computeIfAbsent(Likeness.of(caller), key -> new Pool());
        } finally {
            lock.unlock();
        }
    }

    private Optional<Loan> open(Pool pool, Caller caller) {
        if (dedicated >= places() || closed) {
            return Optional.empty();
        }
        dedicated++;
        Borrower borrower = new Borrower(caller.capabilities());
        Loan loan = new Loan(new Line(upstream, Optional.of(borrower)), borrower);
        pool.all.add(loan);
        return Optional.of(loan);
    }

    /** A line for one call alone; waits for one if need be. */
    CompletableFuture<Lease> lend(Caller caller) {
        CompletableFuture<Loan> turn = new CompletableFuture<>();
        Pool pool = poolOf(caller);
        lock.lock();
        try {
            Optional<Loan> free = Optional.ofNullable(pool.idle.poll()).or(() -> open(pool, caller));
            if (free.isPresent()) {
                turn.complete(free.get());
            } else if (pool.all.isEmpty()
                    || pool.waiting.size() >= upstream.limits().waitingCalls()) {
                turn.completeExceptionally(UpstreamFailure.noPlace());
            } else {
                pool.waiting.add(turn);
            }
        } finally {
            lock.unlock();
        }
        return turn.thenApply(loan -> {
            loan.borrower().lend(caller);
            caller.logLevel().ifPresent(loan.line()::level);
            return new Lease(loan.line(), () -> giveBack(pool, loan));
        });
    }

    private void giveBack(Pool pool, Loan loan) {
        loan.borrower().end();
        CompletableFuture<Loan> next;
        do {
            lock.lock();
            try {
                next = pool.waiting.poll();
                if (next == null) {
                    pool.idle.addFirst(loan);
                }
            } finally {
                lock.unlock();
            }
        } while (next != null && !next.complete(loan));
        if (next == null) {
            long round = loan.borrower().rounds();
            upstream.time().after(IDLE, () -> expire(pool, loan, round));
        }
    }

    private void expire(Pool pool, Loan loan, long round) {
        Closing ending;
        lock.lock();
        try {
            if (loan.borrower().rounds() != round || !pool.idle.remove(loan)) {
                return;
            }
            pool.all.remove(loan);
            pools.values().removeIf(each -> each.all.isEmpty() && each.waiting.isEmpty());
            dedicated--;
            ending = new Closing(loan.line());
        } finally {
            lock.unlock();
        }
        soon(ending);
    }

    private void soon(Closing ending) {
        try {
            upstream.executor().execute(ending);
        } catch (RejectedExecutionException gatewayIsClosing) {
            ending.run();
        }
    }

    /** The end of a line that nobody has any more. */
    private final class Closing extends FutureTask<Void> {
        /** Made under the lock that the line was taken out of its place under, so that {@link #end} sees it here or there. */
        Closing(Line line) {
            super(line::close, null);
            closing.add(this);
        }

        @Override
        protected void done() {
            closing.remove(this);
        }

        /** Whoever comes first closes; all wait until it is closed. */
        void now() {
            run();
            try {
                get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                LOG.warn("a connection of server {} could not be closed in order", upstream.name(), e.getCause());
            }
        }
    }

    /** The one to look at when all are one to the viewer: what runs, the shared one first. */
    Line best() {
        return all().stream()
                .filter(line -> line.state() == Inventory.State.READY)
                .findFirst()
                .or(() -> all().stream()
                        .filter(line -> line.state() != Inventory.State.IDLE)
                        .findFirst())
                .orElse(shared);
    }

    private List<Line> all() {
        lock.lock();
        try {
            List<Line> lines = new ArrayList<>();
            lines.add(shared);
            lines.addAll(own.values());
            pools.values().forEach(pool -> pool.all.forEach(loan -> lines.add(loan.line())));
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /** From now on no line is opened; closes those that are open, and waits for those that are being closed. */
    List<Runnable> end() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        return Stream.concat(
                        all().stream().<Runnable>map(line -> line::close),
                        closing.stream().<Runnable>map(each -> each::now))
                .toList();
    }

    private record Loan(Line line, Borrower borrower) {}

    /** A line that a call has, for as long as it lasts. */
    public record Lease(Line line, Runnable end) {
        /** The line is not lent at all. */
        static Lease of(Line line) {
            return new Lease(line, () -> {});
        }
    }
}
