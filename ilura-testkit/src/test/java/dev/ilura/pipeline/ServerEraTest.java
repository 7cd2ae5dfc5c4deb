package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.completed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.Inventory;
import dev.ilura.ServerSpec;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.Transport;
import dev.ilura.testkit.ScriptedCall;
import dev.ilura.testkit.ScriptedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server speaks is found out by asking it, and by no single answer. */
class ServerEraTest {
    private static Optional<String> revision(Gate gate) {
        Inventory.Server server = gate.gateway().inventory().servers().get(0);
        return server.revision();
    }

    @Test
    void aModernServerIsNeverGreeted() {
        try (Gate gate = Gate.open()) {
            gate.files.modern();
            completed(gate.call("read"));
            assertThat(revision(gate)).contains("2026-07-28");
            assertThat(gate.files.frames("initialize")).isEmpty();
            assertThat(gate.files.frames("notifications/initialized")).isEmpty();
            assertThat(gate.files.calls().get(0).frame().at("/params/_meta/io.modelcontextprotocol~1protocolVersion"))
                    .isPresent();
        }
    }

    @Test
    void aServerOfBothErasIsModern() {
        try (Gate gate = Gate.open()) {
            gate.files.dual();
            completed(gate.call("read"));
            assertThat(revision(gate)).contains("2026-07-28");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-32601, -32600, -32602, -32603, -32000, -32001, 0, 404})
    void whateverAServerAnswersWhatItDoesNotKnowWith(long code) {
        try (Gate gate = Gate.open()) {
            gate.files.on("server/discover", call -> call.error((int) code, "what?"));
            completed(gate.call("read"));
            assertThat(revision(gate)).contains("2025-11-25");
            assertThat(gate.files.starts()).as("on the same connection").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-32020, -32021})
    void anErrorThatOnlyTheModernEraHasSettlesIt(int code) {
        try (Gate gate = Gate.open()) {
            gate.files.modern().on("server/discover", call -> call.error(code, "no"));
            completed(gate.call("read"));
            assertThat(revision(gate)).contains("2026-07-28");
            assertThat(gate.files.frames("initialize")).isEmpty();
        }
    }

    @Test
    void aServerThatKnowsOnlyNewerRevisionsHasNothingInCommon() {
        try (Gate gate = Gate.open()) {
            gate.files.on(
                    "server/discover",
                    call -> call.answer("{\"supportedVersions\":[\"2027-01-01\"],\"capabilities\":{}}"));
            assertThat(Outcomes.failed(gate.call("read"), "ILR-SERVER-003", CallOutcome.Effect.NONE)
                            .reason())
                    .contains("2027-01-01");
        }
    }

    @Test
    void aServerThatIsSilentIsGreetedAfterAWhile() {
        try (Gate gate = Gate.open()) {
            gate.files.on("server/discover", call -> {});
            CompletableFuture<?> call = gate.start("read");
            Gate.until(() -> gate.files.frames("server/discover").size() == 1 && gate.time.timers() >= 3);
            gate.time.advance(Duration.ofSeconds(8));
            Gate.until(call::isDone);
            assertThat(revision(gate)).contains("2025-11-25");
        }
    }

    @Test
    void aLateDiscoveryCountsWhereTheHandshakeIsNotKnown() {
        try (Gate gate = Gate.open()) {
            ScriptedCall[] slow = new ScriptedCall[1];
            gate.files.modern().on("server/discover", call -> slow[0] = call);
            gate.files.on("initialize", call -> {
                slow[0].answer("{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}}}");
                call.error(-32601, "what?");
            });
            CompletableFuture<?> call = gate.start("read");
            Gate.until(() -> gate.files.frames("server/discover").size() == 1 && gate.time.timers() >= 3);
            gate.time.advance(Duration.ofSeconds(8));
            Gate.until(call::isDone);
            assertThat(revision(gate)).contains("2026-07-28");
        }
    }

    @Test
    void aSlowServerThatRefusesTheHandshakeInTheWordsOfTheModernEraIsModern() {
        try (Gate gate = Gate.open()) {
            ScriptedCall[] slow = new ScriptedCall[1];
            gate.files.modern().on("server/discover", call -> slow[0] = call);
            gate.files.on("initialize", call -> {
                call.send("{\"jsonrpc\":\"2.0\",\"id\":" + call.id().raw() + ",\"error\":{\"code\":-32022,\"message\":"
                        + "\"no\",\"data\":{\"supported\":[\"2026-07-28\"],\"requested\":\"2025-11-25\"}}}");
                slow[0].answer("{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}}}");
            });
            CompletableFuture<?> call = gate.start("read");
            Gate.until(() -> gate.files.frames("server/discover").size() == 1 && gate.time.timers() >= 3);
            gate.time.advance(Duration.ofSeconds(8));
            Gate.until(call::isDone);
            assertThat(revision(gate)).contains("2026-07-28");
            assertThat(gate.files.calls()).hasSize(1);
        }
    }

    @Test
    void aServerThatDiesOfTheProbeIsStartedOnceMoreAndGreeted() {
        try (Gate gate = Gate.open()) {
            gate.files.on("server/discover", ScriptedCall::die);
            completed(gate.call("read"));
            assertThat(gate.files.starts()).isEqualTo(2);
            assertThat(gate.files.frames("server/discover")).hasSize(1);
            assertThat(revision(gate)).contains("2025-11-25");
        }
    }

    @Test
    void theOldestRevisionWillDo() {
        try (Gate gate = Gate.open()) {
            gate.files.revision("2024-11-05");
            completed(gate.call("read"));
            assertThat(revision(gate)).contains("2024-11-05");
        }
    }

    @Test
    void aModernServersChangesAreListenedTo() {
        ScriptedServer modern = ScriptedServer.named("new").modern().tool("one");
        try (Gate gate = Gate.beside(modern)) {
            gate.gateway().tools();
            Gate.until(() -> modern.frames("subscriptions/listen").size() == 1);
            assertThat(modern.frames("subscriptions/listen")
                            .get(0)
                            .at("/params/notifications/toolsListChanged")
                            .orElseThrow()
                            .flag())
                    .isTrue();
        }
    }

    @Test
    void aConnectionThatTheGateItselfClosesSaysNothingAboutTheServer() {
        Overloaded server = new Overloaded();
        try (Gate gate = Gate.beside(server)) {
            Outcomes.failed(gate.call(CallRequest.to("overloaded", "read")), "ILR-HTTP-002", CallOutcome.Effect.NONE);
            assertThat(server.methods).containsExactly("server/discover");
        }
    }

    /** Answers nothing but 503, and reports the end of its connections, whoever ends them. */
    private static final class Overloaded implements ServerSpec {
        final List<String> methods = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "overloaded";
        }

        @Override
        public List<Path> roots() {
            return List.of();
        }

        @Override
        public Transport transport() {
            return (receiver, admission) -> new Transport.Connection() {
                @Override
                public String identity() {
                    return "overloaded";
                }

                @Override
                public void send(byte[] frame) {
                    JsonValue request = JsonValue.parse(frame, JsonLimits.FRAME);
                    methods.add(request.member("method").orElseThrow().text());
                    request.member("id")
                            .flatMap(JsonValue::integer)
                            .ifPresent(
                                    id -> receiver.lost(id, new Transport.Loss(false, "ILR-HTTP-002", "status 503")));
                }

                @Override
                public void close() {
                    receiver.closed("ILR-HTTP-012", "The gateway closed the connection.");
                }
            };
        }
    }
}
