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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class NothingLeaksTest {
    private static final int CYCLES = 200;

    @TempDir
    private Path root;

    @Test
    void manyStartsAndStopsLeaveNothingBehind() throws Exception {
        assumeTrue(Os.current() == Os.LINUX);
        Path program =
                root.toRealPath().resolve("server-" + ProcessHandle.current().pid());
        Files.writeString(program, "#!/bin/sh\necho here\nread line\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        StdioServer server = StdioServer.named("leaky")
                .command("server")
                .spawn(SpawnRules.standard().registered("server", program));
        cycle(server);
        long descriptors = descriptors();

        for (int i = 0; i < CYCLES; i++) {
            cycle(server);
        }

        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("ilura-leaky")));
        await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 2));
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(child -> child.info().commandLine().orElse("").contains(root.toString())))
                .isEmpty();
        assertThat(privateDirectories(program)).isZero();
    }

    private static void cycle(StdioServer server) throws Exception {
        Ear ear = new Ear();
        try (Transport.Connection connection = server.transport().open(ear, request -> {})) {
            assertThat(Ear.next(ear.frames)).isEqualTo("here");
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    /** Only those with a copy of this test's program count: others may be running. */
    private static long privateDirectories(Path program) throws IOException {
        Path copy = Path.of("program", Host.THIS.paths().digest(program.toString()))
                .resolve(String.valueOf(program.getFileName()));
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(directory -> directory.getFileName().toString().startsWith("ilura-"))
                    .filter(directory -> Files.exists(directory.resolve(copy)))
                    .count();
        }
    }
}
