package dev.ilura.benchmarks.policy;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.adapter.cedar.CedarPolicy;
import dev.ilura.json.JsonValue;
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
import org.openjdk.jmh.annotations.Warmup;

/** The rules of {@link DecisionBenchmark} as Cedar policies, and the same two calls. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class CedarBenchmark {
    /** How many permits there are, beside ten that forbid. */
    @Param({"10", "100", "1000", "10000"})
    public int rules;

    private CedarPolicy policy;
    private ToolCall allowed;
    private ToolCall denied;
    private boolean turn;

    /** Parses the policies once. */
    @Setup(Level.Trial)
    public void build() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            text.append("forbid(principal, action == Action::\"call\", resource == Tool::\"any/forbidden_")
                    .append(i)
                    .append("\") when { context.arguments.limit == -1 };\n");
        }
        for (int i = 0; i < rules; i++) {
            text.append("permit(principal, action == Action::\"call\", resource == Tool::\"server")
                    .append(i % 20)
                    .append("/tool_")
                    .append(i)
                    .append("\") when { context.arguments.limit >= 1 && context.arguments.limit <= 500 };\n");
        }
        policy = CedarPolicy.of(text.toString(), "benchmark");
        allowed = call("server" + (rules - 1) % 20, "tool_" + (rules - 1));
        denied = call("server0", "unknown");
    }

    private static ToolCall call(String server, String tool) {
        return ToolCall.to(server, Tool.of(JsonValue.of(Map.of("name", tool))))
                .arguments(Arguments.of(Map.of("limit", 5, "text", "hello")))
                .build();
    }

    /** One decision. */
    @Benchmark
    public Decision decide() {
        turn = !turn;
        return policy.decide(turn ? allowed : denied);
    }
}
