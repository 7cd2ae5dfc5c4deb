package dev.ilura.internal.upstream;

import dev.ilura.CallOutcome.Effect;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** So many at once, so many in line, first come first served, nobody blocked. Thread-safe. */
public final class Bulkhead {
    private final int places;
    private final int lineLimit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<CompletableFuture<Permit>> line = new ArrayDeque<>();
    private final AtomicInteger left = new AtomicInteger();
    private int taken;

    public Bulkhead(int places, int lineLimit) {
        this.places = places;
        this.lineLimit = lineLimit;
    }

    /** A place that is held until it is released; once. */
    @FunctionalInterface
    public interface Permit {
        void release();
    }

    /**
     * Completes when there is a place; fails with {@link UpstreamFailure} if the line is full. Who no longer wants the
     * place completes the future otherwise.
     */
    public CompletableFuture<Permit> enter() {
        lock.lock();
        try {
            if (taken < places) {
                taken++;
                return CompletableFuture.completedFuture(this::leave);
            }
            if (line.size() >= lineLimit) {
                return CompletableFuture.failedFuture(UpstreamFailure.ofGate(
                        "ILR-CALL-007",
                        places + " calls are under way and " + lineLimit + " wait; no more are taken.",
                        Effect.NONE));
            }
            CompletableFuture<Permit> turn = new CompletableFuture<>();
            line.add(turn);
            return turn;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Hands the place on. Who gets it may be done at once and leave in turn, on this very thread; that is taken up by the
     * loop that runs already, or a long line would overflow the stack.
     */
    private void leave() {
        if (left.getAndIncrement() > 0) {
            return;
        }
        do {
            handOn();
        } while (left.decrementAndGet() > 0);
    }

    private void handOn() {
        while (true) {
            CompletableFuture<Permit> next = nextInLine();
            if (next == null || next.complete(this::leave)) {
                return;
            }
        }
    }

    /** The next in line keeps the place that was left; without one the place is free. */
    private @Nullable CompletableFuture<Permit> nextInLine() {
        lock.lock();
        try {
            CompletableFuture<Permit> next = line.poll();
            if (next == null) {
                taken--;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }
}
