package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The manifests of real servers: nothing in them is taken for an attack, and their arguments are typed by inference. */
class ManifestsPeerIT {
    @TempDir
    private Path dir;

    private Finished check(RealServer server) throws IOException {
        Path home = Files.createDirectories(dir.resolve("home"));
        GateHome gate =
                GateHome.in(dir).server("peer", server.command(home), home).allow("peer/*");
        return Finished.run(
                List.of(
                        Peers.ilura().toString(),
                        "check",
                        "manifest",
                        "--start",
                        "--config",
                        gate.config().toString(),
                        "peer"),
                Peers.iluraEnvironment(),
                "");
    }

    @ParameterizedTest
    @EnumSource(RealServer.class)
    void nothingInTheManifestOfARealServerIsRemarkable(RealServer server) throws IOException {
        assertThat(check(server).succeeded().out())
                .contains("nothing remarkable")
                .contains("[[pods.default.rules]]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FILESYSTEM | where.path = { inside = \"roots\" }",
                "FILESYSTEM | where.destination = { inside = \"roots\" }",
                "FILESYSTEM | where.paths = { inside = \"roots\" }",
                "POSTGRES   | where.sql = { type = \"sql\", dialect = \"postgres\" }",
                "PLAYWRIGHT | where.url = { type = \"url\", hosts = [\"*\"] }",
                "PLAYWRIGHT | where.paths = { inside = \"roots\" }",
                "GITHUB     | where.body = { type = \"secret\" }",
                "GITHUB     | where.content = { type = \"secret\" }",
                "MEMORY     | lane     = \"high\"",
            })
    void argumentsAreTypedByInference(RealServer server, String line) throws IOException {
        assertThat(check(server).out()).contains(line);
    }
}
