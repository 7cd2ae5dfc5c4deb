package dev.ilura.benchmarks.policy;

import static dev.ilura.policy.Policies.where;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.Policies;
import dev.ilura.policy.Rules;
import dev.ilura.policy.RulesPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One decision, with ten guards on the argument of any tool and the other rules for one tool each, every one with a
 * condition. Two calls alternate, one allowed and one that no rule allows; and one call whose path is on a real tree.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class DecisionBenchmark {
    /** How many rules the policy has. */
    @Param({"10", "100", "1000", "10000"})
    public int rules;

    private RulesPolicy policy;
    private ToolCall allowed;
    private ToolCall denied;
    private RulesPolicy paths;
    private ToolCall onTree;
    private Path tree;
    private boolean turn;

    /** Builds both policies and the tree. */
    @Setup(Level.Trial)
    public void build() throws IOException {
        Rules collected = Policies.rules();
        for (int i = 0; i < 10; i++) {
            collected.guardDeny("*/forbidden_" + i + "_*", where("limit").between(-1, -1));
        }
        for (int i = 0; i < rules; i++) {
            collected.allow("server" + i % 20 + "/tool_" + i, where("limit").between(1, 500));
        }
        policy = collected.denyOthers();
        allowed = call("server" + (rules - 1) % 20, "tool_" + (rules - 1), Map.of("limit", 5, "text", "hello"));
        denied = call("server0", "unknown", Map.of("limit", 5, "text", "hello"));
        tree = Files.createTempDirectory("ilura-decision").toRealPath();
        Path file = Files.createDirectories(tree.resolve("a/b/c")).resolve("file.md");
        Files.writeString(file, "x");
        paths = Policies.rules()
                .allow("files/read_*", where("path").insideRoots())
                .denyOthers();
        onTree = ToolCall.to("files", Tool.of(JsonValue.of(Map.of("name", "read_text_file"))))
                .arguments(Arguments.of(Map.of("path", file.toString())))
                .roots(List.of(tree))
                .build();
    }

    private static ToolCall call(String server, String tool, Map<String, ?> arguments) {
        return ToolCall.to(server, Tool.of(JsonValue.of(Map.of("name", tool))))
                .arguments(Arguments.of(arguments))
                .build();
    }

    /** Removes the tree. */
    @TearDown(Level.Trial)
    public void clean() throws IOException {
        for (String name : List.of("a/b/c/file.md", "a/b/c", "a/b", "a", "")) {
            Files.delete(tree.resolve(name));
        }
    }

    /** Without the file system. */
    @Benchmark
    public Decision decide() {
        turn = !turn;
        return policy.decide(turn ? allowed : denied);
    }

    /** With the real path of a file five directories deep. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public Decision decideOnPath() {
        return paths.decide(onTree);
    }
}
