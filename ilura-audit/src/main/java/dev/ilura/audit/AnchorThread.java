package dev.ilura.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries the newest checkpoint to the anchors. Always only the newest: an anchor that is slow skips some and holds up
 * nobody.
 */
final class AnchorThread {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String origin;
    private final List<Anchor> anchors;
    /** Told when an anchor begins to fail, with why, and when it answers again, with an empty text. */
    private final BiConsumer<Anchor, String> change;

    private final Set<Anchor> failing = new HashSet<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Thread thread;

    private @Nullable String newest;
    private boolean ending;

    AnchorThread(String origin, List<Anchor> anchors, BiConsumer<Anchor, String> change) {
        this.origin = origin;
        this.anchors = List.copyOf(anchors);
        this.change = change;
        this.thread = new Thread(this::run, "ilura-anchors");
        this.thread.setDaemon(true);
        if (!anchors.isEmpty()) {
            thread.start();
        }
    }

    /** Hands over the newest checkpoint; does not wait. */
    void publish(String note) {
        lock.lock();
        try {
            newest = note;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the anchors have the newest checkpoint and ends; gives up after five seconds. */
    void close() {
        lock.lock();
        try {
            ending = true;
            news.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (String note = next(); note != null; note = next()) {
                for (Anchor anchor : anchors) {
                    remember(anchor, note);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable String next() throws InterruptedException {
        lock.lock();
        try {
            while (newest == null && !ending) {
                news.await(1, TimeUnit.MINUTES);
            }
            String note = newest;
            newest = null;
            return note;
        } finally {
            lock.unlock();
        }
    }

    private void remember(Anchor anchor, String note) {
        try {
            anchor.remember(origin, note);
            if (failing.remove(anchor)) {
                change.accept(anchor, "");
            }
        } catch (IOException | RuntimeException e) {
            if (failing.add(anchor)) {
                change.accept(anchor, e.toString());
            }
        }
    }
}
