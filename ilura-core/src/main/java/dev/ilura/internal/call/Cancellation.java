package dev.ilura.internal.call;

import java.util.ArrayList;
import java.util.List;

/** Lets a caller give up a call wherever it is. Thread-safe. */
public final class Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    /** Gives up; once. */
    public void cancel() {
        List<Runnable> due;
        synchronized (actions) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            due = List.copyOf(actions);
        }
        due.forEach(Runnable::run);
    }

    /** Runs the action when the caller gives up, at once if it already did. */
    void onCancel(Runnable action) {
        boolean now;
        synchronized (actions) {
            now = cancelled;
            if (!now) {
                actions.add(action);
            }
        }
        if (now) {
            action.run();
        }
    }

    boolean isCancelled() {
        synchronized (actions) {
            return cancelled;
        }
    }
}
