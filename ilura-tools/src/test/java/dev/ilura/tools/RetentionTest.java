package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.AuditEvent;
import dev.ilura.testkit.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old snapshots go, not without a word; the others can still be brought back, byte for byte. */
class RetentionTest {
    private static final long PLENTY = 1L << 30;

    @TempDir
    private Path dir;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(5);
    private Path root;

    @BeforeEach
    void aRoot() throws IOException {
        root = Files.createDirectory(dir.resolve("root"));
    }

    private TimeMachine machine(Duration age, long bytes) {
        return TimeMachine.in(dir.resolve("store")).keeping(age, bytes);
    }

    private OpenGate open(TimeMachine machine) {
        return new OpenGate(time, FileIo.in(root), machine);
    }

    private String write(OpenGate gate, String name, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        String content = java.util.HexFormat.of().formatHex(bytes);
        var outcome = gate.outcome(
                "file_io", "write_file", Map.of("path", root.resolve(name).toString(), "content", content));
        return outcome.callId();
    }

    private static List<AuditEvent> notes(OpenGate gate) {
        return gate.audit.events(AuditEvent.Type.NOTE).stream()
                .filter(event ->
                        event.text("what").filter("snapshots dropped"::equals).isPresent())
                .toList();
    }

    @Test
    void whatIsOldGoesAndTheLogAndTheToolsSayWhich() throws IOException {
        TimeMachine machine = machine(Duration.ofDays(30), PLENTY);
        try (OpenGate gate = open(machine)) {
            String first = write(gate, "a.txt", 10);
            String second = write(gate, "a.txt", 10);
            time.advance(Duration.ofDays(20));
            TreeState before = TreeState.of(root);
            String young = write(gate, "a.txt", 10);
            time.advance(Duration.ofDays(11));

            machine.keepHouse();

            assertThat(notes(gate)).singleElement().satisfies(note -> {
                assertThat(note.text("firstCall")).contains(first);
                assertThat(note.text("lastCall")).contains(second);
                assertThat(note.text("count")).contains("2");
            });
            assertThat(gate.error("time_machine", "preview_restore", Map.of("call", first)))
                    .contains("is gone", "older than");
            assertThat(gate.error("time_machine", "preview_restore", Map.of("call", second)))
                    .contains("is gone");
            assertThat(gate.text("time_machine", "list_snapshots", Map.of()))
                    .contains(young)
                    .doesNotContain(first, second);
            TimeMachineTest.restore(gate, Map.of("call", young));
            assertThat(TreeState.of(root).differencesTo(before)).isEmpty();
        }
    }

    @Test
    void nothingGoesBeforeItsTimeAndWhatIsKeptComesBackAfterPacking() throws IOException {
        TimeMachine machine = machine(Duration.ofDays(30), PLENTY);
        try (OpenGate gate = open(machine)) {
            write(gate, "a.txt", 2000);
            TreeState before = TreeState.of(root);
            String call = write(gate, "a.txt", 3000);
            time.advance(Duration.ofDays(2));
            machine.keepHouse();
            time.advance(Duration.ofDays(27));
            machine.keepHouse();

            assertThat(notes(gate)).isEmpty();
            TimeMachineTest.restore(gate, Map.of("call", call));
            assertThat(TreeState.of(root).differencesTo(before)).isEmpty();
        }
    }

    @Test
    void theOldestGoWhenTheStoreIsTooLargeAndTheirBytesToo() throws IOException {
        TimeMachine machine = machine(Duration.ofDays(3000), 600_000);
        try (OpenGate gate = open(machine)) {
            String first = write(gate, "a.txt", 100_000);
            for (int day = 0; day < 12; day++) {
                time.advance(Duration.ofDays(1));
                write(gate, "a.txt", 100_000);
            }
            time.advance(Duration.ofDays(1));
            TreeState before = TreeState.of(root);
            String last = write(gate, "a.txt", 100_000);

            machine.keepHouse();

            assertThat(machine.size()).isLessThan(600_000);
            assertThat(notes(gate))
                    .isNotEmpty()
                    .allSatisfy(
                            note -> assertThat(note.text("why").orElseThrow()).contains("larger than 600000"));
            long said = notes(gate).stream()
                    .mapToLong(note -> Long.parseLong(note.text("count").orElseThrow()))
                    .sum();
            long left = gate.call("time_machine", "list_snapshots", Map.of())
                    .at("/structuredContent/snapshots")
                    .orElseThrow()
                    .elements()
                    .size();
            assertThat(said + left).as("each is there or said to be gone").isEqualTo(14);
            assertThat(gate.error("time_machine", "preview_restore", Map.of("call", first)))
                    .contains("is gone", "larger");
            TimeMachineTest.restore(gate, Map.of("call", last));
            assertThat(TreeState.of(root).differencesTo(before)).isEmpty();
        }
    }

    /** Nobody writes any more, so nothing begins another segment. */
    @Test
    void theLastSegmentGoesToo() throws IOException {
        TimeMachine machine = machine(Duration.ofHours(2), PLENTY);
        try (OpenGate gate = open(machine)) {
            String old = write(gate, "a.txt", 10);
            time.advance(Duration.ofHours(3));

            machine.keepHouse();

            assertThat(notes(gate)).hasSize(1);
            assertThat(gate.error("time_machine", "preview_restore", Map.of("call", old)))
                    .contains("is gone", "older than");
            TreeState before = TreeState.of(root);
            String young = write(gate, "a.txt", 10);
            time.advance(Duration.ofHours(1));
            machine.keepHouse();
            assertThat(notes(gate)).hasSize(1);
            TimeMachineTest.restore(gate, Map.of("call", young));
            assertThat(TreeState.of(root).differencesTo(before)).isEmpty();
        }
        try (OpenGate gate = open(machine(Duration.ofHours(2), PLENTY))) {
            assertThat(gate.text("time_machine", "list_snapshots", Map.of()).lines())
                    .hasSize(2);
        }
    }

    @Test
    void whatIsOldGoesByItselfOnceTheGatewayWorksAgain() throws IOException {
        String first;
        try (OpenGate gate = open(machine(Duration.ofDays(30), PLENTY))) {
            first = write(gate, "a.txt", 10);
        }
        time.advance(Duration.ofDays(40));
        try (OpenGate gate = open(machine(Duration.ofDays(30), PLENTY))) {
            write(gate, "a.txt", 10);
            await().untilAsserted(() -> assertThat(gate.error("time_machine", "preview_restore", Map.of("call", first)))
                    .contains("is gone", "older than"));
            assertThat(notes(gate)).hasSize(1);
        }
    }
}
