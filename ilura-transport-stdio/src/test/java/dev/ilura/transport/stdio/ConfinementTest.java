package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ilura.IluraException;
import dev.ilura.spi.Transport;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConfinementTest {
    @TempDir
    private Path root;

    @TempDir
    private Path elsewhere;

    private final Ear ear = new Ear();

    @ParameterizedTest
    @EnumSource(
            value = ConfinementChoice.class,
            names = {"BUBBLEWRAP", "LANDLOCK"})
    void hostileServerReachesNothingOutsideItsRoots(ConfinementChoice choice) throws Exception {
        assumeTrue(isHere(choice), choice + " is not on this machine");
        Path secret = Files.writeString(elsewhere.resolve("secret.txt"), "s3cret");
        Path mine = Files.writeString(root.resolve("mine.txt"), "mine");
        StdioServer server = TestServers.program(
                        HostileServer.class,
                        List.of(
                                "read", mine.toString(),
                                "write", root.resolve("new.txt").toString(),
                                "list", elsewhere.toString(),
                                "read", secret.toString(),
                                "read", "/etc/shadow",
                                "write", elsewhere.resolve("left.txt").toString(),
                                "signal", Long.toString(ProcessHandle.current().pid())))
                .roots(root)
                .confinement(choice);

        try (Transport.Connection connection = server.transport().open(ear, request -> {})) {
            assertThat(Ear.next(ear.frames)).isEqualTo("read done");
            assertThat(Ear.next(ear.frames)).isEqualTo("write done");
            assertThat(Ear.next(ear.frames)).isEqualTo("list failed");
            assertThat(Ear.next(ear.frames)).isEqualTo("read failed");
            assertThat(Ear.next(ear.frames)).isEqualTo("read failed");
            assertThat(Ear.next(ear.frames)).isEqualTo("write failed");
            if (choice == ConfinementChoice.BUBBLEWRAP) {
                assertThat(Ear.next(ear.frames)).isEqualTo("signal failed");
            }
        }
        assertThat(root.resolve("new.txt")).hasContent("x");
        assertThat(elsewhere.resolve("left.txt")).doesNotExist();
    }

    @Test
    void serverWithoutNetworkConnectsNowhere() throws Exception {
        assumeTrue(isHere(ConfinementChoice.BUBBLEWRAP), "bubblewrap is not on this machine");
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> attempt = List.of("connect", Integer.toString(listener.getLocalPort()));
            StdioServer server = TestServers.program(HostileServer.class, attempt);

            assertThat(firstAnswer(server)).isEqualTo("connect done");
            assertThat(firstAnswer(server.network(Network.NONE))).isEqualTo("connect failed");
        }
    }

    @Test
    void demandThatCannotBeEnforcedRefusesToStart() {
        StdioServer server = TestServers.program(HostileServer.class, List.of());

        assertThatThrownBy(() -> server.confinement(ConfinementChoice.NONE)
                        .network(Network.NONE)
                        .transport()
                        .open(ear, request -> {}))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-STDIO-012");
        assertThatThrownBy(() -> server.network(Network.hosts(List.of("api.example.com")))
                        .confinement(ConfinementChoice.NONE)
                        .transport()
                        .open(ear, request -> {}))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-STDIO-012");
    }

    @Test
    void levelThatWasReachedStandsInTheRequest() throws Exception {
        Map<String, String> facts = new HashMap<>();
        AtomicReference<String> shown = new AtomicReference<>();
        StdioServer server = TestServers.program(HostileServer.class, List.of()).confinement(ConfinementChoice.NONE);

        server.transport()
                .open(ear, request -> {
                    facts.putAll(request.facts());
                    shown.set(request.display());
                })
                .close();

        assertThat(facts).containsEntry("confinement", "none").containsKey("executableSha256");
        assertThat(shown.get()).contains("confinement: none", HostileServer.class.getName());
    }

    private String firstAnswer(StdioServer server) throws Exception {
        try (Transport.Connection connection = server.transport().open(ear, request -> {})) {
            return Ear.next(ear.frames);
        }
    }

    private static boolean isHere(ConfinementChoice choice) {
        return (choice == ConfinementChoice.LANDLOCK
                        ? Host.THIS.confinements().landlock()
                        : Host.THIS.confinements().bubblewrap())
                .isPresent();
    }
}
