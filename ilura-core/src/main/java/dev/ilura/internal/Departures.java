package dev.ilura.internal;

import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Clients and servers that leave by themselves while the gateway closes. The log waits for them, so that it tells of their
 * leaving and is not written to after its end. Thread-safe.
 */
final class Departures {
    private final Phaser underWay = new Phaser(1);

    /** Runs what a departure does, on this thread. After {@link #end} nobody waits for it. */
    void leave(Runnable departure) {
        boolean awaited = underWay.register() >= 0;
        try {
            departure.run();
        } finally {
            if (awaited) {
                underWay.arriveAndDeregister();
            }
        }
    }

    /**
     * Waits for departures that have begun. Once.
     *
     * @return false if one of them took longer
     */
    boolean end(Duration longest) throws InterruptedException {
        try {
            underWay.awaitAdvanceInterruptibly(underWay.arriveAndDeregister(), longest.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
