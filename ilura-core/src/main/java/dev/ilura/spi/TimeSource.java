package dev.ilura.spi;

import java.time.Duration;
import java.time.Instant;

/** The only clock. Tests pass their own and never sleep. Thread-safe. */
public interface TimeSource {
    /** Wall clock, for people. */
    Instant now();

    /** Monotonic nanoseconds with an arbitrary origin, for durations. */
    long nanos();

    /** Runs a short task once, {@code delay} from now, on a thread of the time source. */
    Timer after(Duration delay, Runnable task);

    /** The real one: the system's clocks and one daemon thread for timers. */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }

    /** A task that has not run yet, perhaps. */
    @FunctionalInterface
    interface Timer {
        /** The task will not run any more, unless it already did. Idempotent. */
        void cancel();
    }
}
