package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.CallOutcome;
import dev.ilura.json.JsonValue;
import dev.ilura.tools.tree.PathTrees;
import dev.ilura.tools.tree.RootTree;
import dev.ilura.tools.tree.SecretNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Directories that are opened by path and looked at before and after each step, where Java has no handles. */
class WithoutHandlesTest {
    @TempDir
    private Path dir;

    /** One call, with paths below the root. */
    record Attempt(String tool, Map<String, ?> arguments) {
        Map<String, ?> below(Path root) {
            Map<String, Object> absolute = new TreeMap<>(arguments);
            absolute.computeIfPresent("path", (name, path) -> root + "/" + path);
            absolute.computeIfPresent("source", (name, path) -> root + "/" + path);
            absolute.computeIfPresent("destination", (name, path) -> root + "/" + path);
            return absolute;
        }
    }

    static List<Attempt> attempts() {
        return List.of(
                new Attempt("read_text_file", Map.of("path", "inside/secret.txt")),
                new Attempt("read_media_file", Map.of("path", "inside/d/secret.txt")),
                new Attempt("get_file_info", Map.of("path", "inside/secret.txt")),
                new Attempt("list_directory", Map.of("path", "inside")),
                new Attempt("directory_tree", Map.of("path", "")),
                new Attempt("search_content", Map.of("path", "", "pattern", "O[U]TSIDE", "regex", true)),
                new Attempt("write_file", Map.of("path", "inside/secret.txt", "content", "x")),
                new Attempt("write_file", Map.of("path", "inside/new.txt", "content", "x")),
                new Attempt(
                        "edit_file",
                        Map.of(
                                "path",
                                "inside/secret.txt",
                                "edits",
                                List.of(Map.of("oldText", "SIDE", "newText", "x")))),
                new Attempt("create_directory", Map.of("path", "inside/made/here")),
                new Attempt("delete_file", Map.of("path", "inside/secret.txt")),
                new Attempt("delete_file", Map.of("path", "inside/d", "recursive", true)),
                new Attempt("move_file", Map.of("source", "inside/secret.txt", "destination", "stolen.txt")),
                new Attempt("move_file", Map.of("source", "plain.txt", "destination", "inside/plain.txt")),
                new Attempt("copy_file", Map.of("source", "inside/d", "destination", "stolen")));
    }

    /** Somebody swaps {@code inside} for a link to the outside at one moment, and leaves it so. */
    @ParameterizedTest
    @MethodSource("attempts")
    void aSwapAtAnyMomentLetsNothingOutOrIn(Attempt attempt) throws IOException {
        Path root = Files.createDirectory(dir.resolve("root")).toRealPath();
        Path outside = dir.resolve("outside");
        Attacker attacker = new Attacker(root, outside);
        int moments = 0;
        try (OpenGate gate = new OpenGate(FileIo.in(root).over(PathTrees.over(root, attacker))).agreeing()) {
            do {
                fill(root, outside);
                Map<String, String> before = state(outside);
                attacker.waitFor(moments);
                JsonValue result = gate.call("file_io", attempt.tool(), attempt.below(root));

                String which = attempt.tool() + " at moment " + moments + ": " + result.raw();
                assertThat(result.raw()).as(which).doesNotContain("OUTSIDE");
                assertThat(state(outside)).as(which).isEqualTo(before);
                assertThat(state(root).values()).as(which).noneMatch(content -> content.contains("OUTSIDE"));
                if (!attacker.swapped) {
                    assertThat(result.member("isError")).as(which).isEmpty();
                }
                moments++;
            } while (attacker.swapped);
        }
        assertThat(moments).as("moments at which somebody came in").isGreaterThan(4);
    }

    @Test
    void allElseWorksAsWithHandles() throws IOException {
        Path root = Files.createDirectory(dir.resolve("root"));
        BadAfternoon agent = new BadAfternoon(root, 1);
        agent.someFiles(40);
        TreeState before = TreeState.of(root);
        FileIo files = FileIo.in(root).over(PathTrees.over(root, () -> {}));
        try (OpenGate gate = new OpenGate(files, TimeMachine.in(dir.resolve("store")))) {
            int worked = 0;
            String first = "";
            for (int i = 0; i < 25; i++) {
                BadAfternoon.Step step = agent.next();
                CallOutcome.Completed done =
                        (CallOutcome.Completed) gate.outcome("file_io", step.tool(), step.arguments());
                boolean sound = done.result().member("isError").isEmpty();
                first = sound && worked == 0 ? done.callId() : first;
                worked += sound ? 1 : 0;
            }
            assertThat(worked).isGreaterThan(6);
            TimeMachineTest.restore(gate, Map.of("before_call", first));
            assertThat(TreeState.of(root).differencesTo(before)).isEmpty();
        }
    }

    /** It is the second look that holds: before the first there is nothing to see. */
    @Test
    void theAttackWorksWhereNobodyLooks() throws IOException {
        Path root = Files.createDirectory(dir.resolve("root"));
        Path outside = dir.resolve("outside");
        fill(root, outside);
        Attacker attacker = new Attacker(root, outside);
        attacker.waitFor(0);
        attacker.run();

        assertThat(root.resolve("inside/secret.txt")).hasContent("OUTSIDE");
    }

    @Test
    void aPlatformThatCannotTellDirectoriesApartIsRefused() throws IOException {
        URI archive = URI.create("jar:" + dir.resolve("a.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Path root = zip.getPath("/");
            assertThatThrownBy(() -> RootTree.of(List.of(root), new SecretNames(SecretNames.DEFAULTS), false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nor tell a swapped directory from the right one");
        }
    }

    private static void fill(Path root, Path outside) throws IOException {
        for (Path old : new Path[] {root, outside}) {
            if (Files.exists(old)) {
                try (Stream<Path> all = Files.walk(old)) {
                    for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
        }
        side(root.resolve("inside"), "INSIDE");
        side(outside, "OUTSIDE");
        Files.writeString(root.resolve("plain.txt"), "plain");
    }

    private static void side(Path side, String content) throws IOException {
        Files.createDirectories(side.resolve("d"));
        Files.writeString(side.resolve("secret.txt"), content);
        Files.writeString(side.resolve("d/secret.txt"), content);
    }

    /** Names and contents; that something was there for a moment shows in the time of its directory only. */
    private static Map<String, String> state(Path directory) throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.toList()) {
                state.put(
                        directory.relativize(path).toString(),
                        Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.readString(path) : "");
            }
        }
        return state;
    }

    private static final class Attacker implements Runnable {
        private final Path root;
        private final Path outside;
        private int wait = -1;
        private boolean swapped;

        Attacker(Path root, Path outside) {
            this.root = root;
            this.outside = outside;
        }

        void waitFor(int moments) {
            wait = moments;
            swapped = false;
        }

        @Override
        public void run() {
            if (wait-- != 0) {
                return;
            }
            try {
                Files.move(root.resolve("inside"), root.resolve("aside"));
                Files.createSymbolicLink(root.resolve("inside"), outside);
                swapped = true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
