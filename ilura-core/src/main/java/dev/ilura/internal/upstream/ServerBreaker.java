package dev.ilura.internal.upstream;

import dev.ilura.Resilience;
import dev.ilura.spi.TimeSource;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * Opens after so many consecutive failures of a server, and lets one call probe it after the cool-down. Only what the
 * server is to blame for counts. Thread-safe.
 */
public final class ServerBreaker {
    private final CircuitBreaker breaker;

    ServerBreaker(String server, Resilience resilience, TimeSource time) {
        breaker = CircuitBreaker.of(
                server,
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(resilience.breakerFailures())
                        .minimumNumberOfCalls(resilience.breakerFailures())
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(resilience.breakerCoolDown())
                        .clock(new SourceClock(time))
                        .build());
    }

    /** Whether a call may try. Every yes is followed by exactly one of the methods below. */
    public boolean tryPass() {
        return breaker.tryAcquirePermission();
    }

    public void worked() {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    /** The call failed; it counts if the server is to blame. */
    public void account(Throwable failure) {
        boolean counts = UpstreamFailure.in(failure)
                .filter(UpstreamFailure::serverAtFault)
                .isPresent();
        if (counts) {
            breaker.onError(0, TimeUnit.NANOSECONDS, failure);
        } else {
            neither();
        }
    }

    /** The call said nothing about the server. */
    public void neither() {
        breaker.releasePermission();
    }

    /** Monotonic: a wall clock that is set back would keep a breaker open. */
    private static final class SourceClock extends Clock {
        private final TimeSource time;

        SourceClock(TimeSource time) {
            this.time = time;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(0, time.nanos());
        }
    }
}
