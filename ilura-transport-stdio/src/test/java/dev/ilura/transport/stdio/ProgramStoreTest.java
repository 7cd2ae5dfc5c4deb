package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ilura.transport.stdio.spawn.Os;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramStoreTest {
    @TempDir
    private Path dir;

    private Path program;
    private String sha256;
    private ProgramStore store;

    @BeforeEach
    void write() throws IOException {
        assumeTrue(Os.current() != Os.WINDOWS);
        program = Files.writeString(dir.resolve("server"), "#!/bin/sh\n");
        sha256 = Host.THIS.paths().digest(program.toString());
        store = new ProgramStore(dir.resolve("state/programs"));
    }

    @Test
    void copyIsNamedByItsContentAndOpenToItsOwnerOnly() throws IOException {
        Path copy = store.copy(program, sha256);

        assertThat(copy).isEqualTo(dir.resolve("state/programs").resolve(sha256).resolve("server"));
        assertThat(rights(copy)).isEqualTo("r-x------");
        assertThat(rights(Objects.requireNonNull(copy.getParent()))).isEqualTo("rwx------");
        assertThat(rights(store.directory())).isEqualTo("rwx------");
    }

    @Test
    void sameContentIsCopiedOnce() throws IOException {
        Object inode = Files.getAttribute(store.copy(program, sha256), "unix:ino");

        assertThat(Files.getAttribute(store.copy(program, sha256), "unix:ino")).isEqualTo(inode);
    }

    @Test
    void programThatIsNotTheJudgedOneIsNotCopied() throws IOException {
        Files.writeString(program, "#!/bin/sh\necho evil\n");

        assertThatThrownBy(() -> store.copy(program, sha256)).hasMessageContaining("ILR-SPAWN-009");
        try (Stream<Path> left = Files.list(store.directory().resolve(sha256))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void copyThatWasChangedIsRefused() throws IOException {
        Path copy = store.copy(program, sha256);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(copy, "#!/bin/sh\necho evil\n");

        assertThatThrownBy(() -> store.copy(program, sha256)).hasMessageContaining("ILR-SPAWN-009");
        assertThatThrownBy(() -> ProgramStore.verify(copy, sha256)).hasMessageContaining("ILR-SPAWN-009");
    }

    @Test
    void linkInPlaceOfACopyIsRefused() throws IOException {
        Path copy = store.copy(program, sha256);
        Files.delete(copy);
        Files.createSymbolicLink(copy, program);

        assertThatThrownBy(() -> store.copy(program, sha256)).hasMessageContaining("ILR-SPAWN-009");
    }

    @Test
    void rightsThatWereWidenedAreTakenBack() throws IOException {
        Path copy = store.copy(program, sha256);
        Files.setPosixFilePermissions(store.directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxrwxrwx"));

        store.copy(program, sha256);

        assertThat(rights(copy)).isEqualTo("r-x------");
        assertThat(rights(store.directory())).isEqualTo("rwx------");
    }

    @Test
    void manyAtOnceGetOneWholeCopy() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(8);
        try {
            Callable<Path> make = () -> store.copy(program, sha256);
            for (Future<Path> made : workers.invokeAll(java.util.Collections.nCopies(64, make))) {
                assertThat(made.get()).hasSameBinaryContentAs(program);
            }
        } finally {
            workers.shutdownNow();
        }
        try (Stream<Path> kept = Files.list(store.directory().resolve(sha256))) {
            assertThat(kept).hasSize(1);
        }
    }

    @Test
    void librariesBesideAProgramSayThatItNeedsThem() throws IOException {
        assertThat(Siblings.isNeededBy(program)).isFalse();
        Path bin = Files.createDirectories(dir.resolve("app/bin"));
        assertThat(Siblings.isNeededBy(bin.resolve("server"))).isFalse();
        Files.createDirectory(dir.resolve("app/lib"));
        assertThat(Siblings.isNeededBy(bin.resolve("server"))).isTrue();
        for (String library : List.of("own.dll", "libown.dylib", "libown.so.1", "server.jar")) {
            Path beside = Files.createFile(dir.resolve(library));
            assertThat(Siblings.isNeededBy(program)).as(library).isTrue();
            Files.delete(beside);
        }
        assertThat(Siblings.isNeededBy(Path.of("/usr/local/bin/server"))).isFalse();
    }

    private static String rights(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
