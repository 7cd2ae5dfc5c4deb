package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import dev.ilura.ServerSpec;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.ToolRequest;
import dev.ilura.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is watched, and that does a lot in one call. */
class WatchedServerTest {
    @Test
    void aFewWildCallsAreUndoneOneByOneAndAtOnce(@TempDir Path dir) throws IOException {
        afternoon(dir, 40, 5, 10, 7);
    }

    /** So many files, calls and changes a call. */
    static void afternoon(Path dir, int files, int calls, int changes, long seed) throws IOException {
        Path root = Files.createDirectory(dir.resolve("root")).toRealPath();
        BadAfternoon agent = new BadAfternoon(root, seed);
        agent.someFiles(files);
        TimeMachine machine = TimeMachine.in(dir.resolve("store")).watching(named("wild", root));
        try (OpenGate gate = new OpenGate(new Wild(root, agent, changes), machine)) {
            List<TreeState> states = new ArrayList<>();
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                states.add(TreeState.of(root));
                CallOutcome outcome = gate.outcome("wild", "rampage", Map.of());
                assertThat(outcome).isInstanceOf(CallOutcome.Completed.class);
                ids.add(outcome.callId());
            }
            TreeState end = TreeState.of(root);
            // any one of them, and back
            String undo = TimeMachineTest.restore(gate, Map.of("before_call", ids.get(calls / 2)));
            assertThat(TreeState.of(root).differencesTo(states.get(calls / 2))).isEmpty();
            TimeMachineTest.restore(gate, Map.of("call", undo));
            assertThat(TreeState.of(root).differencesTo(end)).isEmpty();
            // each, last first
            for (int i = calls - 1; i >= 0; i--) {
                TimeMachineTest.restore(gate, Map.of("call", ids.get(i)));
                assertThat(TreeState.of(root).differencesTo(states.get(i)))
                        .as("call " + i)
                        .isEmpty();
            }
        }
    }

    private static ServerSpec named(String name, Path root) {
        return new ServerSpec() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Path> roots() {
                return List.of(root);
            }

            @Override
            public Transport transport() {
                throw new IllegalStateException("it is only watched");
            }
        };
    }

    /** Changes files with no help of ours. */
    private record Wild(Path root, BadAfternoon agent, int changes) implements ToolProvider, OwnTool {
        @Override
        public String name() {
            return "wild";
        }

        @Override
        public List<OwnTool> tools() {
            return List.of(this);
        }

        @Override
        public JsonValue definition() {
            return JsonValue.of(Map.of("name", "rampage", "inputSchema", Map.of("type", "object")));
        }

        @Override
        public ToolReply call(ToolRequest request) throws ToolException {
            try {
                for (int i = 0; i < changes; i++) {
                    agent.doSomething();
                }
                return ToolReply.text("done");
            } catch (IOException e) {
                throw new ToolException("TEST-001", String.valueOf(e.getMessage()), "", e);
            }
        }
    }
}
