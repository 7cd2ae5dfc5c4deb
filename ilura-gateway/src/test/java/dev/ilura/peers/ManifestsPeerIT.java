package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The manifests of real servers: nothing in them is taken for an attack, and their arguments are typed by inference. */
class ManifestsPeerIT {
    private static final Map<RealServer, List<String>> TYPED = Map.of(
            RealServer.FILESYSTEM,
            List.of(
                    "where.path = { inside = \"roots\" }",
                    "where.paths = { inside = \"roots\" }",
                    "where.destination = { inside = \"roots\" }"),
            RealServer.POSTGRES,
            List.of("where.sql = { type = \"sql\", dialect = \"postgres\" }"),
            RealServer.PLAYWRIGHT,
            List.of("where.url = { type = \"url\", hosts = [\"*\"] }", "where.paths = { inside = \"roots\" }"),
            RealServer.GITHUB,
            List.of("where.body = { type = \"secret\" }", "where.content = { type = \"secret\" }"),
            RealServer.MEMORY,
            List.of("lane     = \"high\""));

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
    void nothingInItIsRemarkableAndItsArgumentsAreTyped(RealServer server) throws IOException {
        assertThat(check(server).succeeded().out())
                .contains("nothing remarkable", "[[pods.default.rules]]")
                .contains(TYPED.getOrDefault(server, List.of("tools    = ")));
    }
}
