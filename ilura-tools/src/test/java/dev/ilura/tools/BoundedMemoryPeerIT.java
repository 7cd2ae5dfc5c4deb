package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large things in a process with a heap of 64 MiB, and a disk that fills up. */
class BoundedMemoryPeerIT {
    @Test
    void aGigabyteAndAHundredThousandEntriesFitIntoSmallMemory(@TempDir Path dir)
            throws IOException, InterruptedException {
        Path root = Files.createDirectory(dir.resolve("root"));
        Path large = Files.writeString(root.resolve("large.txt"), "first line\n".repeat(2000));
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(1L << 30);
            file.seek((1L << 30) - 12);
            file.write("\nlast line\n\n".getBytes(StandardCharsets.UTF_8), 0, 11);
        }
        Path many = Files.createDirectory(root.resolve("many"));
        for (int i = 0; i < 100_000; i++) {
            Files.createFile(many.resolve("f" + i));
        }
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).as(out).isZero();
        assertThat(out)
                .contains("whole: ILR-TOOLS-024", "1073741824 bytes")
                .contains("head: first line")
                .contains("range: first line")
                .contains("tail: last line")
                .contains("edit: ILR-TOOLS-024")
                .contains("list: [FILE] f0")
                .contains("left out 95000")
                .contains("search: No matches")
                .contains("tree: 95");
    }

    /** What has little memory. */
    static final class Child {
        public static void main(String[] args) {
            String root = args[0];
            String large = root + "/large.txt";
            try (OpenGate gate = new OpenGate(FileIo.in(Path.of(root)))) {
                say("whole", gate.error("file_io", "read_text_file", Map.of("path", large)));
                say("head", gate.text("file_io", "read_text_file", Map.of("path", large, "head", 1)));
                say("range", gate.text("file_io", "read_text_file", Map.of("path", large, "offset", 1999, "limit", 1)));
                say(
                        "tail",
                        gate.text("file_io", "read_text_file", Map.of("path", large, "tail", 2))
                                .strip());
                say(
                        "edit",
                        gate.error(
                                "file_io",
                                "edit_file",
                                Map.of("path", large, "edits", List.of(Map.of("oldText", "a", "newText", "b")))));
                var list = gate.call("file_io", "list_directory", Map.of("path", root + "/many"));
                say("list", OpenGate.textOf(list).substring(0, 100));
                say(
                        "left out "
                                + list.at("/structuredContent/left_out")
                                        .orElseThrow()
                                        .raw(),
                        "");
                say(
                        "tree",
                        gate.call("file_io", "directory_tree", Map.of("path", root))
                                .at("/structuredContent/left_out")
                                .orElseThrow()
                                .raw());
                say("search", gate.text("file_io", "search_content", Map.of("path", root, "pattern", "nowhere")));
            }
        }

        private static void say(String what, String text) {
            System.out.println(what + ": " + text.lines().findFirst().orElse(""));
        }
    }

    /** A disk of 2 MiB, which bubblewrap makes for one process. */
    @Test
    void aFullDiskLosesNothing() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        "bwrap",
                        "--bind",
                        "/",
                        "/",
                        "--dev",
                        "/dev",
                        "--size",
                        "2097152",
                        "--tmpfs",
                        "/mnt",
                        "--",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDisk.class.getName(),
                        "/mnt")
                .redirectErrorStream(true)
                .start();
        String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).as(out).isZero();
        assertThat(out)
                .contains("write: ILR-TOOLS-018")
                .contains("kept: before")
                .contains("left: 1")
                .contains("no snapshot: ILR-TOOLS-053")
                .contains("still: before");
    }

    /** What works on a small disk. */
    static final class FullDisk {
        public static void main(String[] args) throws IOException {
            Path root = Files.createDirectory(Path.of(args[0], "root"));
            Path file = Files.writeString(root.resolve("a.txt"), "before");
            String large = "x".repeat(3_000_000);
            try (OpenGate gate = new OpenGate(FileIo.in(root))) {
                say("write", gate.error("file_io", "write_file", Map.of("path", "a.txt", "content", large)));
                say("kept", Files.readString(file));
                try (var left = Files.list(root)) {
                    say("left", Long.toString(left.count()));
                }
            }
            try (OpenGate gate = new OpenGate(FileIo.in(root), TimeMachine.in(Path.of(args[0], "store")))) {
                byte[] block = new byte[1 << 12];
                try (RandomAccessFile fill = new RandomAccessFile(args[0] + "/filler", "rw")) {
                    while (true) {
                        fill.write(block);
                    }
                } catch (IOException full) {
                    // now it is
                }
                say("no snapshot", gate.error("file_io", "write_file", Map.of("path", "a.txt", "content", "after")));
                say("still", Files.readString(file));
            }
        }

        private static void say(String what, String text) {
            System.out.println(what + ": " + text.lines().findFirst().orElse(""));
        }
    }
}
