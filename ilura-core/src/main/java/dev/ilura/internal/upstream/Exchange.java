package dev.ilura.internal.upstream;

import dev.ilura.internal.wire.Frame;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One request to a server and what comes of it: exactly one answer or one failure, whichever is first. */
public final class Exchange {
    private final long id;
    private final Caller caller;
    private final CompletableFuture<Frame> answer = new CompletableFuture<>();
    private final Consumer<Frame> progress;
    private final Consumer<Exchange> abandon;
    private final Clock clock;

    Exchange(long id, Caller caller, Consumer<Frame> progress, Consumer<Exchange> abandon, Clock clock) {
        this.id = id;
        this.caller = caller;
        this.progress = progress;
        this.abandon = abandon;
        this.clock = clock;
    }

    long id() {
        return id;
    }

    Caller caller() {
        return caller;
    }

    /** The frame with the result or error; fails with {@link UpstreamFailure}. */
    public CompletableFuture<Frame> answer() {
        return answer;
    }

    /** Gives up: the server is told, and whatever it still answers is dropped. */
    public void cancel(UpstreamFailure why) {
        if (answer.completeExceptionally(why)) {
            abandon.accept(this);
        }
    }

    /** From now on the time of the request runs. */
    void begin(Supplier<UpstreamFailure> late) {
        clock.start(() -> cancel(late.get()));
        answer.whenComplete((frame, failure) -> clock.stop());
    }

    /** Its time stands still, for example while its client is asked something. */
    void hold() {
        clock.hold();
    }

    /** The opposite of {@link #hold()}; each hold needs its own. */
    void goOn() {
        clock.goOn();
    }

    void progressed(Frame notification) {
        if (!answer.isDone()) {
            progress.accept(notification);
        }
    }

    /** How long a request may still take; can be stopped and started. */
    static final class Clock {
        private final TimeSource time;
        private final ReentrantLock lock = new ReentrantLock();
        private Duration left;
        private long since;
        private int holds;
        private boolean ended;
        private Runnable late = () -> {};
        private TimeSource.Timer timer = () -> {};

        Clock(TimeSource time, Duration left) {
            this.time = time;
            this.left = left;
        }

        void start(Runnable whenLate) {
            lock.lock();
            try {
                late = whenLate;
                run();
            } finally {
                lock.unlock();
            }
        }

        private void run() {
            if (holds == 0 && !ended) {
                since = time.nanos();
                timer = time.after(left, late);
            }
        }

        void hold() {
            lock.lock();
            try {
                if (holds++ == 0) {
                    timer.cancel();
                    Duration rest = left.minusNanos(time.nanos() - since);
                    left = rest.isNegative() ? Duration.ofNanos(1) : rest;
                }
            } finally {
                lock.unlock();
            }
        }

        void goOn() {
            lock.lock();
            try {
                holds--;
                run();
            } finally {
                lock.unlock();
            }
        }

        void stop() {
            lock.lock();
            try {
                ended = true;
                timer.cancel();
            } finally {
                lock.unlock();
            }
        }
    }
}
