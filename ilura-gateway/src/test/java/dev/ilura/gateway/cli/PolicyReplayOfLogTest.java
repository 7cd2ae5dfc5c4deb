package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import dev.ilura.Gateway;
import dev.ilura.audit.AuditLog;
import dev.ilura.audit.PayloadScope;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real calls, the log that they left, and what another policy makes of them: in the words of {@code policy/*.txt}. */
class PolicyReplayOfLogTest {
    private static final String OLD = """
            [[pods.default.rules]]
            name = "reading"
            tools = ["file_io/read_*"]
            decision = "allow"
            where = { path = { inside = "roots" } }

            [[pods.default.rules]]
            name = "listing"
            tools = ["file_io/list_*"]
            decision = "allow"

            [[pods.default.rules]]
            name = "no-writing"
            tools = ["file_io/write_file"]
            decision = "deny"
            """;

    private static final String NEW = """
            [[pods.default.rules]]
            name = "reading"
            tools = ["file_io/read_*"]
            decision = "allow"
            where = { path = { inside = ["@PUBLIC@"] } }

            [[pods.default.rules]]
            name = "listing"
            tools = ["file_io/list_*"]
            decision = "allow"

            [[pods.default.rules]]
            name = "writing"
            tools = ["file_io/write_file"]
            decision = "allow"
            where = { path = { inside = "roots", access = "write" } }
            """;

    @TempDir
    private Path dir;

    private Path docs;
    private Path old;
    private Path candidate;
    private final Map<String, String> calls = new LinkedHashMap<>();

    @BeforeEach
    void twoPolicies() throws IOException {
        dir = dir.toRealPath();
        docs = Files.createDirectories(dir.resolve("docs"));
        Files.createDirectories(docs.resolve("public"));
        Files.writeString(docs.resolve("public/a.txt"), "a\n");
        Files.writeString(docs.resolve("private.txt"), "b\n");
        old = config("old.toml", OLD, true);
        candidate = config(
                "candidate.toml", NEW.replace("@PUBLIC@", docs.resolve("public").toString()), true);
    }

    private Path config(String name, String rules, boolean payloads) throws IOException {
        return Files.writeString(dir.resolve(name), """
                [gateway]
                state_dir = "state"

                [audit]
                payloads = %s

                [tools]
                roots = ["docs"]
                file_io = true

                %s""".formatted(payloads, rules));
    }

    private void call(Gateway gateway, String tool, Map<String, ?> arguments) {
        CallOutcome outcome = gateway.call("file_io", tool, arguments);
        calls.put(outcome.callId(), "CALL-" + (calls.size() + 1));
    }

    private void session(Path config) {
        try (Gateway gateway = GatewayConfig.load(config).open()) {
            call(
                    gateway,
                    "read_text_file",
                    Map.of("path", docs.resolve("public/a.txt").toString()));
            call(
                    gateway,
                    "read_text_file",
                    Map.of("path", docs.resolve("private.txt").toString()));
            call(gateway, "list_directory", Map.of("path", docs.toString()));
            call(gateway, "read_fiel", Map.of());
            call(
                    gateway,
                    "write_file",
                    new TreeMap<>(Map.of("path", docs.resolve("new.txt").toString(), "content", "c")));
        }
    }

    private String replay(Path config, int exit) {
        Typed typed = Typed.ilura("policy", "replay", "--config", config.toString());
        assertThat(typed.err()).isEmpty();
        assertThat(typed.exit()).as(typed.out()).isEqualTo(exit);
        return steady(typed.out());
    }

    /** Without what differs from run to run: directory and numbers of calls. */
    private String steady(String out) {
        String steady = out.replace(dir.toString(), "/srv");
        for (Map.Entry<String, String> call : calls.entrySet()) {
            steady = steady.replace(call.getKey(), call.getValue());
        }
        return steady;
    }

    private static String printed(String name) {
        try (var in = Objects.requireNonNull(PolicyReplayOfLogTest.class.getResourceAsStream("policy/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void flipsBothWaysAreShownAndTheRestCounted() {
        session(old);

        assertThat(replay(candidate, Exit.FINDING)).isEqualTo(printed("replay.txt"));
    }

    @Test
    void thePolicyThatWroteTheLogAgreesWithIt() {
        session(old);

        assertThat(replay(old, Exit.FINE)).isEqualTo(printed("replay-alike.txt"));
    }

    @Test
    void whatTheLogOnlyCommitsToIsCountedWithTheReason() throws IOException {
        session(config("old.toml", OLD, false));

        assertThat(replay(candidate, Exit.FINE)).isEqualTo(printed("replay-committed.txt"));
    }

    @Test
    void shreddedArgumentsAreAReasonOfTheirOwn() {
        session(old);
        try (AuditLog log = AuditLog.at(dir.resolve("state"))
                .keepPayloads(PayloadScope.SESSION)
                .open()) {
            AuditTrail trail = log.trail().orElseThrow();
            String session = LongStream.range(0, trail.size())
                    .mapToObj(trail::record)
                    .flatMap(Optional::stream)
                    .filter(record -> record.integer("payloadAt").isPresent())
                    .findFirst()
                    .flatMap(record -> record.text("session"))
                    .orElseThrow();
            log.shredPayloads(session, "asked for").toCompletableFuture().join();
        }

        assertThat(replay(candidate, Exit.FINE)).isEqualTo(printed("replay-shredded.txt"));
    }

    @Test
    void asJsonEachFlipIsALineAndTheCountsAreTheLast() {
        session(old);

        Typed typed = Typed.ilura("policy", "replay", "--json", "--config", candidate.toString());

        assertThat(typed.out().lines().map(JsonValue::parse))
                .extracting(json -> json.member("milder").map(JsonValue::flag).orElse(null))
                .containsExactly(false, true, null, null);
        assertThat(JsonValue.parse(typed.out().lines().toList().get(3)).raw())
                .contains("\"alike\":2", "\"otherwise\":2", "\"notReplayed\":1");
    }

    @Test
    void explainReadsAsItIsPrinted() {
        StringBuilder out = new StringBuilder();
        for (String[] asked : new String[][] {
            {"read_text_file", "{\"path\":\"" + docs.resolve("public/a.txt") + "\"}"},
            {"read_text_file", "{\"path\":\"" + docs.resolve("public/../private.txt") + "\"}"},
            {"delete", "{}"},
        }) {
            out.append("$ ilura policy explain --config candidate.toml file_io " + asked[0] + " '" + asked[1] + "'\n")
                    .append(Typed.ilura(
                                    "policy",
                                    "explain",
                                    "--config",
                                    candidate.toString(),
                                    "file_io",
                                    asked[0],
                                    asked[1])
                            .out())
                    .append('\n');
        }
        assertThat(steady(out.toString())).isEqualTo(printed("explain.txt"));
    }
}
