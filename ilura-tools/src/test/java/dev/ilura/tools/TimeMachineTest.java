package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome;
import dev.ilura.IluraException;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeMachineTest {
    @TempDir
    private Path dir;

    private Path root;

    @BeforeEach
    void aRoot() throws IOException {
        root = Files.createDirectory(dir.resolve("root"));
    }

    private OpenGate open() {
        return new OpenGate(FileIo.in(root), TimeMachine.in(dir.resolve("store")));
    }

    /** Previews and restores, as an agent would. */
    static String restore(OpenGate gate, Map<String, ?> selection) {
        JsonValue preview = gate.call("time_machine", "preview_restore", selection);
        assertThat(preview.member("isError")).as(preview.raw()).isEmpty();
        Map<String, Object> arguments = new java.util.HashMap<>(selection);
        arguments.put(
                "plan", preview.at("/structuredContent/plan").orElseThrow().text());
        CallOutcome outcome = gate.agreed("time_machine", "restore", arguments);
        assertThat(outcome).isInstanceOf(CallOutcome.Completed.class);
        JsonValue result = ((CallOutcome.Completed) outcome).result();
        assertThat(result.member("isError")).as(result.raw()).isEmpty();
        return outcome.callId();
    }

    @Test
    void oneCallIsUndoneAndTheUndoToo() throws IOException {
        Files.writeString(root.resolve("a.txt"), "before\n");
        TreeState before = TreeState.of(root);
        try (OpenGate gate = open()) {
            String call = gate.outcome(
                            "file_io",
                            "write_file",
                            Map.of("path", root.resolve("a.txt").toString(), "content", "after\n"))
                    .callId();
            TreeState after = TreeState.of(root);
            assertThat(gate.text("time_machine", "list_snapshots", Map.of("call", call)))
                    .contains(call, "file_io/write_file", "a.txt");
            assertThat(gate.text("time_machine", "preview_restore", Map.of("call", call)))
                    .contains("write ", "-after", "+before");

            String undo = restore(gate, Map.of("call", call));
            assertThat(TreeState.of(root).differencesTo(before)).isEmpty();
            restore(gate, Map.of("call", undo));
            assertThat(TreeState.of(root).differencesTo(after)).isEmpty();
        }
    }

    @Test
    void theRecordOfACallNamesItsSnapshotBeforeTheEffect() throws IOException {
        try (OpenGate gate = open()) {
            String call = gate.outcome(
                            "file_io",
                            "write_file",
                            Map.of("path", root.resolve("a.txt").toString(), "content", "x"))
                    .callId();
            assertThat(gate.audit.events(AuditEvent.Type.DISPATCH)).anySatisfy(event -> {
                assertThat(event.text("call")).contains(call);
                assertThat(event.text("snapshot")).contains(call);
            });
            gate.text(
                    "file_io",
                    "read_text_file",
                    Map.of("path", root.resolve("a.txt").toString()));
            assertThat(gate.audit.events(AuditEvent.Type.DISPATCH))
                    .filteredOn(event ->
                            event.text("tool").filter("read_text_file"::equals).isPresent())
                    .allSatisfy(event -> assertThat(event.text("snapshot")).isEmpty());
        }
    }

    @Test
    void goingBackNeedsAHumanAndThePreviewedPlan() throws IOException {
        Files.writeString(root.resolve("a.txt"), "before\n");
        try (OpenGate gate = open()) {
            String call = gate.outcome(
                            "file_io",
                            "write_file",
                            Map.of("path", root.resolve("a.txt").toString(), "content", "x"))
                    .callId();
            String plan = gate.call("time_machine", "preview_restore", Map.of("call", call))
                    .at("/structuredContent/plan")
                    .orElseThrow()
                    .text();
            assertThat(gate.outcome("time_machine", "restore", Map.of("call", call, "plan", plan)))
                    .isInstanceOf(CallOutcome.NotApproved.class);
            Files.writeString(root.resolve("a.txt"), "by hand\n");
            CallOutcome stale = gate.agreed("time_machine", "restore", Map.of("call", call, "plan", plan));
            assertThat(((CallOutcome.Completed) stale).result().raw()).contains("ILR-TOOLS-059");
            assertThat(root.resolve("a.txt")).hasContent("by hand\n");
        }
    }

    @Test
    void whatLaterCallsChangedIsNotLostUnasked() throws IOException {
        String path = root.resolve("a.txt").toString();
        try (OpenGate gate = open()) {
            String first = gate.outcome("file_io", "write_file", Map.of("path", path, "content", "1"))
                    .callId();
            gate.text("file_io", "write_file", Map.of("path", path, "content", "2"));
            JsonValue preview = gate.call("time_machine", "preview_restore", Map.of("call", first));
            String plan = preview.at("/structuredContent/plan").orElseThrow().text();
            assertThat(preview.at("/structuredContent/overwrites").orElseThrow().elements())
                    .hasSize(1);
            CallOutcome refused = gate.agreed("time_machine", "restore", Map.of("call", first, "plan", plan));
            assertThat(((CallOutcome.Completed) refused).result().raw()).contains("ILR-TOOLS-060");
            gate.agreed("time_machine", "restore", Map.of("call", first, "plan", plan, "overwrite_later", true));
            assertThat(root.resolve("a.txt")).doesNotExist();
        }
    }

    @Test
    void theStoreMustLieOutsideTheRoots() {
        assertThatThrownBy(() -> new OpenGate(FileIo.in(root), TimeMachine.in(root.resolve("store"))))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-TOOLS-054");
    }

    @Test
    void oneGatewayAtATimeHasTheStore() {
        try (OpenGate gate = open()) {
            assertThatThrownBy(this::open).hasMessageContaining("ILR-TOOLS-050");
        }
        open().close();
    }

    /** Some calls here; the whole afternoon of 500 changes is in the peers tests. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aBadAfternoonIsUndoneCallByCallAndAtOnce(long seed) throws IOException {
        BadAfternoon agent = new BadAfternoon(root, seed);
        agent.someFiles(60);
        int steps = seed == 1 ? 50 : 25;
        afternoon(agent, steps, true);
        afternoon(agent, steps, false);
    }

    private void afternoon(BadAfternoon agent, int steps, boolean oneByOne) throws IOException {
        List<String> calls = new ArrayList<>();
        List<TreeState> states = new ArrayList<>();
        try (OpenGate gate = open()) {
            for (int i = 0; i < steps; i++) {
                TreeState before = TreeState.of(root);
                BadAfternoon.Step step = agent.next();
                CallOutcome.Completed done =
                        (CallOutcome.Completed) gate.outcome("file_io", step.tool(), step.arguments());
                if (done.result().member("isError").isPresent()) {
                    assertThat(TreeState.of(root).differencesTo(before))
                            .as(done.result().raw())
                            .isEmpty();
                } else {
                    calls.add(done.callId());
                    states.add(before);
                }
            }
            assertThat(calls.size()).isGreaterThan(steps / 4);
            if (oneByOne) {
                for (int i = calls.size() - 1; i >= 0; i--) {
                    if (restoreIfAny(gate, calls.get(i))) {
                        assertThat(TreeState.of(root).differencesTo(states.get(i)))
                                .as("call " + i)
                                .isEmpty();
                    }
                }
            } else {
                restore(gate, Map.of("before_call", calls.get(0)));
                assertThat(TreeState.of(root).differencesTo(states.get(0))).isEmpty();
            }
        }
    }

    /** A directory that was there already, or an edit that changed nothing, has no snapshot. */
    private static boolean restoreIfAny(OpenGate gate, String call) {
        if (gate.text("time_machine", "list_snapshots", Map.of("call", call)).equals("No snapshots")) {
            return false;
        }
        restore(gate, Map.of("call", call));
        return true;
    }
}
