package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed in the middle of its afternoon. Nothing is lost, nothing is half. */
class CrashTest {
    @Test
    void aKilledProcessLeavesNothingThatCannotBeUndone(@TempDir Path dir) throws IOException, InterruptedException {
        kills(dir, 2, 11);
    }

    static void kills(Path dir, int kills, long seed) throws IOException, InterruptedException {
        Random random = new Random(seed);
        Path root = Files.createDirectory(dir.resolve("root")).toRealPath();
        new BadAfternoon(root, seed).someFiles(60);
        for (int i = 0; i < kills; i++) {
            TreeState before = TreeState.of(root);
            Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(5);
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            root.toString(),
                            dir.resolve("store").toString(),
                            Long.toString(random.nextLong()))
                    .redirectErrorStream(true)
                    .start();
            int after = 1 + random.nextInt(40);
            try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
                for (int line = 0; line < after; line++) {
                    if (out.readLine() == null) {
                        break;
                    }
                }
                // somewhere within the calls that follow
                long until = random.nextInt(3_000_000);
                for (long spin = 0; spin < until; spin++) {
                    Thread.onSpinWait();
                }
                child.destroyForcibly().waitFor();
            }
            undoAll(dir, root, before, start);
        }
    }

    private static void undoAll(Path dir, Path root, TreeState before, Instant start) throws IOException {
        try (OpenGate gate = new OpenGate(FileIo.in(root), TimeMachine.in(dir.resolve("store")))) {
            try (Stream<Path> all = Files.walk(root)) {
                assertThat(all.map(path -> path.getFileName().toString()).filter(name -> name.startsWith(".ilura-")))
                        .as("what was being written is removed")
                        .isEmpty();
            }
            assertThat(gate.text("time_machine", "list_snapshots", Map.of("since", start.toString())))
                    .contains("file_io/");
            TimeMachineTest.restore(gate, Map.of("time", start.toString()));
            assertThat(TreeState.of(root).differencesTo(before)).isEmpty();
        }
    }

    /** What is killed. */
    static final class Child {
        public static void main(String[] args) throws IOException {
            Path root = Path.of(args[0]);
            BadAfternoon agent = new BadAfternoon(root, Long.parseLong(args[2]));
            try (OpenGate gate = new OpenGate(FileIo.in(root), TimeMachine.in(Path.of(args[1])))) {
                while (true) {
                    BadAfternoon.Step step = agent.next();
                    CallOutcome outcome = gate.outcome("file_io", step.tool(), step.arguments());
                    System.out.println(outcome.callId());
                }
            }
        }
    }
}
