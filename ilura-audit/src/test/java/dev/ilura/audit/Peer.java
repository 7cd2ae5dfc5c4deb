package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs other people's verifiers. What is missing fails a test; nothing is skipped. */
final class Peer {
    static final Path DIR = Path.of(System.getProperty("ilura.peers.dir", "../peers"))
            .toAbsolutePath()
            .normalize();
    private static final Path GO = Path.of("/usr/lib/go-1.19/bin/go");

    private Peer() {}

    record Run(int exitCode, String output) {}

    static Run run(Path work, Map<String, String> environment, String input, String... command) throws Exception {
        Path in = Files.createTempFile(work, "peer", ".in");
        Path out = Files.createTempFile(work, "peer", ".out");
        Files.writeString(in, input);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectInput(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES))
                .as(Arrays.toString(command))
                .isTrue();
        return new Run(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    }

    /** One answer for each job. */
    static List<String> answers(Path work, List<String> jobs, String... command) throws Exception {
        Run run = run(work, Map.of(), String.join("\n", jobs) + "\n", command);
        List<String> lines = run.output().lines().toList();
        assertThat(run.exitCode())
                .as(run.output().substring(0, Math.min(2_000, run.output().length())))
                .isZero();
        assertThat(lines).hasSameSizeAs(jobs);
        return lines;
    }

    static List<String> node(Path work, List<String> jobs, String script, String... more) throws Exception {
        String[] command = new String[2 + more.length];
        command[0] = "node";
        command[1] = DIR.resolve(script).toString();
        System.arraycopy(more, 0, command, 2, more.length);
        return answers(work, jobs, command);
    }

    /** The program of {@code peers/tlog.go}, built against Debian's golang-golang-x-mod-dev. */
    static Path tlog(Path work) throws Exception {
        Path program = work.resolve("tlog");
        Run build = run(
                work,
                Map.of(
                        "GO111MODULE",
                        "off",
                        "GOPATH",
                        "/usr/share/gocode",
                        "GOFLAGS",
                        "",
                        "GOCACHE",
                        work.resolve("gocache").toString(),
                        "HOME",
                        work.toString()),
                "",
                GO.toString(),
                "build",
                "-o",
                program.toString(),
                DIR.resolve("tlog.go").toString());
        assertThat(build.exitCode()).as(build.output()).isZero();
        return program;
    }

    static boolean openssl(Path work, String... arguments) throws Exception {
        String[] command = new String[1 + arguments.length];
        command[0] = "openssl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return run(work, Map.of(), "", command).exitCode() == 0;
    }

    /** The JavaScript verifier as this build ships it. */
    static Path verifier() throws IOException {
        Path file = Files.createTempFile("ilura-verify", ".mjs");
        file.toFile().deleteOnExit();
        try (var in = dev.ilura.audit.verify.Verify.class.getResourceAsStream("ilura-verify.mjs")) {
            assertThat(in).isNotNull();
            Files.write(file, in.readAllBytes());
        }
        return file;
    }
}
