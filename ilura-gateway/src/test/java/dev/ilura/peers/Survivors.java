package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;

/** Processes with a mark in their command line, which their children pass on; found wherever they moved to. */
final class Survivors {
    private final String mark;

    private Survivors(String mark) {
        this.mark = mark;
    }

    static Survivors marked(String mark) {
        return new Survivors(mark);
    }

    /** The command with the mark. */
    ServerCommand marking(ServerCommand command) {
        List<String> args = new ArrayList<>(command.args());
        args.add("--token=" + mark);
        return new ServerCommand(command.command(), args, command.environment());
    }

    /** Fails if one is alive; the kernel may need a moment to bury the dead. */
    void assertNone() {
        await().untilAsserted(
                        () -> assertThat(alive()).as("processes left behind").isEmpty());
    }

    /** For the end of a test, so that a failed one leaves nothing behind either. */
    void end() {
        alive().forEach(ProcessHandle::destroyForcibly);
    }

    List<ProcessHandle> alive() {
        return ProcessHandle.allProcesses().filter(this::isMarked).toList();
    }

    private boolean isMarked(ProcessHandle process) {
        return process.isAlive()
                && process.info()
                        .commandLine()
                        .filter(line -> line.contains(mark))
                        .isPresent();
    }
}
