package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Secret;
import dev.ilura.transport.stdio.spawn.Launchers;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.PathResolver;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import dev.ilura.transport.stdio.spawn.SpawnSpec;
import dev.ilura.transport.stdio.spawn.SpawnValidator;
import dev.ilura.transport.stdio.spawn.SpawnVerdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ways round a list of bad flags, run against the plain launcher in a directory of its own: each does run something else.
 * Ilura refuses each. MARK stands for a file that only the smuggled code makes.
 */
class LauncherFactsPeerIT {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin").toString();
    private static final String JS = "require('fs').writeFileSync('MARK','')";
    private static final String PYTHON = "open('MARK','w')";

    private final SpawnValidator validator = new SpawnValidator(
            SpawnRules.standard().launchers(Launchers.names()).launcherDirs(List.of("/usr/bin", JAVA)),
            PathResolver.ofThisMachine());

    @TempDir
    private Path dir;

    private Path mark;

    static Stream<Fact> facts() {
        return Stream.of(
                Fact.of("npx", "-c", "touch MARK"),
                Fact.of("npx", "--call", "touch MARK"),
                Fact.of("npx", "--call=touch MARK"),
                Fact.of("npx", "-c=touch MARK"),
                Fact.of("npx", "-yc", "touch MARK"),
                Fact.of("npx", "-y", "--script-shell=DIR/shell", "-c", "true"),
                Fact.of("npx").with("npm_config_call", "touch MARK"),
                Fact.of("node", "-e", JS),
                Fact.of("node", "-pe", JS),
                Fact.of("node", "--eval=" + JS),
                Fact.of("node", "--print", JS),
                Fact.of(
                        "node",
                        "--import=data:text/javascript,import{writeFileSync}from'fs';writeFileSync('MARK','')",
                        "DIR/good.js"),
                Fact.of("node", "--experimental_loader=DIR/evil.mjs", "DIR/good.js"),
                Fact.of("node", "-r", "DIR/evil.js", "DIR/good.js"),
                Fact.of("node", "DIR/good.js").with("NODE_OPTIONS", "--require=DIR/evil.js"),
                Fact.of("python3", "-c" + PYTHON),
                Fact.of("python3", "-Ic", PYTHON),
                Fact.of("python3", "-mtimeit", "-n1", "-r1", PYTHON),
                Fact.of("python3", "-W", "ignore::evil.Category", "DIR/good.py").with("PYTHONPATH", "DIR"),
                Fact.of("python3", "DIR/good.py")
                        .with("PYTHONPATH", "DIR")
                        .with("PYTHONWARNINGS", "ignore::evil.Category"),
                Fact.of("java", "DIR/Evil.java"),
                Fact.of("java", "@DIR/arguments"),
                Fact.of("java", "-Xlog:gc:file=MARK", "-version"),
                Fact.of("java", "-version").with("JAVA_TOOL_OPTIONS", "-Xlog:gc:file=MARK"));
    }

    @BeforeEach
    void files() throws IOException {
        dir = dir.toRealPath();
        mark = dir.resolve("mark");
        Files.createDirectory(dir.resolve("home"));
        write("good.js", "");
        write("good.py", "");
        write("evil.js", JS);
        write("evil.mjs", "import { writeFileSync } from 'fs'; writeFileSync('MARK', '');");
        write("evil.py", PYTHON + "\nclass Category(Warning): pass");
        write("shell", "#!/bin/sh\ntouch MARK\n");
        assertThat(dir.resolve("shell").toFile().setExecutable(true)).isTrue();
        write(
                "Evil.java",
                "class Evil { public static void main(String[] a) throws Exception {"
                        + " java.nio.file.Files.writeString(java.nio.file.Path.of(\"MARK\"), \"\"); } }");
        write("arguments", "DIR/Evil.java");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("facts")
    void worksOnThePlainLauncherAndIsRefused(Fact fact) throws Exception {
        run(fact);

        assertThat(mark).as("the plain launcher runs it").exists();
        assertThat(judge(fact)).isInstanceOf(SpawnVerdict.Denied.class);
    }

    /** The other direction: what looks like a flag and is none for the launcher. */
    @Test
    void whatStandsBehindThePackageIsTheServersOwn() throws Exception {
        Fact behind = Fact.of("npx", "-y", "--offline", "no-such-server-of-ilura@1.0.0", "-c", "touch MARK");
        run(behind);

        assertThat(mark).doesNotExist();
        assertThat(judge(behind)).isInstanceOf(SpawnVerdict.Allowed.class);
    }

    @Test
    void abbreviatedFlagOfNodeIsNone() throws Exception {
        Fact abbreviated = Fact.of("node", "--ev-al", JS);
        run(abbreviated);

        assertThat(mark).doesNotExist();
        assertThat(judge(abbreviated)).isInstanceOf(SpawnVerdict.Denied.class);
    }

    /** npx takes the package for the flag's value and goes on reading: the registry behind it is the one that is asked. */
    @ParameterizedTest
    @MethodSource("looseFlags")
    void npxReadsOnBehindSomeFlags(String flag, boolean readsOn) throws Exception {
        try (ServerSocket registry = new ServerSocket(0, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            Fact fact = Fact.of(
                    "npx",
                    flag,
                    "no-such-server-of-ilura@1.0.0",
                    "--fetch-retries=0",
                    "--registry=http://127.0.0.1:" + registry.getLocalPort());
            Process process = start(readsOn ? fact : fact.with("npm_config_registry", "http://127.0.0.1:9"));

            assertThat(isAsked(registry, readsOn ? 30_000 : 3_000)).isEqualTo(readsOn);

            process.destroyForcibly().waitFor();
            assertThat(judge(fact)).isInstanceOf(readsOn ? SpawnVerdict.Denied.class : SpawnVerdict.Allowed.class);
        }
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> looseFlags() {
        return Stream.of(
                org.junit.jupiter.params.provider.Arguments.of("--no", true),
                org.junit.jupiter.params.provider.Arguments.of("-yq", true),
                org.junit.jupiter.params.provider.Arguments.of("-y", false));
    }

    /** No engine is needed to see what a line would hand in. */
    @ParameterizedTest
    @MethodSource("containers")
    void containerThatHoldsTheHostIsRefused(String line) {
        List<String> words = List.of(line.split(" ", -1));
        SpawnSpec spec =
                new SpawnSpec(words.get(0), words.subList(1, words.size()), Map.of(), Optional.empty(), Os.LINUX);

        SpawnVerdict verdict = new SpawnValidator(
                        SpawnRules.standard().launchers(Launchers.names()), new EverythingIsThere())
                .judge(spec);

        assertThat(verdict).isInstanceOf(SpawnVerdict.Denied.class);
    }

    static Stream<String> containers() {
        String image = "example/server@sha256:" + "0123456789abcdef".repeat(4);
        return Stream.of(
                        "-v /:/host",
                        "--privileged",
                        "--pid=host",
                        "--entrypoint=sh",
                        "-v /var/run/docker.sock:/s",
                        "--env-file=/tmp/e",
                        "-p 80:80",
                        "--network=host",
                        "-e LD_PRELOAD=/x.so",
                        "--cap-add=ALL",
                        "-d")
                .map(flags -> "docker run -i --rm " + flags + " " + image);
    }

    private SpawnVerdict judge(Fact fact) {
        Map<String, Secret> env = new HashMap<>();
        fact.env.forEach((name, value) -> env.put(name, Secret.of(filled(value))));
        List<String> args = fact.args.stream().map(this::filled).toList();
        return validator.judge(new SpawnSpec(fact.command, args, env, Optional.empty(), Os.LINUX));
    }

    private void run(Fact fact) throws IOException, InterruptedException {
        Process process = start(fact);
        process.getInputStream().readAllBytes();
        process.waitFor();
    }

    private Process start(Fact fact) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(fact.command.equals("java") ? JAVA + "/java" : "/usr/bin/" + fact.command);
        fact.args.forEach(argument -> line.add(filled(argument)));
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(dir.toFile()).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("HOME", dir.resolve("home").toString());
        fact.env.forEach((name, value) -> builder.environment().put(name, filled(value)));
        return builder.start();
    }

    private static boolean isAsked(ServerSocket registry, int patienceMillis) throws IOException {
        registry.setSoTimeout(patienceMillis);
        try (Socket asked = registry.accept()) {
            return asked.isConnected();
        } catch (SocketTimeoutException nobody) {
            return false;
        }
    }

    private String filled(String text) {
        return text.replace("MARK", mark.toString()).replace("DIR", dir.toString());
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(dir.resolve(name), filled(content), StandardCharsets.UTF_8);
    }

    private static final class EverythingIsThere implements PathResolver {
        @Override
        public Optional<Found> file(String path) {
            return Optional.of(new Found(path, Custody.ADMINISTRATOR));
        }

        @Override
        public Optional<Found> directory(String path) {
            return file(path);
        }

        @Override
        public String digest(String path) {
            return "0".repeat(64);
        }
    }

    /** A command line with its environment. */
    record Fact(String command, List<String> args, Map<String, String> env) {
        static Fact of(String command, String... args) {
            return new Fact(command, List.of(args), Map.of());
        }

        Fact with(String name, String value) {
            Map<String, String> more = new HashMap<>(env);
            more.put(name, value);
            return new Fact(command, args, more);
        }

        @Override
        public String toString() {
            return command + " " + String.join(" ", args) + (env.isEmpty() ? "" : " with " + env.keySet());
        }
    }
}
