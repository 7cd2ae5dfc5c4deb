package dev.ilura.benchmarks.spawn;

import dev.ilura.Secret;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.PathResolver;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import dev.ilura.transport.stdio.spawn.SpawnSpec;
import dev.ilura.transport.stdio.spawn.SpawnValidator;
import dev.ilura.transport.stdio.spawn.SpawnVerdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The judgement alone, over a file system that answers at once. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SpawnValidatorBench {
    private static final Map<String, List<String>> LINES = Map.of(
            "node", List.of("node", "--no-warnings", "/opt/mcp/servers/one/main.js", "/srv/docs"),
            "npx", List.of("npx", "-y", "@scope/some-server@1.2.3", "--verbose"),
            "docker",
                    List.of(
                            "docker",
                            "run",
                            "-i",
                            "--rm",
                            "-e",
                            "TOKEN",
                            "--network=none",
                            "-v",
                            "/home/a/work/x:/x:ro",
                            "example/server@sha256:" + "0123456789abcdef".repeat(4)),
            "denied", List.of("npx", "-c", "id"));

    /** Which line. */
    @Param({"node", "npx", "docker", "denied"})
    public String line = "node";

    private final SpawnValidator validator = new SpawnValidator(SpawnRules.standard(), new Everything());
    private SpawnSpec spec = SpawnSpec.of("node");

    @Setup
    public void read() {
        List<String> words = LINES.getOrDefault(line, List.of());
        spec = new SpawnSpec(
                words.get(0),
                words.subList(1, words.size()),
                Map.of("TOKEN", Secret.of("x"), "LOG_LEVEL", Secret.of("info")),
                Optional.empty(),
                Os.LINUX);
    }

    @Benchmark
    public SpawnVerdict judge() {
        return validator.judge(spec);
    }

    private static final class Everything implements PathResolver {
        @Override
        public Optional<Found> file(String absolutePath) {
            return Optional.of(new Found(absolutePath, Custody.ADMINISTRATOR));
        }

        @Override
        public Optional<Found> directory(String absolutePath) {
            return file(absolutePath);
        }

        @Override
        public String digest(String realPath) {
            return "";
        }
    }
}
