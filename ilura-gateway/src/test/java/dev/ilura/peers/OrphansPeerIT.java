package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void throughTheGateNothingIsLeft(@TempDir Path dir) {
        GateHome gate = GateHome.in(dir).server("hostile", forking).allow("hostile/*");

        Sighting seen = new JavaSdk().visit(gate.serve(), List.of(FORK.through("hostile")));

        assertThat(seen.results().get(0).raw()).contains("forked 2");
        survivors.assertNone();
        gate.ilura("audit", "verify").succeeded();
    }
}
