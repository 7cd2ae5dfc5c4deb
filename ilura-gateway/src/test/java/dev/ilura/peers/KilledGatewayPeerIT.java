package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ilura serve} is killed without warning while calls are under way. */
class KilledGatewayPeerIT {
    private final Survivors survivors = Survivors.marked("ilura-peer-" + UUID.randomUUID());

    @TempDir
    private Path dir;

    @AfterEach
    void endWhatIsLeft() {
        survivors.end();
    }

    @Test
    void theLogStandsTheOutcomesAreUnknownAndNoServerIsLeft() {
        int underWayWhenKilled = 5;
        GateHome gate = GateHome.in(dir)
                .server("hostile", survivors.marking(ServerCommand.node(Peers.file("hostile-server.mjs"))))
                .allow("hostile/*");
        try (WireSession session = WireSession.open(gate.serve())) {
            session.call(Call.to("hostile__answer"));
            List<CompletableFuture<JsonValue>> underWay = new ArrayList<>();
            for (int i = 0; i < underWayWhenKilled; i++) {
                underWay.add(session.send("tools/call", Map.of("name", "hostile__silence", "arguments", Map.of())));
            }
            session.call(Call.to("hostile__fork_children"));
            assertThat(survivors.alive()).hasSizeGreaterThanOrEqualTo(3);
            assertThat(underWay).noneMatch(CompletableFuture::isDone);

            session.process().destroyForcibly();
        }

        survivors.assertNone();
        gate.ilura("audit", "verify").succeeded();

        WireSession.open(gate.serve()).close();
        Finished unknown = gate.ilura("audit", "search", "--where", "outcome=unknown", "--json")
                .succeeded();
        assertThat(unknown.out().lines()).hasSize(underWayWhenKilled);
        gate.ilura("audit", "verify").succeeded();
    }
}
