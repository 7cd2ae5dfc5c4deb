package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The families of paths that lead out, against the tools alone: whatever a policy lets through. */
class OutsideTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "DIR/outside/secret.txt",
                "../outside/secret.txt",
                "ROOT/../outside/secret.txt",
                "ROOT/sub/../../outside/secret.txt",
                "ROOT/./sub/./../../outside/secret.txt",
                "ROOT//..//outside/secret.txt",
                "ROOT/link-file",
                "ROOT/link-dir/secret.txt",
                "ROOT/link-up/outside/secret.txt",
                "ROOT/link-relative",
                "ROOT/link-chain",
                "ROOT/sub/link-deep/outside/secret.txt",
                "ROOT-evil/secret.txt",
                "ROOT/..%2foutside/secret.txt",
                "ROOT/%2e%2e/outside/secret.txt",
                "ROOT/..\\outside\\secret.txt",
                "ROOT/..\u2215outside\u2215secret.txt",
                "ROOT/\uFF0E\uFF0E/outside/secret.txt",
                "ROOT/..;/outside/secret.txt",
                "file:///etc/passwd",
                "~/.ssh/id_ed25519",
                "$HOME/secret.txt",
                "/proc/self/root/etc/passwd",
                "/dev/fd/0",
                "//etc/passwd",
                "ROOT\u0000/../outside/secret.txt",
                "",
                "ROOT/link-proc/etc/passwd",
            })
    void nothingOutsideIsReadListedOrChanged(String written) throws IOException {
        Path root = Files.createDirectory(dir.resolve("root"));
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Path twin = Files.createDirectory(dir.resolve("root-evil"));
        Files.writeString(outside.resolve("secret.txt"), "OUTSIDE");
        Files.writeString(twin.resolve("secret.txt"), "OUTSIDE");
        Files.createDirectory(root.resolve("sub"));
        Files.createSymbolicLink(root.resolve("link-file"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("link-dir"), outside);
        Files.createSymbolicLink(root.resolve("link-up"), dir);
        Files.createSymbolicLink(root.resolve("link-relative"), Path.of("../outside/secret.txt"));
        Files.createSymbolicLink(root.resolve("link-chain"), Path.of("link-relative"));
        Files.createSymbolicLink(root.resolve("sub/link-deep"), Path.of("../.."));
        Files.createSymbolicLink(root.resolve("link-proc"), Path.of("/proc/self/root"));
        TreeState before = TreeState.of(outside);
        TreeState twinBefore = TreeState.of(twin);
        String path = written.replace("ROOT", root.toString()).replace("DIR", dir.toString());
        try (OpenGate gate = new OpenGate(FileIo.in(root)).agreeing()) {
            for (String tool : List.of("read_text_file", "read_media_file", "get_file_info", "list_directory")) {
                assertThat(gate.error("file_io", tool, Map.of("path", path)))
                        .contains("ILR-TOOLS-")
                        .doesNotContain("OUTSIDE", "root:x:");
            }
            gate.call("file_io", "write_file", Map.of("path", path, "content", "CHANGED"));
            gate.call(
                    "file_io",
                    "edit_file",
                    Map.of("path", path, "edits", List.of(Map.of("oldText", "O", "newText", "C"))));
            gate.call("file_io", "create_directory", Map.of("path", path + "/made"));
            gate.call("file_io", "move_file", Map.of("source", path, "destination", root + "/stolen"));
            gate.call("file_io", "copy_file", Map.of("source", path, "destination", root + "/copied"));
            assertThat(gate.call("file_io", "read_text_file", Map.of("path", root + "/copied"))
                            .raw())
                    .doesNotContain("OUTSIDE");
            assertThat(gate.call(
                                    "file_io",
                                    "search_content",
                                    Map.of("path", root.toString(), "pattern", "OUTSID[E]", "regex", true))
                            .raw())
                    .doesNotContain("OUTSIDE");
            gate.call("file_io", "delete_file", Map.of("path", path, "recursive", true));
        }
        Files.delete(root.resolve("link-proc"));
        assertThat(TreeState.of(outside).differencesTo(before)).isEmpty();
        assertThat(TreeState.of(twin).differencesTo(twinBefore)).isEmpty();
    }
}
