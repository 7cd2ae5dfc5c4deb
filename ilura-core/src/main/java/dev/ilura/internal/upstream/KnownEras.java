package dev.ilura.internal.upstream;

import dev.ilura.internal.wire.Era;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where servers were found to make handshakes, so that the next connection there is not probed again: for a program while it
 * runs, for an address as long as nothing there ends or objects, and no longer than an hour, because what is there may be
 * replaced by something newer. Servers of 2026-07-28 are asked each time: the answer says what they can do. Thread-safe.
 */
public final class KnownEras {
    static final Duration LIFE = Duration.ofHours(1);

    private final TimeSource time;
    private final Map<String, Long> handshakes = new ConcurrentHashMap<>();

    public KnownEras(TimeSource time) {
        this.time = time;
    }

    boolean makesHandshakes(String place) {
        Long found = handshakes.get(place);
        return found != null && time.nanos() - found < LIFE.toNanos();
    }

    /** What a server turned out to speak; a finding that was only used again does not last longer for it. */
    void found(String place, Era era) {
        if (era != Era.HANDSHAKE) {
            handshakes.remove(place);
        } else if (!makesHandshakes(place)) {
            handshakes.put(place, time.nanos());
        }
    }

    /** Whoever is there may be somebody else. */
    void doubt(String place) {
        handshakes.remove(place);
    }
}
