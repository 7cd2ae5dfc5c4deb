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

/**
 * The judgement alone, over a file system that answers at once; the figure is the mean time for one command line. {@code mix}
 * takes all lines in turn, as they stand in the documents of servers, with the attacks among them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SpawnValidatorBench {
    private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);
    private static final Map<String, String> LINES = Map.ofEntries(
            Map.entry("node", "node --no-warnings /opt/mcp/servers/one/main.js /srv/docs"),
            Map.entry("npx", "npx -y @scope/some-server@1.2.3 --verbose"),
            Map.entry("npx-latest", "npx -y @modelcontextprotocol/server-filesystem /home/a/docs /home/a/more"),
            Map.entry("uvx", "uvx --from some-server==1.2.3 some-server --repository /home/a/r"),
            Map.entry("uv", "uv --directory /opt/mcp/servers/one run server.py"),
            Map.entry("python", "/opt/mcp/servers/two/.venv/bin/python3 -u /opt/mcp/servers/two/server.py"),
            Map.entry("module", "python3 -m mcp_server_git --repository /home/a/r"),
            Map.entry(
                    "docker",
                    "docker run -i --rm -e TOKEN --network=none -v /home/a/work/x:/x:ro example/server" + DIGEST),
            Map.entry(
                    "docker-env",
                    "docker run -i --rm -e A -e B -e C -e D -e E=1 -e F=2 example/server" + DIGEST + " stdio"),
            Map.entry("java", "java -Xmx256m -Dspring.profiles.active=stdio -jar /opt/mcp/servers/three/server.jar"),
            Map.entry("long", "node /opt/mcp/servers/one/main.js" + " --option=value".repeat(200)),
            Map.entry("denied", "npx -c id"),
            Map.entry("denied-shell", "bash -c id"),
            Map.entry("denied-mount", "docker run -i --rm -v /:/host example/server" + DIGEST),
            Map.entry("denied-preload", "node --import=data:text/javascript,1 /opt/mcp/servers/one/main.js"));

    /** Which line. */
    @Param({"mix", "node", "npx", "docker", "long", "denied"})
    public String line = "mix";

    private final SpawnValidator validator = new SpawnValidator(SpawnRules.standard(), new Everything());
    private SpawnSpec[] specs = {SpawnSpec.of("node")};
    private int next;

    @Setup
    public void read() {
        specs = LINES.entrySet().stream()
                .filter(entry -> line.equals("mix") || line.equals(entry.getKey()))
                .map(entry -> spec(List.of(entry.getValue().split(" ", -1))))
                .toArray(SpawnSpec[]::new);
    }

    private static SpawnSpec spec(List<String> words) {
        return new SpawnSpec(
                words.get(0),
                words.subList(1, words.size()),
                Map.of("TOKEN", Secret.of("x"), "LOG_LEVEL", Secret.of("info")),
                Optional.empty(),
                Os.LINUX);
    }

    @Benchmark
    public SpawnVerdict judge() {
        next = next + 1 < specs.length ? next + 1 : 0;
        return validator.judge(specs[next]);
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
