package dev.ilura;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What happens when servers fail, and what need not reach them.
 *
 * @param breakerFailures consecutive failures after which calls to a server fail at once
 * @param breakerCoolDown how long; then one call probes whether it works again
 * @param cacheReadOnly how long the answer of a tool that a rule marks read-only is kept; empty: not at all
 * @param cacheBytes bound of all kept answers together
 * @param restartDelay before a server that ended is started again; doubles with each failed start up to a minute
 * @param retries how often a call to a tool that a rule marks idempotent is tried again after it failed in transport
 */
public record Resilience(
        int breakerFailures,
        Duration breakerCoolDown,
        Optional<Duration> cacheReadOnly,
        long cacheBytes,
        Duration restartDelay,
        int retries) {
    /** Three failures, 10 s cool-down, no cache, 200 ms before a restart, one retry. */
    public static final Resilience DEFAULTS =
            new Resilience(3, Duration.ofSeconds(10), Optional.empty(), 16L << 20, Duration.ofMillis(200), 1);

    public Resilience {
        Objects.requireNonNull(breakerCoolDown, "breakerCoolDown");
        Objects.requireNonNull(restartDelay, "restartDelay");
        if (breakerFailures < 1 || breakerFailures > 1000) {
            throw new IllegalArgumentException("breakerFailures must be 1 to 1000, not " + breakerFailures);
        }
        if (breakerCoolDown.isNegative() || breakerCoolDown.isZero()) {
            throw new IllegalArgumentException("breakerCoolDown must be positive, not " + breakerCoolDown);
        }
        if (restartDelay.isNegative()) {
            throw new IllegalArgumentException("restartDelay must not be negative");
        }
        if (retries < 0 || retries > 5) {
            throw new IllegalArgumentException("retries must be 0 to 5, not " + retries);
        }
        if (cacheBytes < 0) {
            throw new IllegalArgumentException("cacheBytes must not be negative");
        }
        cacheReadOnly.filter(ttl -> ttl.isNegative() || ttl.isZero()).ifPresent(ttl -> {
            throw new IllegalArgumentException("cacheReadOnly must be positive, not " + ttl);
        });
    }

    /** The same with a breaker that opens after {@code failures} in a row and probes after {@code coolDown}. */
    public Resilience withBreaker(int failures, Duration coolDown) {
        return new Resilience(failures, coolDown, cacheReadOnly, cacheBytes, restartDelay, retries);
    }

    /** The same with a cache for tools that a rule marks read-only. */
    public Resilience withReadOnlyCache(Duration timeToLive) {
        return new Resilience(
                breakerFailures, breakerCoolDown, Optional.of(timeToLive), cacheBytes, restartDelay, retries);
    }

    /** The same with another delay before a restart. */
    public Resilience withRestartDelay(Duration delay) {
        return new Resilience(breakerFailures, breakerCoolDown, cacheReadOnly, cacheBytes, delay, retries);
    }
}
