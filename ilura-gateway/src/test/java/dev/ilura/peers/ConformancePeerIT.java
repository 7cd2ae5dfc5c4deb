package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The official suite, directly and through the gate: nothing may be worse, and our own client passes its scenarios. The work
 * is done by {@code benchmarks/conformance}.
 */
class ConformancePeerIT {
    /** Three runs of the suite, each with a gate and a server of its own. */
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    @TempDir
    private Path home;

    @ParameterizedTest
    @ValueSource(strings = {"2025-11-25", "2026-07-28"})
    void throughTheGateNoServerScenarioIsWorse(String set) throws Exception {
        assertFine("--only", "servers", "--set", set);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2025-11-25", "2026-07-28"})
    void asAClientTheGatePassesWhatNeedsNoAuthorization(String set) throws Exception {
        assertFine("--only", "clients", "--set", set);
    }

    private void assertFine(String... options) throws IOException, InterruptedException {
        assertFine(home, PATIENCE, options);
    }

    static void assertFine(Path home, Duration patience, String... options) throws IOException, InterruptedException {
        Path out = home.resolve("out");
        List<String> command = new ArrayList<>(List.of(
                Peers.recentNode().toString(), Peers.file("conformance/run.mjs").toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().putAll(Peers.iluraEnvironment());
        Process run = builder.start();
        try {
            assertThat(run.waitFor(patience.toSeconds(), TimeUnit.SECONDS))
                    .as("it ended: %s", Files.readString(out))
                    .isTrue();
            assertThat(run.exitValue()).as(Files.readString(out)).isZero();
        } finally {
            run.descendants().forEach(ProcessHandle::destroyForcibly);
            run.destroyForcibly();
        }
    }
}
