package dev.ilura.testkit;

import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test advances it. Timers that come due run on the advancing thread, each at its own
 * moment and in the order of their moments, as they would on a real clock. Thread-safe.
 */
public final class FakeTime implements TimeSource {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
    private long nanos;
    private long set;
    private Duration step = Duration.ZERO;

    /** A clock at the beginning of 2026. */
    public FakeTime() {}

    private record Due(long nanos, long order, Runnable task) {}

    @Override
    public Instant now() {
        lock.lock();
        try {
            return START.plusNanos(nanos).plus(step);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanos() {
        lock.lock();
        try {
            return nanos;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        lock.lock();
        try {
            Due due = new Due(nanos + Math.max(0, delay.toNanos()), set++, task);
            timers.add(due);
            return () -> cancel(due);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Due due) {
        lock.lock();
        try {
            timers.remove(due);
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass, running what comes due on the way. */
    public void advance(Duration duration) {
        long target = nanos() + duration.toNanos();
        for (Due due = nextBy(target); due != null; due = nextBy(target)) {
            due.task().run();
        }
    }

    /**
     * Lets the clock jump, as after a machine was asleep: timers that came due have not run yet; the next
     * {@link #advance} runs them.
     */
    public void jump(Duration duration) {
        lock.lock();
        try {
            nanos += duration.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Somebody sets the wall clock, forward or back; the monotonic one and the timers do not notice. */
    public void step(Duration by) {
        lock.lock();
        try {
            step = step.plus(by);
        } finally {
            lock.unlock();
        }
    }

    /** Moves to the next timer at or before {@code target} and takes it; moves to {@code target} if there is none. */
    private @Nullable Due nextBy(long target) {
        lock.lock();
        try {
            Due next = timers.peek();
            if (next == null || next.nanos() > target) {
                nanos = Math.max(nanos, target);
                return null;
            }
            nanos = Math.max(nanos, next.nanos());
            return timers.poll();
        } finally {
            lock.unlock();
        }
    }

    /** How many timers are set. */
    public int timers() {
        lock.lock();
        try {
            return timers.size();
        } finally {
            lock.unlock();
        }
    }

    /** How long until the next timer is due; empty if none is set. */
    public Optional<Duration> untilNext() {
        lock.lock();
        try {
            return Optional.ofNullable(timers.peek()).map(due -> Duration.ofNanos(due.nanos() - nanos));
        } finally {
            lock.unlock();
        }
    }
}
