package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import dev.ilura.policy.manifest.PinFile;
import dev.ilura.spi.PinStore.Pinned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that say whether a policy is what its author thinks it is. */
class PolicyCommandsTest {
    private static final String TOOL =
            "{\"name\":\"read_text\",\"description\":\"Reads.\",\"inputSchema\":{\"type\":\"object\","
                    + "\"properties\":{\"path\":{\"type\":\"string\"}},\"required\":[\"path\"],\"additionalProperties\":false}}";

    @TempDir
    private Path dir;

    private Path root;
    private String config;

    @BeforeEach
    void aPinnedServerAndItsPolicy() throws IOException {
        dir = dir.toRealPath();
        root = Files.createDirectories(dir.resolve("docs"));
        config = write("config.toml", "reading", "inside = \"roots\"", "deny");
        PinFile.in(Files.createDirectories(dir.resolve("state")))
                .write("files", new Pinned(Map.of("read_text", JsonValue.parse(TOOL)), Set.of("tools/list")));
    }

    private String write(String file, String name, String where, String decision) throws IOException {
        return Files.writeString(dir.resolve(file), """
                [servers.files]
                transport = "scripted"
                command = "node"
                roots = ["%s"]

                [audit]
                sink = "scripted"

                [[pods.default.rules]]
                name = "%s"
                tools = ["files/read_*"]
                decision = "allow"
                where = { path = { %s } }

                [[pods.default.rules]]
                name = "rest"
                tools = ["files/*", "mail/send"]
                decision = "%s"
                """.formatted(root, name, where, decision))
                .toString();
    }

    @Test
    void explainSaysWhatWouldHappenAndWhy() {
        Typed typed = Typed.ilura(
                "policy", "explain", "--config", config, "files", "read_text", "{\"path\":\"/etc/passwd\"}");
        assertThat(typed.exit()).isEqualTo(Exit.FINDING);
        assertThat(typed.out())
                .contains("files/read_text would be denied")
                .contains("rule      rest")
                .contains("1. the arguments fit the tool's schema, as it was pinned")
                .contains("path resolves to /etc/passwd, outside roots");
    }

    @Test
    void explainAsJsonIsOneObject() {
        Typed typed = Typed.ilura(
                "policy", "explain", "--json", "--config", config, "files", "read_text", "{\"path\":\"a.md\"}");
        assertThat(typed.exit()).isZero();
        JsonValue json = JsonValue.parse(typed.out());
        assertThat(json.member("decision").orElseThrow().text()).isEqualTo("allow");
        assertThat(json.at("/rewrites/~1path").orElseThrow().text())
                .isEqualTo(root.resolve("a.md").toString());
    }

    @Test
    void explainComparesWithThePinnedSchema() {
        Typed typed = Typed.ilura("policy", "explain", "--config", config, "files", "read_text", "{\"path\":7}");
        assertThat(typed.exit()).isEqualTo(Exit.FINDING);
        assertThat(typed.out()).contains("ILR-POLICY-011");
    }

    @Test
    void lintFindsAServerThatIsNotThere() {
        Typed typed = Typed.ilura("policy", "lint", "--config", config);
        assertThat(typed.exit()).isEqualTo(Exit.FINDING);
        assertThat(typed.out()).contains("mail/send names no server of the pod; there are [files]");
    }

    @Test
    void testComparesATableWithThePolicy() throws IOException {
        Files.writeString(dir.resolve("policy-tests.toml"), """
                [[test]]
                name = "inside"
                call = "files/read_text"
                arguments = { path = "%s/a.md" }
                expect = "allow"
                rule = "reading"

                [[test]]
                name = "outside"
                call = "files/read_text"
                arguments = { path = "/etc/passwd" }
                expect = "ask high"
                """.formatted(root));
        Typed typed = Typed.ilura("policy", "test", "--config", config);
        assertThat(typed.exit()).isEqualTo(Exit.FINDING);
        assertThat(typed.out())
                .contains("ok      inside")
                .contains("wrong   outside")
                .contains("expected  ask high")
                .contains("1 of 2 calls are decided as expected");
    }

    @Test
    void aTableThatSaysTooLittleIsAMistakeOfUse() throws IOException {
        Files.writeString(dir.resolve("policy-tests.toml"), "[[test]]\ncall = \"files/read\"\n");
        Typed typed = Typed.ilura("policy", "test", "--config", config);
        assertThat(typed.exit()).isEqualTo(Exit.USAGE);
        assertThat(typed.err()).contains("ILR-CONF-010");
    }

    @Test
    void searchFindsWhatBecamePossible() throws IOException {
        String wider = write("wider.toml", "reading", "inside = [\"" + dir + "\"]", "deny");
        Typed typed = Typed.ilura("policy", "search", "--config", wider, "--against", config, "--tries", "200");
        assertThat(typed.exit()).isEqualTo(Exit.FINDING);
        assertThat(typed.out())
                .contains("now possible  files/read_text {\"path\":")
                .contains("before  denied by");
        assertThat(Typed.ilura("policy", "search", "--config", config, "--against", wider, "--tries", "200")
                        .exit())
                .isZero();
    }

    @Test
    void checkManifestProposesTypedRules() {
        Typed typed = Typed.ilura("check", "manifest", "--config", config, "files");
        assertThat(typed.exit()).isZero();
        assertThat(typed.out())
                .contains("files offers 1 tools")
                .contains("tools    = [\"files/read_text\"]")
                .contains("where.path = { inside = \"roots\" }");
    }

    @Test
    void pinsAreListedAndForgotten() {
        assertThat(Typed.ilura("pins", "list", "--config", config).out()).contains("files", "read_text");
        assertThat(Typed.ilura("pins", "forget", "--config", config, "files").exit())
                .isZero();
        assertThat(Typed.ilura("pins", "list", "--config", config).out()).contains("nothing is pinned yet");
    }

    @Test
    void anOverlayMayOnlyAddGuards() throws IOException {
        Files.writeString(dir.resolve("overlay.toml"), """
                [[guards]]
                tools = ["files/read_*"]
                decision = "ask"
                lane = "high"
                """);
        Path file = Path.of(config);
        Files.writeString(file, Files.readString(file) + "\n[pods.default]\noverlays = [\"overlay.toml\"]\n");
        String[] explain = {"policy", "explain", "--config", config, "files", "read_text", "{\"path\":\"a.md\"}"};
        assertThat(Typed.ilura(explain).out()).contains("allowed if a person agrees (lane high)");

        Files.writeString(dir.resolve("overlay.toml"), """
                [[rules]]
                tools = ["files/*"]
                decision = "allow"
                """);
        Typed typed = Typed.ilura(explain);
        assertThat(typed.exit()).isEqualTo(Exit.USAGE);
        assertThat(typed.err()).contains("an overlay may only add guards");
    }
}
