package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operating system does not let the gateway's user do, seen by a process of a user who is not root. */
@SuppressWarnings("StringSplitter") // no part is empty
class RefusedByTheSystemPeerIT {
    @Test
    void whatIsNotPermittedIsSaidAndChangesNothing(@TempDir Path dir) throws IOException, InterruptedException {
        mode(dir, "rwxr-xr-x");
        Path root = mode(Files.createDirectory(dir.resolve("root")), "rwxr-xr-x");
        mode(Files.writeString(root.resolve("unreadable.txt"), "secret of root"), "rw-------");
        mode(Files.writeString(root.resolve("readable.txt"), "before"), "rw-r--r--");
        Path locked = Files.createDirectory(root.resolve("locked"));
        Files.writeString(locked.resolve("inside.txt"), "inside");
        mode(locked, "rwx------");
        mode(Files.createDirectory(root.resolve("open")), "rwxrwxrwx");
        mode(Files.createDirectory(dir.resolve("store")), "rwxrwxrwx");
        TreeState before = TreeState.of(root);
        List<String> command = new java.util.ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                readableClasses(mode(Files.createDirectory(dir.resolve("lib")), "rwxr-xr-x")),
                Child.class.getName(),
                root.toString(),
                dir.resolve("store/own").toString()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).as(out).isZero();
        assertThat(out)
                .contains("read: ILR-TOOLS-013", "list: ILR-TOOLS-013", "write: ILR-TOOLS-013")
                .contains("edit: ILR-TOOLS-013", "delete: ILR-TOOLS-013", "move: ILR-TOOLS-013")
                .contains("make: ILR-TOOLS-013", "below: ILR-TOOLS-013")
                .contains("search goes on: ")
                .doesNotContain("secret of root", "Exception");
        Files.delete(root.resolve("open/new.txt"));
        assertThat(TreeState.of(root).differencesTo(before))
                .as("nothing changed but the directory that may be")
                .allMatch(difference -> difference.contains("open"));
    }

    /** The repository of Maven may lie where only root may look. */
    private static String readableClasses(Path to) throws IOException {
        List<String> copies = new java.util.ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            if (!Files.exists(from)) {
                continue;
            }
            Path copy = to.resolve(copies.size() + "-" + from.getFileName());
            try (Stream<Path> all = Files.walk(from)) {
                for (Path file : all.toList()) {
                    Path target = copy.resolve(from.relativize(file).toString());
                    Files.copy(file, file.equals(from) ? copy : target);
                    boolean directory = Files.isDirectory(file);
                    mode(file.equals(from) ? copy : target, directory ? "rwxr-xr-x" : "rw-r--r--");
                }
            }
            copies.add(copy.toString());
        }
        return String.join(File.pathSeparator, copies);
    }

    private static Path mode(Path path, String mode) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    /** Who is not root. */
    static final class Child {
        public static void main(String[] args) {
            String root = args[0] + "/";
            try (OpenGate gate = new OpenGate(FileIo.in(Path.of(args[0])), TimeMachine.in(Path.of(args[1])))) {
                say("read", gate.error("file_io", "read_text_file", Map.of("path", root + "unreadable.txt")));
                say("list", gate.error("file_io", "list_directory", Map.of("path", root + "locked")));
                say("below", gate.error("file_io", "read_text_file", Map.of("path", root + "locked/inside.txt")));
                say("write", gate.error("file_io", "write_file", Map.of("path", root + "new.txt", "content", "x")));
                say(
                        "edit",
                        gate.error(
                                "file_io",
                                "edit_file",
                                Map.of(
                                        "path",
                                        root + "readable.txt",
                                        "edits",
                                        List.of(Map.of("oldText", "before", "newText", "after")))));
                say("delete", gate.error("file_io", "delete_file", Map.of("path", root + "readable.txt")));
                say(
                        "move",
                        gate.error(
                                "file_io",
                                "move_file",
                                Map.of("source", root + "readable.txt", "destination", root + "open/r.txt")));
                say("make", gate.error("file_io", "create_directory", Map.of("path", root + "made")));
                gate.text("file_io", "write_file", Map.of("path", root + "open/new.txt", "content", "needle"));
                say(
                        "search goes on",
                        gate.text("file_io", "search_content", Map.of("path", args[0], "pattern", "needle")));
            }
        }

        private static void say(String what, String text) {
            System.out.println(what + ": " + text.lines().findFirst().orElse(""));
        }
    }
}
