package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import dev.ilura.RiskLane;
import dev.ilura.spi.ToolException;
import dev.ilura.tools.tree.Failures;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.Replacement;
import dev.ilura.tools.tree.RootTree;
import dev.ilura.tools.tree.SecretNames;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HardCasesTest {
    @TempDir
    private Path dir;

    private Path root;

    @BeforeEach
    void aRoot() throws IOException {
        root = Files.createDirectory(dir.resolve("root")).toRealPath();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".env",
                ".env.local",
                "prod.env",
                "server.KEY",
                "id_rsa",
                ".ssh/config",
                "sub/.aws/credentials",
                ".ENV",
                "cert.pem"
            })
    void aSecretRaisesTheLaneWhateverThePolicyAllows(String name) throws IOException {
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), "KEY=1");
        try (OpenGate gate = new OpenGate(FileIo.in(root))) {
            assertThat(gate.outcome(
                            "file_io",
                            "read_text_file",
                            Map.of("path", root.resolve(name).toString())))
                    .isInstanceOf(CallOutcome.NotApproved.class);
            assertThat(gate.outcome("file_io", "move_file", Map.of("source", name, "destination", "plain.txt")))
                    .isInstanceOf(CallOutcome.NotApproved.class);
            assertThat(gate.asked)
                    .hasSize(2)
                    .allSatisfy(ticket -> assertThat(ticket.lane()).isEqualTo(RiskLane.HIGH));
            assertThat(gate.agreed("file_io", "read_text_file", Map.of("path", name)))
                    .isInstanceOf(CallOutcome.Completed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".env.example", "id_rsa.pub", "environment.txt", "keys.md"})
    void whatOnlyLooksLikeASecretDoesNot(String name) throws IOException {
        Files.writeString(root.resolve(name), "x");
        try (OpenGate gate = new OpenGate(FileIo.in(root))) {
            assertThat(gate.text("file_io", "read_text_file", Map.of("path", name)))
                    .isEqualTo("x");
        }
    }

    @Test
    void aSecretIsNotReachedUnderAnotherName() throws IOException {
        Files.writeString(root.resolve(".env"), "KEY=1");
        Files.createSymbolicLink(root.resolve("notes.txt"), Path.of(".env"));
        Files.createDirectory(root.resolve(".ssh"));
        Files.writeString(root.resolve(".ssh/config"), "KEY=2");
        Files.createSymbolicLink(root.resolve("conf"), Path.of(".ssh"));
        try (OpenGate gate = new OpenGate(FileIo.in(root))) {
            assertThat(gate.error("file_io", "read_text_file", Map.of("path", "notes.txt")))
                    .contains("ILR-TOOLS-016");
            assertThat(gate.error("file_io", "read_text_file", Map.of("path", "conf/config")))
                    .contains("ILR-TOOLS-016");
            assertThat(gate.call("file_io", "search_content", Map.of("path", root.toString(), "pattern", "KEY"))
                            .raw())
                    .contains("No matches")
                    .doesNotContain("KEY=1");
        }
    }

    @Test
    void otherNamesOfAFileAreNotReadUnlessMeant() throws IOException {
        Path outside = Files.writeString(dir.resolve("outside.txt"), "OUTSIDE");
        Files.createLink(root.resolve("hard.txt"), outside);
        try (OpenGate gate = new OpenGate(FileIo.in(root))) {
            assertThat(gate.error("file_io", "read_text_file", Map.of("path", "hard.txt")))
                    .contains("ILR-TOOLS-021");
            assertThat(gate.error("file_io", "write_file", Map.of("path", "hard.txt", "content", "x")))
                    .contains("ILR-TOOLS-021");
        }
        assertThat(outside).hasContent("OUTSIDE");
        try (OpenGate gate = new OpenGate(FileIo.in(root).readingHardLinks())) {
            assertThat(gate.text("file_io", "read_text_file", Map.of("path", "hard.txt")))
                    .isEqualTo("OUTSIDE");
        }
    }

    @Test
    void socketsAndLoopsAreNotOpened() throws IOException {
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                OpenGate gate = new OpenGate(FileIo.in(root))) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("s")));
            assertThat(gate.error("file_io", "read_text_file", Map.of("path", "s")))
                    .contains("ILR-TOOLS-020");
            assertThat(gate.error("file_io", "write_file", Map.of("path", "s", "content", "x")))
                    .contains("ILR-TOOLS-020");
            assertThat(gate.error("file_io", "read_text_file", Map.of("path", "loop")))
                    .contains("ILR-TOOLS-010");
        }
    }

    @Test
    void whatChangedUnderOurHandsIsNotOverwritten() throws IOException, ToolException {
        Files.writeString(root.resolve("a.txt"), "one");
        RootTree tree = RootTree.of(List.of(root), new SecretNames(List.of()), false);
        try (Place place = tree.find("a.txt");
                Replacement replacement = place.replacement()) {
            PosixFileAttributes before = place.existing();
            replacement.write("ours".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            Files.writeString(root.resolve("a.txt"), "somebody else's");
            Assertions.assertThatThrownBy(() -> replacement.finish(Optional.of(before)))
                    .hasMessageContaining("ILR-TOOLS-017");
        }
        assertThat(root.resolve("a.txt")).hasContent("somebody else's");
        try (var left = Files.list(root)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void whatTheDiskSaysIsSaidClearly() {
        assertThat(Failures.of("/x", new FileSystemException("/x", null, "No space left on device")))
                .hasMessageContaining("ILR-TOOLS-018");
        assertThat(Failures.of("/x", new IOException("No space left on device")))
                .hasMessageContaining("ILR-TOOLS-018");
        assertThat(Failures.of("/x", new AccessDeniedException("/x"))).hasMessageContaining("ILR-TOOLS-013");
        assertThat(Failures.of("/x", new FileSystemException("/x", null, "Read-only file system")))
                .hasMessageContaining("ILR-TOOLS-013");
    }

    @Test
    void aRegularExpressionThatExplodesEnds() throws IOException {
        Files.writeString(root.resolve("a.txt"), "a".repeat(4000) + "!");
        try (OpenGate gate = new OpenGate(FileIo.in(root))) {
            assertThat(gate.call(
                                    "file_io",
                                    "search_content",
                                    Map.of("path", root.toString(), "pattern", "(a|aa)+$", "regex", true))
                            .raw())
                    .containsAnyOf("ILR-TOOLS-026", "No matches");
        }
    }
}
