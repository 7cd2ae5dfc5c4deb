package dev.ilura.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.testkit.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules follow their file; a broken file changes nothing and is told of. */
class PolicyReloadTest {
    @TempDir
    private Path dir;

    private final FakeTime time = new FakeTime();
    private final List<String> news = new ArrayList<>();

    private Path write(String decision) throws IOException {
        return Files.writeString(dir.resolve("config.toml"), """
                [servers.files]
                transport = "scripted"
                command = "node"

                [audit]
                sink = "scripted"

                [[pods.default.rules]]
                tools = ["files/*"]
                decision = "%s"
                """.formatted(decision));
    }

    private static Decision decide(GatewayConfig config) {
        return config.pod("default")
                .orElseThrow()
                .policy()
                .decide(ToolCall.to("files", Tool.of(JsonValue.of(Map.of("name", "read"))))
                        .build());
    }

    @Test
    void aChangedFileIsInForceAtTheNextLook() throws IOException {
        try (PolicyReload reload = PolicyReload.of(write("allow"))) {
            GatewayConfig config = reload.config();
            reload.watch(time, Duration.ofSeconds(1), news::add);
            assertThat(decide(config)).isInstanceOf(Decision.Allow.class);
            String before = config.pod("default").orElseThrow().policy().version();

            write("deny");
            time.advance(Duration.ofSeconds(1));
            assertThat(decide(config)).isInstanceOf(Decision.Deny.class);
            assertThat(config.pod("default").orElseThrow().policy().version()).isNotEqualTo(before);
            assertThat(news)
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("pod default has a new policy"));

            write("allow");
            time.advance(Duration.ofSeconds(1));
            assertThat(decide(config)).isInstanceOf(Decision.Allow.class);
        }
    }

    @Test
    void aBrokenFileKeepsTheOldPolicyAndSaysSo() throws IOException {
        try (PolicyReload reload = PolicyReload.of(write("deny"))) {
            GatewayConfig config = reload.config();
            reload.watch(time, Duration.ofSeconds(1), news::add);
            write("perhaps");
            time.advance(Duration.ofSeconds(1));
            assertThat(decide(config)).isInstanceOf(Decision.Deny.class);
            assertThat(news)
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line).contains("broken, the old policy stays", "\"perhaps\" is no decision"));

            time.advance(Duration.ofSeconds(1));
            assertThat(news).as("it is said once").hasSize(1);
            write("allow");
            time.advance(Duration.ofSeconds(1));
            assertThat(decide(config)).isInstanceOf(Decision.Allow.class);
        }
    }

    @Test
    void afterItIsClosedNothingChanges() throws IOException {
        PolicyReload reload = PolicyReload.of(write("allow"));
        GatewayConfig config = reload.config();
        reload.watch(time, Duration.ofSeconds(1), news::add);
        reload.close();
        write("deny");
        time.advance(Duration.ofSeconds(5));
        assertThat(decide(config)).isInstanceOf(Decision.Allow.class);
    }
}
