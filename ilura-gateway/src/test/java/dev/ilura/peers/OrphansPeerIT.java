package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a server that started children of its own, deaf to polite signals, when its client goes; a pair. */
class OrphansPeerIT {
    private static final Call FORK = Call.to("fork_children");

    private final Survivors survivors = Survivors.marked("ilura-peer-" + UUID.randomUUID());
    private final ServerCommand forking = survivors.marking(ServerCommand.node(Peers.file("hostile-server.mjs")));

    @AfterEach
    void endWhatIsLeft() {
        survivors.end();
    }

    @Test
    void thePlainJavaSdkLeavesThemBehind() {
        new JavaSdk().visit(forking, List.of(FORK));

        await().untilAsserted(() -> assertThat(survivors.alive()).hasSize(2));
    }

    /** The client closes the gateway's stdin, and sends SIGTERM while the gateway is busy stopping its servers. */
    @ParameterizedTest(name = "confinement {0}")
    @ValueSource(strings = {"strongest", "none"})
    void throughTheGateNothingIsLeft(String confinement, @TempDir Path dir) {
        GateHome gate = GateHome.in(dir)
                .confinement(confinement)
                .server("hostile", forking)
                .allow("hostile/*");
        Call fork = FORK.through("hostile");

        try (WireSession session = WireSession.open(gate.serve())) {
            assertThat(session.call(fork).raw()).contains("forked 2");
            int running = survivors.alive().size();
            assertThat(running).isGreaterThanOrEqualTo(3);
            session.closeInput();
            await().until(() -> survivors.alive().size() < running);
            session.process().destroy();
        }

        survivors.assertNone();
        gate.ilura("audit", "verify").succeeded();
    }
}
