package dev.ilura.peers;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Completed;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.CallOutcome.Failed;
import dev.ilura.Gateway;
import dev.ilura.gateway.GatewayConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that lies, hangs, dies or floods costs its caller one failed call: in time, with a code, on record. Its
 * neighbour notices nothing, and no process outlives the gateway.
 */
class HostileServerPeerIT {
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final Duration BREATH = Duration.ofMillis(50);

    private final Survivors survivors = Survivors.marked("ilura-peer-" + UUID.randomUUID());

    @TempDir
    private Path dir;

    private GateHome gate;

    @BeforeEach
    void aHostileServerAndItsNeighbour() {
        gate = home().server("hostile", hostile()).server("neighbour", hostile());
    }

    @AfterEach
    void endWhatIsLeft() {
        survivors.end();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "die,                   ILR-STDIO-",
        "die_half_way,          ILR-STDIO-",
        "die_by_signal,         ILR-STDIO-",
        "fork_children_and_die, ILR-STDIO-",
        "silence,               ILR-CALL-004",
        "garbage,               ILR-CALL-004",
        "garbage_bytes,         ILR-CALL-004",
        "broken_json,           ILR-CALL-004",
        "no_result,             ILR-CALL-004",
        "result_of_wrong_type,  ILR-CALL-004",
        "two_results,           ILR-CALL-004",
        "answer_nobody,         ILR-CALL-004",
        "flood_stderr,          ILR-CALL-004",
        "long_line,             ILR-CALL-004",
        "endless_line,          ILR-STDIO-005",
    })
    void misbehaviourIsOneFailedCall(String tool, String code) {
        String call;
        try (Gateway gateway = open()) {
            assertAnswers(gateway, "hostile");
            CompletableFuture<CallOutcome> bad = misbehave(gateway, tool);
            while (!endsWithin(BREATH, bad)) {
                assertAnswers(gateway, "neighbour");
            }
            call = assertFailed(gateway, bad.join(), code);
            await().atMost(DEADLINE.plus(SLACK)).untilAsserted(() -> assertAnswers(gateway, "hostile"));
        }
        survivors.assertNone();
        assertOnRecord(call, code);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"flood_stderr_then_answer, still here", "fork_children, forked 2"})
    void whatIsRudeButAnswersIsServed(String tool, String answer) {
        try (Gateway gateway = open()) {
            CallOutcome outcome = misbehave(gateway, tool).join();

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Completed.class,
                            completed -> assertThat(completed.text()).isEqualTo(answer));
        }
        survivors.assertNone();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"die", "silent", "garbage"})
    void aServerThatDoesNotStartFailsItsCallsAndNobodyElses(String start) {
        gate = home().server("hostile", hostile("--start=" + start)).server("neighbour", hostile());
        String call;
        try (Gateway gateway = open()) {
            CallOutcome outcome = gateway.call("hostile", "answer", Map.of());

            call = outcome.callId();
            assertThat(outcome).isInstanceOfSatisfying(Failed.class, failed -> {
                assertThat(failed.code()).startsWith("ILR-");
                assertThat(failed.effect()).isEqualTo(Effect.NONE);
                assertThat(failed.duration()).isLessThan(DEADLINE.plus(SLACK));
            });
            assertAnswers(gateway, "neighbour");
        }
        survivors.assertNone();
        assertOnRecord(call, "ILR-");
    }

    @Test
    void theLastWordsOfADyingServerAreToldToItsCaller() {
        gate = home().server("hostile", hostile("--start=die"));
        try (Gateway gateway = open()) {
            assertThat(gateway.call("hostile", "answer", Map.of()).summary())
                    .contains("7")
                    .contains("token file not found");
        }
    }

    @Test
    void aHundredMisbehavioursAtOnceDoNotTouchTheNeighbour() {
        try (Gateway gateway = open()) {
            assertAnswers(gateway, "hostile");
            for (int i = 0; i < 100; i++) {
                misbehave(gateway, i % 2 == 0 ? "silence" : "garbage");
            }
            for (int i = 0; i < 50; i++) {
                assertAnswers(gateway, "neighbour");
            }
        }
        survivors.assertNone();
        gate.ilura("audit", "verify").succeeded();
    }

    private GateHome home() {
        return GateHome.in(dir).allow("hostile/*", "neighbour/*").section("""
                        [resilience]
                        call_timeout = "%ds"
                        start_timeout = "%ds"
                        breaker = { failures = 1000, cool_down = "1s" }
                        """.formatted(
                        DEADLINE.toSeconds(), DEADLINE.toSeconds()));
    }

    private ServerCommand hostile(String... options) {
        return survivors.marking(ServerCommand.node(Peers.file("hostile-server.mjs"), options));
    }

    private Gateway open() {
        return GatewayConfig.load(gate.config()).open();
    }

    private static CompletableFuture<CallOutcome> misbehave(Gateway gateway, String tool) {
        return gateway.callAsync("hostile", tool, Map.of()).toCompletableFuture();
    }

    private static boolean endsWithin(Duration limit, CompletableFuture<?> call) {
        CompletableFuture<?> timer = call.copy().orTimeout(limit.toMillis(), MILLISECONDS);
        timer.handle((answer, failure) -> answer).join();
        return call.isDone();
    }

    private static void assertAnswers(Gateway gateway, String server) {
        CallOutcome outcome = gateway.call(server, "answer", Map.of("text", server));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Completed.class,
                        completed -> assertThat(completed.text()).isEqualTo("answered " + server));
    }

    /** Returns the id of the call. */
    private static String assertFailed(Gateway gateway, CallOutcome outcome, String code) {
        assertThat(outcome).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.code()).startsWith(code);
            assertThat(failed.effect()).as("nobody knows what it did").isEqualTo(Effect.UNKNOWN);
            assertThat(failed.duration()).isLessThan(DEADLINE.plus(SLACK));
            assertThat(gateway.audit().record(failed.auditNumber().orElseThrow()))
                    .hasValueSatisfying(record -> assertThat(record.type()).isEqualTo("outcome"));
        });
        return outcome.callId();
    }

    private void assertOnRecord(String call, String code) {
        gate.ilura("audit", "verify").succeeded();
        assertThat(gate.ilura("audit", "trace", call).succeeded().out()).contains(code);
    }
}
