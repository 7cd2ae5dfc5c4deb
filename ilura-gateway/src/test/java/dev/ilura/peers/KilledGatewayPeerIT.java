package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.json.JsonValue;
import java.nio.file.Files;
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

    /** A question is open when the gateway dies. Nobody can answer it afterwards; the page and the log say what became of it. */
    @Test
    void aQuestionThatWasOpenHasExpiredOnThePageAndInTheLog() throws Exception {
        GateHome gate = GateHome.in(dir)
                .server("hostile", survivors.marking(ServerCommand.node(Peers.file("hostile-server.mjs"))))
                .rule("tools = [\"hostile/*\"]", "decision = \"ask\"", "lane = \"medium\"")
                .section("[approvals]\nchannels = [\"page\"]\ntimeout = \"110s\"\n[approvals.page]\nport = 0");
        try (WireSession session = WireSession.open(gate.serve())) {
            CompletableFuture<JsonValue> asked =
                    session.send("tools/call", Map.of("name", "hostile__answer", "arguments", Map.of()));
            await().atMost(Peers.PATIENCE).until(() -> Files.exists(gate.state().resolve("questions.json")));
            assertThat(asked).isNotDone();

            session.process().destroyForcibly();
        }
        survivors.assertNone();
        assertThat(Files.exists(gate.state().resolve("questions.json"))).isTrue();

        try (WireSession session = WireSession.open(gate.serve());
                Browser browser = new Browser()) {
            JsonValue board = JsonValue.parse(Files.readString(gate.state().resolve("page.json")));
            browser.open("person", board.member("address").orElseThrow().text(), false)
                    .fill("#pairing-code", board.member("pairing").orElseThrow().text())
                    .press("Enter")
                    .see("#empty:not([hidden])")
                    .click("#open-past")
                    .see("#past-list .how.expired:has-text('Expired')")
                    .see("#past-list li:has-text('hostile/answer')");
        }
        String expired = gate.ilura("audit", "search", "--where", "answer=expired", "--json")
                .succeeded()
                .out();
        assertThat(expired.lines()).singleElement().asString().contains("ILR-ASK-010", "\"tool\":\"answer\"");
        assertThat(gate.ilura("audit", "search", "--json").succeeded().out())
                .as("approvals and effects")
                .contains("\"decision\":\"ask\"")
                .doesNotContain("\"answer\":\"yes\"", "\"type\":\"dispatch\"");
        gate.ilura("audit", "verify").succeeded();
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
