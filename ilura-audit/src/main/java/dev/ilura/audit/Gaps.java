package dev.ilura.audit;

import dev.ilura.audit.format.LogFolder;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts events that were let go unrecorded, where the operator chose that calls go on without a log. The count becomes a
 * record as soon as the log takes one again; if it failed for good, a file carries the count to the next opening.
 * Thread-safe.
 */
final class Gaps {
    private static final String WHY_LOST =
            "the log failed; how many events were let go until the process ended is not known";

    private final LogFolder folder;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private long dropped;
    private long sinceMicros;
    private String why = "";
    private boolean noted;

    Gaps(LogFolder folder, TimeSource time) {
        this.folder = folder;
        this.time = time;
    }

    /**
     * One more event was let go.
     *
     * @param failed whether the log will take no record any more
     */
    void add(String reason, boolean failed) {
        lock.lock();
        try {
            if (dropped == 0) {
                Instant now = time.now();
                sinceMicros = now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
                why = reason;
            }
            dropped++;
            if (failed && !noted) {
                noted = true;
                note(-1);
            }
        } finally {
            lock.unlock();
        }
    }

    private void note(long count) {
        try {
            String text = count + " " + sinceMicros + " " + why + "\n";
            PrivateFiles.replace(folder.gap(), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException theDiskTooFailed) {
            // nothing more can be done here; the next opening finds the log's own failure
        }
    }

    /** The facts of a record about what was let go, and starts anew; empty if nothing was. */
    Optional<Map<String, Object>> take() {
        lock.lock();
        try {
            if (dropped == 0) {
                return Optional.empty();
            }
            Map<String, Object> facts = facts(dropped, sinceMicros, why);
            dropped = 0;
            return Optional.of(facts);
        } finally {
            lock.unlock();
        }
    }

    /** Puts back what was taken, because it could not be recorded. */
    void putBack(Map<String, Object> facts) {
        lock.lock();
        try {
            dropped += (long) Objects.requireNonNull(facts.get("dropped"));
            sinceMicros = (long) Objects.requireNonNull(facts.get("sinceTs"));
            why = (String) Objects.requireNonNull(facts.get("why"));
        } finally {
            lock.unlock();
        }
    }

    /** At the end: what could not be recorded any more is left for the next opening. */
    void close() {
        lock.lock();
        try {
            if (dropped > 0) {
                note(dropped);
            }
        } finally {
            lock.unlock();
        }
    }

    private static Map<String, Object> facts(long count, long since, String reason) {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("dropped", count);
        facts.put("sinceTs", since);
        facts.put("why", reason);
        return facts;
    }

    /** What an earlier log of this folder left; the file stays until {@link #forget}. */
    static Optional<Map<String, Object>> left(LogFolder folder) throws IOException {
        if (!Files.exists(folder.gap())) {
            return Optional.empty();
        }
        String[] parts =
                Files.readString(folder.gap(), StandardCharsets.UTF_8).strip().split(" ", 3);
        boolean sound = parts.length == 3 && parts[0].matches("-1|[0-9]{1,15}") && parts[1].matches("[0-9]{1,16}");
        long count = sound ? Long.parseLong(parts[0]) : -1;
        return Optional.of(
                facts(count, sound ? Long.parseLong(parts[1]) : 0, count < 0 || !sound ? WHY_LOST : parts[2]));
    }

    static void forget(LogFolder folder) throws IOException {
        Files.deleteIfExists(folder.gap());
    }
}
