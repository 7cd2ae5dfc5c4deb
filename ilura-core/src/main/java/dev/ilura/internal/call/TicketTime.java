package dev.ilura.internal.call;

import dev.ilura.ApprovalTicket;
import dev.ilura.internal.call.Consent.Refusal;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The life of one ticket, held against both clocks. The attack: a wall clock that is set back keeps an answer good long
 * after the person who gave it has left. So a wall clock that is set at all while a question is open makes the answer
 * void. Immutable.
 */
final class TicketTime {
    /** More than the usual correction of a clock in one approval, less than anybody gains anything by. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private final TimeSource time;
    private final Instant expiresAt;
    private final Instant wallThen;
    private final long nanosThen;
    private final Duration life;

    private TicketTime(ApprovalTicket ticket, TimeSource time) {
        this.time = time;
        this.expiresAt = ticket.expiresAt();
        this.wallThen = time.now();
        this.nanosThen = time.nanos();
        this.life = Duration.between(wallThen, expiresAt);
    }

    /** Starts to watch a ticket that is about to be shown. */
    static TicketTime from(ApprovalTicket ticket, TimeSource time) {
        return new TicketTime(ticket, time);
    }

    /** Why an answer no longer counts; empty while it does. */
    Optional<Refusal> lapse() {
        Instant wallNow = time.now();
        Duration passed = Duration.ofNanos(time.nanos() - nanosThen);
        if (!wallNow.isBefore(expiresAt) || passed.compareTo(life) >= 0) {
            return Optional.of(new Refusal("ILR-ASK-004", "The answer came too late."));
        }
        Duration apart = Duration.between(wallThen, wallNow).minus(passed).abs();
        return apart.compareTo(TOLERANCE) <= 0
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "ILR-ASK-008",
                        "The clock was set by " + apart.toSeconds() + " s while the question was open."));
    }
}
