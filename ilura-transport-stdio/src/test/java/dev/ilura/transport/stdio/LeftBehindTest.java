package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ilura.spi.Transport;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that leave daemons behind which do not want to be found. */
class LeftBehindTest {
    @TempDir
    private Path dir;

    private final Ear ear = new Ear();

    @BeforeEach
    void needsLimits() throws IOException {
        assumeTrue(
                Os.current() == Os.LINUX && Host.THIS.confinements().prlimit().isPresent());
        dir = dir.toRealPath();
    }

    @AfterEach
    void endDaemon() throws IOException {
        if (Files.exists(pidFile())) {
            daemon().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Two forks, a session of its own, no variables, no open files: nothing but its limits tell where it came from. */
    @Test
    void daemonThatWipedItsVariablesEndsWithItsServer() throws Exception {
        stopServerThatRuns("");

        await().untilAsserted(() -> assertThat(daemon()).isEmpty());
        assertThat(Ear.next(ear.ending)).doesNotContain("Processes");
    }

    @Test
    void daemonThatWipedItsLimitsTooIsReported() throws Exception {
        stopServerThatRuns("ulimit -q 1000");

        assertThat(daemon()).isPresent();
        assertThat(Ear.next(ear.ending))
                .contains("may be left of it, their marks wiped: ["
                        + daemon().orElseThrow().pid() + "]");
    }

    @Test
    void anotherServerIsNotTouched() throws Exception {
        Path quiet = script("quiet", "echo here", "read line");
        Ear other = new Ear();
        try (Transport.Connection stays = server("other", quiet).open(other, request -> {})) {
            assertThat(Ear.next(other.frames)).isEqualTo("here");

            stopServerThatRuns("");

            assertThat(other.ending).isEmpty();
        }
    }

    /**
     * The JDK's own thread may be shut in with some other server: it can neither end processes nor remove files. Dealing with
     * an end there left both behind.
     */
    @Test
    void endOfAChildIsDealtWithOnAThreadThatIsFree() throws Exception {
        Exits.prepare();
        CompletableFuture<String> dealtWith = new CompletableFuture<>();
        ChildProcess child = ChildProcess.start(List.of("/bin/true"), Map.of(), dir);

        child.onExit(() -> dealtWith.complete(Thread.currentThread().getName()));

        assertThat(dealtWith.get(1, TimeUnit.MINUTES)).isEqualTo("ilura-exits");
        child.stop(Duration.ZERO);
    }

    private void stopServerThatRuns(String before) throws Exception {
        Path program = script(
                "server",
                before,
                "(setsid env -i /bin/sh -c 'trap \"\" TERM HUP; echo $$ > " + pidFile()
                        + "; exec </dev/null >/dev/null 2>&1; while :; do /bin/sleep 1; done' &)",
                "until [ -s " + pidFile() + " ]; do :; done",
                "echo here",
                "read line");
        try (Transport.Connection connection = server("leaving", program).open(ear, request -> {})) {
            assertThat(Ear.next(ear.frames)).isEqualTo("here");
            assertThat(daemon()).isPresent();
        }
    }

    private Transport server(String name, Path program) {
        return StdioServer.named(name)
                .command(name)
                .confinement(ConfinementChoice.NONE)
                .spawn(SpawnRules.standard().registered(name, program))
                .transport();
    }

    private Path script(String name, String... lines) throws IOException {
        Path program = dir.resolve(name);
        Files.writeString(program, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private Path pidFile() {
        return dir.resolve("pid");
    }

    private java.util.Optional<ProcessHandle> daemon() throws IOException {
        return ProcessHandle.of(Long.parseLong(Files.readString(pidFile()).strip()))
                .filter(ProcessHandle::isAlive)
                .filter(LeftBehindTest::isRunning);
    }

    /** In a container nobody may collect the remains of a daemon. */
    private static boolean isRunning(ProcessHandle process) {
        try {
            String state = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return !state.startsWith("Z", state.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return false;
        }
    }
}
