package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIoTest {
    @TempDir
    private Path dir;

    private Path root;
    private OpenGate gate;

    @BeforeEach
    void aRootWithSomeFiles() throws IOException {
        root = Files.createDirectory(dir.resolve("root"));
        Files.writeString(root.resolve("note.txt"), "one\ntwo\nthree\n");
        Files.createDirectories(root.resolve("sub/deep"));
        Files.writeString(root.resolve("sub/a.md"), "# A\n");
        Files.writeString(root.resolve("sub/deep/b.md"), "# B\nneedle here\n");
        gate = new OpenGate(FileIo.in(root));
    }

    @AfterEach
    void close() {
        gate.close();
    }

    private String text(String tool, Map<String, ?> arguments) {
        return gate.text("file_io", tool, arguments);
    }

    private String error(String tool, Map<String, ?> arguments) {
        return gate.error("file_io", tool, arguments);
    }

    private String at(String below) {
        return root.resolve(below).toString();
    }

    @Test
    void everyCallIsOnRecordBeforeAndAfter() {
        text("read_text_file", Map.of("path", at("note.txt")));

        assertThat(gate.audit.events().stream().map(event -> event.type().label()))
                .contains("server_start", "inventory", "dispatch", "outcome");
    }

    @Test
    void textIsReadWholeAndInParts() {
        assertThat(text("read_text_file", Map.of("path", at("note.txt")))).isEqualTo("one\ntwo\nthree\n");
        assertThat(text("read_text_file", Map.of("path", "note.txt", "head", 2)))
                .isEqualTo("one\ntwo");
        assertThat(text("read_text_file", Map.of("path", at("note.txt"), "tail", 2)))
                .isEqualTo("three\n");
        assertThat(text("read_text_file", Map.of("path", at("note.txt"), "offset", 2, "limit", 1)))
                .isEqualTo("two");
        assertThat(text("read_text_file", Map.of("path", at("note.txt"), "offset", 3)))
                .isEqualTo("three\n");
        assertThat(error("read_text_file", Map.of("path", at("note.txt"), "head", 1, "tail", 1)))
                .contains("ILR-TOOLS-005");
    }

    @Test
    void listsTreesAndSearches() {
        assertThat(text("list_directory", Map.of("path", root.toString()))).isEqualTo("[FILE] note.txt\n[DIR] sub");
        assertThat(text("list_directory_with_sizes", Map.of("path", root.toString(), "sortBy", "size")))
                .contains("Total: 1 files, 1 directories", "Combined size: 14 B");
        assertThat(text("directory_tree", Map.of("path", root.toString(), "excludePatterns", List.of("deep"))))
                .isEqualTo("""
                        [
                          {
                            "name": "note.txt",
                            "type": "file"
                          },
                          {
                            "name": "sub",
                            "type": "directory",
                            "children": [
                              {
                                "name": "a.md",
                                "type": "file"
                              }
                            ]
                          }
                        ]""");
        assertThat(text("search_files", Map.of("path", root.toString(), "pattern", "**/*.md")))
                .isEqualTo(at("sub/a.md") + "\n" + at("sub/deep/b.md"));
        assertThat(text("search_content", Map.of("path", root.toString(), "pattern", "NEEDLE", "ignoreCase", true)))
                .isEqualTo(at("sub/deep/b.md") + ":2: needle here");
        assertThat(text("get_file_info", Map.of("path", at("note.txt")))).contains("size: 14", "isFile: true");
        assertThat(text("list_allowed_directories", Map.of())).isEqualTo("Allowed directories:\n" + root);
    }

    @Test
    void writesKeepModeAndEncoding() throws IOException {
        Path wide = root.resolve("wide.txt");
        Files.write(wide, "\uFEFFhallo\r\nwelt\r\n".getBytes(StandardCharsets.UTF_16LE));
        Files.setPosixFilePermissions(wide, PosixFilePermissions.fromString("rw-r-----"));

        text(
                "edit_file",
                Map.of(
                        "path",
                        at("wide.txt"),
                        "edits",
                        List.of(Map.of("oldText", "hallo\nwelt", "newText", "gr\u00fc\u00df\ngott"))));

        assertThat(Files.readAllBytes(wide))
                .isEqualTo("\uFEFFgr\u00fc\u00df\r\ngott\r\n".getBytes(StandardCharsets.UTF_16LE));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(wide)))
                .isEqualTo("rw-r-----");
        text("write_file", Map.of("path", at("wide.txt"), "content", "neu"));
        assertThat(Files.readAllBytes(wide)).isEqualTo("\uFEFFneu".getBytes(StandardCharsets.UTF_16LE));
    }

    @Test
    void editsAreAllOrNothingAndExact() throws IOException {
        Map<String, ?> half = Map.of(
                "path",
                at("note.txt"),
                "edits",
                List.of(Map.of("oldText", "one", "newText", "1"), Map.of("oldText", "nowhere", "newText", "2")));
        assertThat(error("edit_file", half)).contains("ILR-TOOLS-027", "edit 2");
        assertThat(Files.readString(root.resolve("note.txt"))).isEqualTo("one\ntwo\nthree\n");

        assertThat(error(
                        "edit_file",
                        Map.of("path", at("note.txt"), "edits", List.of(Map.of("oldText", "t", "newText", "T")))))
                .contains("ILR-TOOLS-028");

        Map<String, ?> dry = Map.of(
                "path", at("note.txt"), "dryRun", true, "edits", List.of(Map.of("oldText", "two", "newText", "zwei")));
        assertThat(text("edit_file", dry)).startsWith("```diff\nIndex: ").contains("-two\n+zwei\n three");
        assertThat(Files.readString(root.resolve("note.txt"))).contains("two");
    }

    @Test
    void movesCopiesDeletesAndMakesDirectories() throws IOException {
        text("create_directory", Map.of("path", at("x/y/z")));
        text("copy_file", Map.of("source", at("sub"), "destination", at("x/copy")));
        text("move_file", Map.of("source", at("note.txt"), "destination", at("x/y/note.txt")));
        assertThat(Files.readString(root.resolve("x/copy/deep/b.md"))).startsWith("# B");
        assertThat(Files.exists(root.resolve("x/y/note.txt"))).isTrue();
        assertThat(error("move_file", Map.of("source", at("sub"), "destination", at("x/copy"))))
                .contains("ILR-TOOLS-014");
        assertThat(error("delete_file", Map.of("path", at("x")))).contains("ILR-TOOLS-015");
        text("delete_file", Map.of("path", at("x"), "recursive", true));
        assertThat(root.resolve("x")).doesNotExist();
        assertThat(error("delete_file", Map.of("path", root.toString(), "recursive", true)))
                .contains("ILR-TOOLS-029");
        try (var left = Files.list(root)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("sub");
        }
    }
}
