package dev.ilura.transport.stdio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A running child. The one class that starts processes: whatever road a command line took, it comes through here, with
 * an environment made from nothing and no shell.
 */
final class ChildProcess {
    private static final Duration TRIAL = Duration.ofSeconds(5);

    private final Process process;
    private final ProcessTree tree;

    private ChildProcess(Process process, ProcessTree tree) {
        this.process = process;
        this.tree = tree;
    }

    /**
     * Starts it.
     *
     * @param argv program and arguments, handed over one by one
     * @param environment all of it
     * @param cwd must exist
     * @throws IOException if the system refuses
     */
    static ChildProcess start(List<String> argv, Map<String, String> environment, Path cwd) throws IOException {
        return start(argv, environment, cwd, Optional.empty());
    }

    /**
     * Starts it.
     *
     * @param limits by which what it starts is found again, if its line sets them
     */
    static ChildProcess start(List<String> argv, Map<String, String> environment, Path cwd, Optional<LimitMark> limits)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(argv).directory(cwd.toFile()).redirectErrorStream(false);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new ChildProcess(
                process, new ProcessTree(process.toHandle(), environment.get(ProcessTree.MARK), limits));
    }

    /** Runs a harmless line to its end; whether it ended well. */
    static boolean succeeds(List<String> argv) {
        try {
            ChildProcess child = start(argv, Map.of("LANG", "C.UTF-8"), Path.of("/"));
            child.stdin().close();
            boolean ended = child.awaitExit(TRIAL);
            child.tree.kill();
            return ended && child.process.exitValue() == 0;
        } catch (IOException forbidden) {
            return false;
        }
    }

    /**
     * Runs a program in this one's place, with its streams and its environment, and gives its status. Only for the relay
     * inside a server's cage, which was itself started by {@link #start}.
     */
    static int takesOver(List<String> argv) throws IOException {
        try {
            return new ProcessBuilder(argv).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    InputStream stdout() {
        return process.getInputStream();
    }

    InputStream stderr() {
        return process.getErrorStream();
    }

    OutputStream stdin() {
        return process.getOutputStream();
    }

    long pid() {
        return process.pid();
    }

    /** Runs once the child has ended, on a thread that must not be held up. */
    void onExit(Runnable task) {
        process.onExit().thenRun(() -> Exits.note(task));
    }

    /** Waits until the child has ended. */
    void awaitExit() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the child has ended within this time; an interrupt ends the wait. */
    boolean awaitExit(Duration patience) {
        try {
            return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Its exit status, once it has ended. */
    int status() {
        return process.exitValue();
    }

    /** How it ended, for people. */
    String ending() {
        int status = process.exitValue();
        // The JDK reports death by signal as 128 + its number, like a shell.
        return status > 128 ? "was ended by signal " + (status - 128) : "ended with status " + status;
    }

    /**
     * Leaves nothing of it behind; its input should be closed before.
     *
     * @param grace how long it may take to end by itself
     * @return what could not be ended, for the log; normally nothing
     */
    Remains stop(Duration grace) {
        tree.remember();
        if (!awaitExit(grace)) {
            tree.terminate(grace);
        }
        return tree.kill();
    }
}
