package dev.ilura.approval.internal;

import dev.ilura.ApprovalTicket;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * When an answer comes too late. It is held against both clocks, so that a wall clock that is set back does not keep a
 * question open.
 */
public final class Deadline {
    private final TimeSource time;
    private final Instant wall;
    private final long monotonic;

    private Deadline(TimeSource time, Instant wall) {
        this.time = time;
        this.wall = wall;
        this.monotonic = time.nanos() + Duration.between(time.now(), wall).toNanos();
    }

    /** The end of a ticket's life. */
    public static Deadline of(ApprovalTicket ticket, TimeSource time) {
        return new Deadline(time, ticket.expiresAt());
    }

    /** The end of a while that begins now. */
    public static Deadline in(Duration whileFromNow, TimeSource time) {
        return new Deadline(time, time.now().plus(whileFromNow));
    }

    /** Whether either clock is past it. */
    public boolean passed() {
        return nanosLeft() <= 0;
    }

    /** Whole seconds that remain, rounded up; zero once it has passed. */
    public long secondsLeft() {
        return TimeUnit.NANOSECONDS.toSeconds(Math.max(0, nanosLeft()) + TimeUnit.SECONDS.toNanos(1) - 1);
    }

    private long nanosLeft() {
        return Math.min(
                monotonic - time.nanos(), Duration.between(time.now(), wall).toNanos());
    }
}
