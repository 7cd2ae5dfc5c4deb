package dev.ilura.audit;

import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a log goes on to its next keys, and where they come from. With epochs a key signs for a time or a number of records;
 * then the next one, signed by it, takes over and its private half is destroyed: who steals today's key cannot sign
 * yesterday's records again. Belongs to the appender's thread.
 */
final class KeyRotation {
    private final @Nullable KeyFolder folder;
    private final TimeSource time;
    private final @Nullable Epoch epoch;
    private Instant since;
    private long sinceSize;

    /**
     * How long a key signs.
     *
     * @param records how many at most
     */
    record Epoch(Duration time, long records) {
        Epoch {
            if (time.isNegative() || time.isZero() || records < 1) {
                throw new IllegalArgumentException("an epoch has a positive time and at least one record");
            }
        }
    }

    /**
     * Of a log whose keys came into force then.
     *
     * @param folder null if the keys live elsewhere
     * @param epoch null if nothing happens by itself
     */
    KeyRotation(@Nullable KeyFolder folder, @Nullable Epoch epoch, TimeSource time, Instant since, long sinceSize) {
        this.folder = folder;
        this.epoch = epoch;
        this.time = time;
        this.since = since;
        this.sinceSize = sinceSize;
    }

    /** Whether the epoch is over. */
    boolean isDue(long size) {
        return epoch != null
                && (size - sinceSize >= epoch.records() || time.now().isAfter(since.plus(epoch.time())));
    }

    /**
     * Makes the next keys and keeps them beside those in force.
     *
     * @param both whether the Ed25519 key changes too, by which witnesses know the log
     * @throws dev.ilura.IluraException ILR-AUDIT-005 if they cannot be made or kept
     */
    LogKeys prepare(LogKeys now, boolean both) {
        if (folder == null) {
            throw AuditErrors.noNextKeys();
        }
        KeyFolder.Signers next = folder.prepare(time.now(), both);
        return both ? new LogKeys(now.ecdsa().name(), next.ecdsa(), next.ed25519()) : now.withEcdsa(next.ecdsa());
    }

    /** The next keys are in force: destroys the old ones. */
    void done(long size) {
        since = time.now();
        sinceSize = size;
        if (folder != null) {
            folder.promote();
        }
    }
}
