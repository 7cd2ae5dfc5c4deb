package dev.ilura.approval;

import dev.ilura.approval.internal.Deadline;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** A terminal whose person types what the test says. */
final class ScriptedTerminal implements OperatorTerminal {
    private final StringBuilder screen = new StringBuilder();
    private final Deque<String> typed = new ArrayDeque<>();
    private Optional<String> always = Optional.empty();
    private int open;
    private boolean missing;

    /** Lines that are there before anything was asked. */
    synchronized ScriptedTerminal typedAhead(String... lines) {
        typed.addAll(java.util.List.of(lines));
        return this;
    }

    /** Whatever is asked, this is the answer at once. */
    synchronized ScriptedTerminal answering(String line) {
        always = Optional.of(line);
        return this;
    }

    synchronized void type(String... lines) {
        typed.addAll(java.util.List.of(lines));
        notifyAll();
    }

    synchronized ScriptedTerminal missing() {
        missing = true;
        return this;
    }

    synchronized String screen() {
        return screen.toString();
    }

    synchronized int openSessions() {
        return open;
    }

    @Override
    public synchronized Session open() throws IOException {
        if (missing) {
            throw new IOException("no such device");
        }
        open++;
        return new ScriptedSession();
    }

    private final class ScriptedSession implements Session {
        @Override
        public void show(String text) {
            synchronized (ScriptedTerminal.this) {
                screen.append(text);
            }
        }

        @Override
        public void discardTypedAhead() {
            synchronized (ScriptedTerminal.this) {
                typed.clear();
            }
        }

        @Override
        public Optional<String> line(Deadline deadline) throws InterruptedException {
            synchronized (ScriptedTerminal.this) {
                if (always.isPresent()) {
                    return always;
                }
                while (typed.isEmpty() && !deadline.passed()) {
                    ScriptedTerminal.this.wait(5);
                }
                return Optional.ofNullable(typed.poll());
            }
        }

        @Override
        public void close() {
            synchronized (ScriptedTerminal.this) {
                open--;
            }
        }
    }
}
