package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Real clients see real servers through the gate as they see them without it. */
class RealServersPeerIT {
    private static final List<PeerClient> CLIENTS =
            List.of(new TypeScriptSdk(), new InspectorCli(), new JavaSdk(), new RawWire());

    static Stream<Arguments> everyServerAndClient() {
        return Arrays.stream(RealServer.values())
                .flatMap(server -> CLIENTS.stream().map(client -> Arguments.of(server, client)));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void thePinnedVersionHasTheToolsThatTheTestsKnow(RealServer server, @TempDir Path home) {
        Sighting direct = new RawWire().visit(server.command(home), List.of());

        assertThat(direct.names()).hasSize(server.tools()).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0} seen by {1}")
    @MethodSource("everyServerAndClient")
    void theGateChangesNothingButTheNames(RealServer server, PeerClient client, @TempDir Path dir) throws IOException {
        Path home = Files.createDirectory(dir.resolve("home"));
        List<Call> calls = server.calls(home);
        Sighting direct = client.visit(server.command(home), calls);
        emptyAgain(home);

        GateHome gate = GateHome.in(dir)
                .server(server.label(), server.command(home), home)
                .allow(server.label() + "/*");
        Sighting gated = client.visit(
                gate.serve(),
                calls.stream().map(call -> call.through(server.label())).toList());

        Sighting expected = direct.through(server.label());
        assertThat(gated.names()).containsExactlyElementsOf(expected.names());
        assertThat(gated.spelledTools()).isEqualTo(expected.spelledTools());
        assertThat(gated.canonicalResults()).isEqualTo(expected.canonicalResults());
        assertThat(gated.results()).hasSameSizeAs(calls);
    }

    @Test
    void allOfThemStandBehindOneGateAndADeadOneHidesNobody(@TempDir Path dir) throws IOException {
        Path home = Files.createDirectory(dir.resolve("home"));
        ServerCommand dead = ServerCommand.node(Peers.file("hostile-server.mjs"), "--start=die");
        GateHome gate = GateHome.in(dir).server("dead", dead).allow("*/*");
        for (RealServer server : RealServer.values()) {
            gate.server(server.label(), server.command(home), home);
        }

        List<String> seen = new TypeScriptSdk().visit(gate.serve(), List.of()).names();

        assertThat(seen).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-zA-Z0-9_-]{1,64}"));
        assertThat(seen.stream().map(name -> name.substring(0, name.indexOf("__"))))
                .containsExactlyElementsOf(Arrays.stream(RealServer.values())
                        .flatMap(server -> Collections.nCopies(server.tools(), server.label()).stream())
                        .toList());
    }

    private static void emptyAgain(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
