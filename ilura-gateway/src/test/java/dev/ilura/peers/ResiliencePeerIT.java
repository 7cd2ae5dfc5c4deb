package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.AuditRecord;
import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Completed;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.CallOutcome.Failed;
import dev.ilura.Gateway;
import dev.ilura.gateway.GatewayConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a failing server costs, and what need not reach a server at all. */
class ResiliencePeerIT {
    private static final Duration COOL_DOWN = Duration.ofSeconds(3);
    private static final String OPEN = "ILR-CALL-005";

    @TempDir
    private Path dir;

    @Test
    void threeFailuresOpenTheBreakerAndTheCoolDownClosesIt() {
        try (Gateway gateway = open()) {
            for (int i = 0; i < 3; i++) {
                assertThat(failure(call(gateway, "die")).code()).isNotEqualTo(OPEN);
            }

            Failed fourth = failure(call(gateway, "answer"));

            assertThat(fourth.code()).isEqualTo(OPEN);
            assertThat(fourth.effect()).isEqualTo(Effect.NONE);
            assertThat(fourth.duration()).isLessThan(Duration.ofMillis(250));
            assertThat(fourth.summary()).contains("3 times");
            assertThat(types(gateway, fourth)).contains("outcome");

            await().atMost(COOL_DOWN.multipliedBy(3))
                    .untilAsserted(() -> assertThat(call(gateway, "answer")).isInstanceOf(Completed.class));
            assertThat(call(gateway, "answer")).isInstanceOf(Completed.class);
        }
    }

    @Test
    void aFailedProbeOpensTheBreakerAgain() {
        try (Gateway gateway = open()) {
            for (int i = 0; i < 3; i++) {
                failure(call(gateway, "die"));
            }
            await().atMost(COOL_DOWN.multipliedBy(3))
                    .until(() -> !failure(call(gateway, "die")).code().equals(OPEN));

            assertThat(failure(call(gateway, "answer")).code()).isEqualTo(OPEN);
        }
    }

    @Test
    void aReadOnlyResultIsServedWithoutTheServerAndLogged() {
        try (Gateway gateway = open()) {
            assertServed(call(gateway, "count"), "counted 1", false);

            CallOutcome again = call(gateway, "count");

            assertServed(again, "counted 1", true);
            assertThat(types(gateway, again)).contains("outcome");
            assertServed(gateway.call("hostile", "count", Map.of("other", true)), "counted 2", false);
        }
    }

    @Test
    void aReadOnlyResultOutlivesItsServer() {
        try (Gateway gateway = open()) {
            assertServed(call(gateway, "count"), "counted 1", false);
            for (int i = 0; i < 3; i++) {
                failure(call(gateway, "die"));
            }
            assertThat(failure(call(gateway, "answer")).code()).isEqualTo(OPEN);

            assertServed(call(gateway, "count"), "counted 1", true);
        }
    }

    @Test
    void whatNoRuleMarksReadOnlyIsNeverServedFromTheCache() {
        try (Gateway gateway = open()) {
            call(gateway, "answer");

            assertServed(call(gateway, "answer"), "answered ", false);
        }
    }

    private Gateway open() {
        Path config = GateHome.in(dir)
                .server("hostile", ServerCommand.node(Peers.file("hostile-server.mjs")))
                .rule("tools = [\"hostile/count\"]", "decision = \"allow\"", "read_only = true")
                .allow("hostile/*")
                .section("""
                        [resilience]
                        cache_read_only = "60s"
                        call_timeout = "5s"
                        breaker = { failures = 3, cool_down = "%ds" }
                        """.formatted(COOL_DOWN.toSeconds()))
                .config();
        return GatewayConfig.load(config).open();
    }

    private static CallOutcome call(Gateway gateway, String tool) {
        return gateway.call("hostile", tool, Map.of());
    }

    private static Failed failure(CallOutcome outcome) {
        assertThat(outcome).isInstanceOf(Failed.class);
        return (Failed) outcome;
    }

    private static void assertServed(CallOutcome outcome, String text, boolean cached) {
        assertThat(outcome).isInstanceOfSatisfying(Completed.class, completed -> {
            assertThat(completed.text()).isEqualTo(text);
            assertThat(completed.cached()).isEqualTo(cached);
        });
    }

    private static List<String> types(Gateway gateway, CallOutcome outcome) {
        return gateway.audit().ofCall(outcome.callId()).stream()
                .map(AuditRecord::type)
                .toList();
    }
}
