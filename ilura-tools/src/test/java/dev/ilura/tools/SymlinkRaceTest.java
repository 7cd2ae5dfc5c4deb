package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody swaps names for links to the outside while the tools are called directly, with nothing else in the way. */
@SuppressWarnings("ThreadPriorityCheck") // the race is the point
class SymlinkRaceTest {
    @TempDir
    private Path dir;

    @Test
    void noSwapLetsAnythingOutOrIn() throws IOException, InterruptedException {
        race(dir, 150);
    }

    /** Each loop reads twice and changes or searches once. */
    static void race(Path dir, int loops) throws IOException, InterruptedException {
        Path root = Files.createDirectory(dir.resolve("root"));
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Files.writeString(outside.resolve("secret.txt"), "OUTSIDE");
        Path inside = Files.createDirectory(root.resolve("inside"));
        Files.writeString(inside.resolve("secret.txt"), "inside");
        Files.writeString(root.resolve("plain.txt"), "inside");
        TreeState before = TreeState.of(outside);
        AtomicBoolean done = new AtomicBoolean();
        Thread attacker = attacker(root, outside, done);
        int worked = 0;
        try (OpenGate gate = new OpenGate(FileIo.in(root))) {
            for (int i = 0; i < loops; i++) {
                for (String read : new String[] {"inside/secret.txt", "plain.txt"}) {
                    String seen = seen(
                            gate,
                            "read_text_file",
                            Map.of("path", root.resolve(read).toString()));
                    assertThat(seen).doesNotContain("OUTSIDE");
                    worked += seen.contains("\"inside\"") ? 1 : 0;
                }
                switch (i % 6) {
                    case 0 -> seen(gate, "write_file", Map.of("path", path(root, "inside/new.txt"), "content", "x"));
                    case 1 ->
                        assertThat(seen(
                                        gate,
                                        "search_content",
                                        Map.of("path", root.toString(), "pattern", "OUTSID[E]", "regex", true)))
                                .doesNotContain("OUTSIDE");
                    case 2 -> seen(gate, "delete_file", Map.of("path", path(root, "inside/new.txt")));
                    case 3 ->
                        seen(gate, "write_file", Map.of("path", path(root, "inside/secret.txt"), "content", "inside"));
                    case 4 -> seen(gate, "create_directory", Map.of("path", path(root, "inside/d")));
                    default -> seen(gate, "delete_file", Map.of("path", path(root, "inside/d")));
                }
            }
        } finally {
            done.set(true);
            attacker.join();
        }
        assertThat(TreeState.of(outside).differencesTo(before)).isEmpty();
        assertThat(worked).as("the race must leave the tools some successes").isGreaterThan(loops / 50);
    }

    private static String path(Path root, String below) {
        return root.resolve(below).toString();
    }

    private static String seen(OpenGate gate, String tool, Map<String, ?> arguments) {
        return ((CallOutcome.Completed) gate.outcome("file_io", tool, arguments))
                .result()
                .raw();
    }

    /** Swaps the directory, and a file, for links to the outside and back, as fast as it can. */
    private static Thread attacker(Path root, Path outside, AtomicBoolean done) throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("evil-dir"), outside);
        Path fileLink = Files.createSymbolicLink(root.resolve("evil-file"), outside.resolve("secret.txt"));
        Thread thread = new Thread(
                () -> {
                    while (!done.get()) {
                        swap(root.resolve("inside"), link, root.resolve("aside"));
                        swap(root.resolve("plain.txt"), fileLink, root.resolve("aside2"));
                    }
                },
                "attacker");
        thread.start();
        return thread;
    }

    private static void swap(Path name, Path evil, Path aside) {
        try {
            Files.move(name, aside);
            Files.move(evil, name);
            Thread.yield();
            Files.move(name, evil);
            Files.move(aside, name);
        } catch (IOException e) {
            try {
                if (Files.isSymbolicLink(name)) {
                    Files.move(name, evil);
                }
                if (Files.exists(aside)) {
                    Files.move(aside, name);
                }
            } catch (IOException lost) {
                // the tools made something of that name meanwhile; the next round goes on
            }
        }
    }
}
