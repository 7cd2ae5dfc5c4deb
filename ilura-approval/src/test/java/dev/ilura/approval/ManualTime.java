package dev.ilura.approval;

import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A clock that moves when the test says so; what falls due runs on the thread that moves it. */
public final class ManualTime implements TimeSource {
    private final List<Due> timers = new ArrayList<>();
    private Instant now;
    private long nanos;

    public ManualTime(Instant now) {
        this.now = now;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        Due due = new Due(nanos + delay.toNanos(), task);
        timers.add(due);
        return () -> {
            synchronized (this) {
                timers.remove(due);
            }
        };
    }

    /** Both clocks go on. */
    public void pass(Duration duration) {
        List<Due> reached;
        synchronized (this) {
            now = now.plus(duration);
            nanos += duration.toNanos();
            reached = timers.stream()
                    .filter(due -> due.at <= nanos)
                    .sorted(Comparator.comparingLong(Due::at))
                    .toList();
            timers.removeAll(reached);
        }
        reached.forEach(due -> due.task.run());
    }

    /** Somebody sets the wall clock; the monotonic one does not notice. */
    public synchronized void setWallClock(Instant instant) {
        now = instant;
    }

    private record Due(long at, Runnable task) {}
}
