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
class SymlinkRaceTest {
    /** 10,000 with -Dilura.race.loops=10000, as the peers tests do. */
    static final int LOOPS = Integer.getInteger("ilura.race.loops", 600);

    @TempDir
    private Path dir;

    @Test
    void noSwapLetsAnythingOutOrIn() throws IOException, InterruptedException {
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
            for (int i = 0; i < LOOPS; i++) {
                String[] reads = {"inside/secret.txt", "plain.txt"};
                for (String read : reads) {
                    String seen = ((CallOutcome.Completed) gate.outcome(
                                    "file_io",
                                    "read_text_file",
                                    Map.of("path", root.resolve(read).toString())))
                            .result()
                            .raw();
                    assertThat(seen).doesNotContain("OUTSIDE");
                    worked += seen.contains("\"inside\"") ? 1 : 0;
                }
                gate.outcome(
                        "file_io",
                        "write_file",
                        Map.of("path", root.resolve("inside/new.txt").toString(), "content", "x"));
                gate.outcome(
                        "file_io",
                        "write_file",
                        Map.of("path", root.resolve("inside/secret.txt").toString(), "content", "inside"));
                String tree = ((CallOutcome.Completed) gate.outcome(
                                "file_io", "search_content", Map.of("path", root.toString(), "pattern", "OUTSIDE")))
                        .result()
                        .raw();
                assertThat(tree).doesNotContain("OUTSIDE\"").doesNotContain(": OUTSIDE");
                gate.outcome(
                        "file_io",
                        "delete_file",
                        Map.of("path", root.resolve("inside/new.txt").toString()));
                gate.outcome(
                        "file_io",
                        "create_directory",
                        Map.of("path", root.resolve("inside/d").toString()));
                gate.outcome(
                        "file_io",
                        "delete_file",
                        Map.of("path", root.resolve("inside/d").toString()));
            }
        } finally {
            done.set(true);
            attacker.join();
        }
        assertThat(TreeState.of(outside).differencesTo(before)).isEmpty();
        assertThat(worked).as("the race must leave the tools some successes").isGreaterThan(LOOPS / 20);
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
