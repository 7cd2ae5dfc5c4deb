package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.AuditEvent;
import dev.ilura.audit.Anchor;
import dev.ilura.audit.AuditLog;
import dev.ilura.audit.verify.EvidenceVerifier;
import dev.ilura.gateway.ConfigException;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that leaves the log through the command line. */
class AuditOutTest {
    @TempDir
    Path directory;

    private String state = "";

    @BeforeEach
    void write() {
        state = directory.resolve("state").toString();
        try (AuditLog log = AuditLog.in(directory.resolve("state"))) {
            append(log, AuditEvent.Type.DECISION, "denied", null, "decision", "deny");
            append(log, AuditEvent.Type.DISPATCH, "cause", null, "decision", "allow");
            append(log, AuditEvent.Type.OUTCOME, "cause", null, "outcome", "completed");
            append(log, AuditEvent.Type.DISPATCH, "effect", "cause", "decision", "allow");
            append(log, AuditEvent.Type.OUTCOME, "effect", "cause", "outcome", "failed");
        }
    }

    private static void append(
            AuditLog log, AuditEvent.Type type, String call, @Nullable String parent, String name, String value) {
        log.append(
                        AuditEvent.of(type)
                                .fact("call", call)
                                .fact("parent", parent)
                                .fact("session", "s")
                                .fact("server", "files")
                                .fact("tool", call.equals("denied") ? "write" : "read")
                                .fact(name, value)
                                .fact("ruleTrace", call.equals("denied") ? "first line\nsecond line" : null)
                                .build(),
                        Acknowledgement.DURABLE)
                .toCompletableFuture()
                .join();
    }

    @Test
    void evidenceIsWrittenAndVerifiesWithoutTheLog() throws IOException {
        Path file = directory.resolve("denied.evidence");

        Typed typed = Typed.ilura("audit", "prove", "denied", "--state", state, "-o", file.toString());

        assertThat(typed.exit()).isZero();
        assertThat(typed.out()).contains("call denied: denied").contains("rule trace: second line");
        assertThat(EvidenceVerifier.trustingTheBundlesKeys()
                        .verify(Files.readString(file))
                        .findings())
                .isEmpty();
        assertThat(Typed.ilura("audit", "prove", "denied", "--state", state).out())
                .isEqualTo(Files.readString(file));
        assertThat(json(Typed.ilura("audit", "prove", "denied", "--state", state, "--json")
                                .out())
                        .member("sound")
                        .orElseThrow()
                        .flag())
                .isTrue();
        assertThat(Typed.ilura("audit", "prove", "nobody", "--state", state).exit())
                .isEqualTo(Exit.FINDING);
    }

    @Test
    void oneRecordsProofIsThatOfTheSpecification() {
        Typed typed = Typed.ilura("audit", "prove", "1", "--record", "--state", state);

        assertThat(typed.out()).startsWith("c2sp.org/tlog-proof@v1\nextra ").contains("\nindex 1\n");
        assertThat(Typed.ilura("audit", "prove", "99", "--record", "--state", state)
                        .exit())
                .isEqualTo(Exit.FINDING);
    }

    @Test
    void everyExportIsOneObjectALine() {
        for (String form : List.of("jsonl", "ocsf", "otel")) {
            Typed typed = Typed.ilura("audit", "export", "--state", state, "--as", form);

            assertThat(typed.exit()).isZero();
            assertThat(typed.out().lines())
                    .hasSize(6)
                    .allSatisfy(line -> assertThat(json(line).isObject()).isTrue());
        }
        assertThat(Typed.ilura("audit", "export", "--state", state, "--as", "csv")
                        .exit())
                .isEqualTo(Exit.USAGE);
        assertThat(Typed.ilura("audit", "export", "--as", "ocsf").exit()).isEqualTo(Exit.USAGE);
    }

    @Test
    void tilesAreFilesForAnyServer() {
        Path tiles = directory.resolve("tiles");

        Typed typed =
                Typed.ilura("audit", "export", "--state", state, "--as", "tiles", "-o", tiles.toString(), "--json");

        assertThat(json(typed.out()).member("records").orElseThrow().integer()).contains(6L);
        assertThat(tiles.resolve("checkpoint")).hasSameTextualContentAs(directory.resolve("state/log/checkpoint"));
        assertThat(tiles.resolve("tile/0/000.p/6")).hasSize(6 * 32);
        assertThat(tiles.resolve("tile/entries/000.p/6")).exists();
    }

    @Test
    void theJavaScriptVerifierIsGivenOut() throws IOException {
        Path file = directory.resolve("ilura-verify.mjs");

        assertThat(Typed.ilura("audit", "export", "--verifier", "-o", file.toString())
                        .exit())
                .isZero();

        assertThat(Files.readString(file)).contains("export async function verifyEvidence");
    }

    @Test
    void aLogIsHeldAgainstWhatWasRememberedOutside() throws IOException {
        Path anchor = directory.resolve("anchor");
        Files.copy(directory.resolve("state/log/checkpoint"), anchor);

        assertThat(Typed.ilura("audit", "verify", "--state", state).out())
                .contains("not anchored outside since size 0");
        Typed held = Typed.ilura("audit", "verify", "--state", state, "--anchor", anchor.toString());
        assertThat(held.exit()).isZero();
        assertThat(held.out()).doesNotContain("not anchored");
        Files.writeString(anchor, Files.readString(anchor).replaceFirst("\n6\n", "\n7\n"));
        assertThat(Typed.ilura("audit", "verify", "--state", state, "--anchor", anchor.toString())
                        .exit())
                .isEqualTo(Exit.FINDING);
        assertThat(Typed.ilura("audit", "verify", "--state", state, "--witness", "none")
                        .exit())
                .isEqualTo(Exit.USAGE);
    }

    /** The attack: the state directory is replaced by an earlier copy of itself. */
    @Test
    void configuredAnchorsAreAskedWhatTheyRemember() throws IOException {
        Path config = directory.resolve("config.toml");
        Files.writeString(config, """
                [gateway]
                state_dir = "state"
                [servers.none]
                command = "java"
                [pods.default]
                servers = ["none"]
                [[audit.anchors]]
                type = "directory"
                path = "elsewhere"
                """);
        try (AuditLog log = AuditLog.at(directory.resolve("state"))
                .anchor(Anchor.directory(directory.resolve("elsewhere")))
                .open()) {
            append(log, AuditEvent.Type.DECISION, "more", null, "decision", "deny");
        }
        Typed whole = Typed.ilura("audit", "verify", "--config", config.toString());
        assertThat(whole.exit()).as(whole.err()).isZero();
        assertThat(whole.out()).doesNotContain("not anchored");
        Files.move(directory.resolve("state"), directory.resolve("newer"));
        write();

        assertThat(Typed.ilura("audit", "verify", "--config", config.toString()).exit())
                .isZero();
        Files.move(
                directory.resolve("elsewhere").resolve(name(directory.resolve("newer"))),
                directory.resolve("elsewhere").resolve(name(directory.resolve("state"))));
        Typed replaced = Typed.ilura("audit", "verify", "--config", config.toString());
        assertThat(replaced.exit()).isEqualTo(Exit.FINDING);
        assertThat(replaced.out()).contains("an anchor remembers 7 records, 6 stand");
    }

    private static String name(Path state) throws IOException {
        String origin = Files.readAllLines(state.resolve("log/checkpoint")).get(0);
        return origin.substring(origin.lastIndexOf('/') + 1) + ".checkpoint";
    }

    @Test
    void causesAndEffectsAreOneTree() {
        Typed typed = Typed.ilura("audit", "trace", "cause", "--state", state);

        assertThat(typed.out().lines().map(line -> line.replaceAll("[0-9:.-]{8,}", "T")))
                .satisfiesExactly(
                        line -> assertThat(line).contains("files/read").contains("call cause"),
                        line -> assertThat(line).startsWith("   ├─").contains("dispatch"),
                        line -> assertThat(line).startsWith("   ├─").contains("outcome"),
                        line -> assertThat(line)
                                .startsWith("   └─ led to files/read")
                                .contains("call effect"),
                        line -> assertThat(line).contains("├─").contains("dispatch"),
                        line -> assertThat(line)
                                .contains("└─")
                                .contains("outcome")
                                .contains("failed"));
        assertThat(Typed.ilura("audit", "trace", "effect", "--state", state, "--json")
                        .out()
                        .lines())
                .hasSize(4);
    }

    @Test
    void recordsAreFoundByToolServerAndSession() {
        assertThat(Typed.ilura("audit", "search", "--state", state, "--tool", "files/write", "--json")
                        .out()
                        .lines())
                .hasSize(1);
        assertThat(Typed.ilura("audit", "search", "--state", state, "--server", "files", "--session", "s", "--json")
                        .out()
                        .lines())
                .hasSize(5);
        assertThat(Typed.ilura("audit", "search", "--state", state, "--args", "00")
                        .exit())
                .isEqualTo(Exit.FINDING);
    }

    @Test
    void mistakesInAnchorsAreReportedTogether() throws IOException {
        Path config = directory.resolve("config.toml");
        Files.writeString(config, """
                [pods.default]
                servers = []
                [[audit.anchors]]
                type = "directory"
                [[audit.anchors]]
                type = "witness"
                url = "ftp://witness.example"
                key = "witness.example+00000000+AAAA"
                [[audit.anchors]]
                type = "timestamp"
                url = "http://tsa.example/"
                certificates = "missing.pem"
                [[audit.anchors]]
                type = "pigeon"
                [[audit.anchors]]
                """);

        assertThatThrownBy(() -> GatewayConfig.load(config))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .extracting(problem -> problem.key())
                                .filteredOn(key -> key.contains("anchors"))
                                .hasSize(6));
    }

    private static JsonValue json(String line) {
        return JsonValue.parse(line.strip().getBytes(StandardCharsets.UTF_8), JsonLimits.FRAME);
    }
}
