package dev.ilura.audit;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries the newest checkpoint to one anchor. Always only the newest: an anchor that is slow skips some. One that fails is
 * asked less and less often, up to once a minute.
 */
final class AnchorThread {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Anchor anchor;
    private final Submissions submissions;
    private final BiConsumer<Anchor, String> change;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Condition done = lock.newCondition();
    private final Thread thread;

    private @Nullable String newest;
    private boolean ending;
    private boolean ended;
    private long failurePauseNanos;

    AnchorThread(Anchor anchor, Submissions submissions, BiConsumer<Anchor, String> change) {
        this.anchor = anchor;
        this.submissions = submissions;
        this.change = change;
        this.thread = new Thread(this::run, "ilura-anchor-" + anchor.name());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void publish(String note) {
        lock.lock();
        try {
            newest = note;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ending = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the end, at most so long; gives what is left of that time. */
    long await(long nanos) {
        long left = nanos;
        lock.lock();
        try {
            while (!ended && left > 0) {
                left = done.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return Math.max(0, left);
    }

    private void run() {
        try {
            for (String note = next(); note != null; note = next()) {
                remember(note);
                pause(Math.max(failurePauseNanos, anchor.interval().toNanos()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            over();
        }
    }

    private void over() {
        lock.lock();
        try {
            ended = true;
            done.signalAll();
        } finally {
            lock.unlock();
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

    /** Waits so long, or until the log is closed. */
    private void pause(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !ending) {
                left = news.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void remember(String note) {
        try {
            anchor.remember(submissions.of(note));
            if (failurePauseNanos > 0) {
                failurePauseNanos = 0;
                change.accept(anchor, "");
            }
        } catch (IOException | RuntimeException e) {
            boolean first = failurePauseNanos == 0;
            failurePauseNanos = Math.min(LONGEST_PAUSE_NANOS, Math.max(FIRST_PAUSE_NANOS, failurePauseNanos * 2));
            if (first) {
                change.accept(anchor, String.valueOf(e.getMessage()));
            }
        }
    }
}
