package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ilura.IluraException;
import dev.ilura.spi.Transport;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SwappedProgramTest {
    @TempDir
    private Path root;

    private Path program;
    private final Ear ear = new Ear();

    @BeforeEach
    void writeProgram() throws IOException {
        assumeTrue(Os.current() == Os.LINUX);
        root = root.toRealPath();
        program = write("program", "judged");
    }

    @ParameterizedTest
    @EnumSource(
            value = ConfinementChoice.class,
            names = {"NONE", "STRONGEST"})
    void judgedProgramRuns(ConfinementChoice choice) throws Exception {
        try (Transport.Connection connection =
                server().confinement(choice).transport().open(ear, request -> {})) {
            assertThat(Ear.next(ear.frames)).isEqualTo("judged");
        }
    }

    @Test
    void programSwappedWhileAPersonReadsDoesNotRun() {
        assertThatThrownBy(() -> server().transport().open(ear, request -> swap()))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-SPAWN-009");
        assertThat(ear.frames).isEmpty();
    }

    @Test
    void oneByteMoreIsAnotherIdentity() throws Exception {
        String before = identity(server());

        Files.writeString(program, Files.readString(program) + "#");

        assertThat(identity(server())).isNotEqualTo(before);
        assertThat(identity(server().command("program", "x"))).isNotEqualTo(identity(server()));
        assertThat(identity(server().env("A", "1"))).isNotEqualTo(identity(server().env("A", "2")));
    }

    @ParameterizedTest
    @EnumSource(
            value = Holding.class,
            names = {"OPEN_FILE", "COPY"})
    void swappedProgramNeverRuns(Holding holding) throws Exception {
        new SwapRace(root).between(holding, 50);
        assertThat(new SwapRace(root).run(holding, 100).started()).isPositive();
    }

    /** What other systems than Linux do, where no open file can be executed. */
    @Test
    void copyOfTheJudgedProgramRunsWhereOpenFilesCannot() throws Exception {
        Path state = root.resolve("state");
        StdioServer server = server().confinement(ConfinementChoice.NONE).state(state);
        for (int start = 0; start < 2; start++) {
            try (Transport.Connection connection = new StdioTransport(server, copying())
                    .open(ear, request -> assertThat(request.facts()).containsEntry("held", "copy"))) {
                assertThat(Ear.next(ear.frames)).isEqualTo("judged");
            }
        }
        Path copy = state.resolve("programs")
                .resolve(Host.THIS.paths().digest(program.toString()))
                .resolve("program");
        assertThat(copy).isRegularFile().hasSameBinaryContentAs(program);

        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(copy, "#!/bin/sh\necho evil\nread line\n");
        assertThatThrownBy(() -> new StdioTransport(server, copying()).open(ear, request -> {}))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-SPAWN-009");
        assertThat(ear.frames).isEmpty();
    }

    @Test
    void programThatNeedsWhatLiesBesideItIsRunThere() throws Exception {
        Files.createFile(root.resolve("libown.so.1"));
        StdioServer server = server().confinement(ConfinementChoice.NONE);

        try (Transport.Connection connection = new StdioTransport(server, copying())
                .open(ear, request -> assertThat(request.facts()).containsEntry("held", "in place"))) {
            assertThat(Ear.next(ear.frames)).isEqualTo("judged");
        }
        assertThatThrownBy(() -> new StdioTransport(server, copying()).open(ear, request -> swap()))
                .as("it is hashed once more before it runs")
                .hasMessageContaining("ILR-SPAWN-009");
    }

    private static Host copying() {
        Host here = Host.THIS;
        return new Host(here.paths(), here.digests(), here.confinements(), here.lookup(), Holding.on(Os.MACOS));
    }

    private void swap() {
        replaceBy("evil", "evil");
    }

    private void replaceBy(String name, String says) {
        try {
            Files.move(write(name, says), program, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path write(String name, String says) throws IOException {
        Path file = root.resolve(name);
        Files.writeString(file, "#!/bin/sh\necho " + says + "\nread line\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private StdioServer server() {
        return StdioServer.named("swapped")
                .command("program")
                .spawn(SpawnRules.standard().registered("program", program));
    }

    private String identity(StdioServer server) throws IOException {
        String[] identity = new String[1];
        server.transport()
                .open(ear, request -> identity[0] = request.identity())
                .close();
        return identity[0];
    }
}
