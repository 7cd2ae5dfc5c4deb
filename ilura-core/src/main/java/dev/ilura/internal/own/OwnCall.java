package dev.ilura.internal.own;

import dev.ilura.ToolCall;
import dev.ilura.spi.ToolRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One call of an own tool. Thread-safe. */
final class OwnCall implements ToolRequest {
    private final ToolCall call;
    private final Consumer<Progress> progress;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> onCancel = new ArrayList<>();
    private volatile boolean cancelled;

    OwnCall(ToolCall call, Consumer<Progress> progress) {
        this.call = call;
        this.progress = progress;
    }

    /** How far a call is. */
    record Progress(long done, long total, String message) {}

    @Override
    public ToolCall call() {
        return call;
    }

    @Override
    public void progress(long done, long total, String message) {
        progress.accept(new Progress(done, total, message));
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        lock.lock();
        try {
            if (!cancelled) {
                onCancel.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    void cancel() {
        List<Runnable> actions;
        lock.lock();
        try {
            cancelled = true;
            actions = List.copyOf(onCancel);
            onCancel.clear();
        } finally {
            lock.unlock();
        }
        actions.forEach(Runnable::run);
    }
}
