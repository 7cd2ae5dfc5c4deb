package dev.ilura.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ilura.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayConfigTest {
    private static final String FINE = """
            [gateway]
            state_dir = "state"

            [servers.files]
            transport = "scripted"
            command = "node"
            args = ["server.js"]
            roots = ["docs"]

            [pods.default]
            policy = "scripted"
            servers = ["files"]

            [[pods.default.rules]]
            tools = ["files/*"]
            decision = "allow"

            [audit]
            sink = "scripted"

            [approvals]
            channels = ["scripted"]
            """;

    @TempDir
    Path directory;

    @Test
    void fineFileIsReadAndOpensItsLogOnlyWhenOpened() throws IOException {
        GatewayConfig config = load(FINE);

        assertThat(config.defaultPod()).isEqualTo("default");
        assertThat(config.stateDir()).isEqualTo(directory.resolve("state"));
        assertThat(config.servers())
                .singleElement()
                .satisfies(server -> assertThat(server.roots()).containsExactly(directory.resolve("docs")));
        assertThat(directory.resolve("state")).doesNotExist();
        try (Gateway gateway = config.open()) {
            assertThat(gateway).isNotNull();
            assertThat(directory.resolve("state/log")).hasContent("opened");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.stateDir())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void tenDifferentMistakesGiveOneReportWithTenEntries() throws IOException {
        List<ConfigProblem> problems = problemsOf("""
                [gateway]
                state_dri = "state"
                default_pod = "defualt"

                [servers.files]
                transport = "scripted"
                comand = "node"
                args = "server.js"
                env = { TOKEN = "${secret:files_token}" }

                [servers.remote]
                transport = "carrier-pigeon"
                url = "https://mcp.example.com/mcp"

                [pods.default]
                policy = "scripted"
                servers = ["files", "remotte"]

                [[pods.default.rules]]
                tools = ["files/*"]
                decision = "alow"

                [resilience]
                breaker = { failures = 0, cool_down = "10s" }
                call_timeout = 60s

                [audit]
                sink = "scripted"

                [approvals]
                channels = ["scripted"]
                """);

        assertThat(problems.stream().map(problem -> problem.line() + " " + problem.key()))
                .containsExactly(
                        "2 gateway.state_dri",
                        "3 gateway.default_pod",
                        "7 servers.files.comand",
                        "8 servers.files.args",
                        "9 servers.files.env.TOKEN",
                        "12 servers.remote.transport",
                        "17 pods.default.servers",
                        "21 pods.default.rules[0].decision",
                        "24 resilience.breaker.failures",
                        "25 resilience.call_timeout");
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.file()).isEqualTo("config.toml");
            assertThat(problem.what()).endsWith(".");
            assertThat(problem.fix()).isNotBlank();
        });
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void misspeltKeyIsReportedWithTheNearestKnownOne() throws IOException {
        assertThat(problemsOf(FINE.replace("state_dir", "statedir")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.fix()).isEqualTo("Did you mean \"state_dir\"?"));
    }

    @Test
    void misspeltTableIsNotAlsoMissing() throws IOException {
        assertThat(problemsOf(FINE.replace("[servers.files]", "[server.files]")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.fix()).isEqualTo("Did you mean \"servers\"?"));
    }

    @Test
    void unknownKeyOfTheLogIsReportedThoughTheLogIsNotOpened() throws IOException {
        assertThat(problemsOf(FINE.replace("sink = \"scripted\"", "sink = \"scripted\"\ncolour = \"red\"")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo("audit.colour");
                    assertThat(problem.fix()).contains("\"color\"");
                });
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void lineThatIsNoTomlIsOneMistakeAndNotAlsoAMissingKey() throws IOException {
        assertThat(problemsOf(FINE.replace("command = \"node\"", "command = node")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(6);
                    assertThat(problem.what()).contains("no TOML");
                });
    }

    @Test
    void brokenTableHeaderIsOneMistakeAndNotAlsoEverythingBelowIt() throws IOException {
        assertThat(problemsOf(FINE.replace("[servers.files]", "[servers..files]")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.line()).isEqualTo(4));
    }

    @Test
    void tableOfTheWrongTypeIsNotAlsoMissing() throws IOException {
        assertThat(problemsOf("""
                        servers = "all"

                        [pods.default]
                        policy = "scripted"

                        [audit]
                        sink = "scripted"

                        [approvals]
                        channels = ["scripted"]
                        """))
                .singleElement()
                .satisfies(problem -> assertThat(problem.key()).isEqualTo("servers"));
    }

    @Test
    void emptyFileSaysWhatAGatewayNeeds() throws IOException {
        assertThat(problemsOf("[audit]\nsink = \"scripted\"\n[approvals]\nchannels = []\n"))
                .extracting(ConfigProblem::key)
                .containsExactlyInAnyOrder("servers", "pods");
    }

    @Test
    void missingFileIsAProblemLikeAnyOther() {
        ConfigException thrown = catchThrowableOfType(
                ConfigException.class, () -> GatewayConfig.load(directory.resolve("nowhere.toml")));

        assertThat(thrown.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("nowhere.toml"));
    }

    @Test
    void plainNamesNeedExactlyOneServer() throws IOException {
        String two = FINE.replace("servers = [\"files\"]", "names = \"plain\"")
                + "[servers.other]\ntransport = \"scripted\"\ncommand = \"x\"\n";

        assertThat(problemsOf(two)).extracting(ConfigProblem::key).containsExactly("pods.default.names");
        assertThat(load(FINE.replace("servers = [\"files\"]", "names = \"plain\""))
                        .pods()
                        .get(0)
                        .names()
                        .separator())
                .isEmpty();
    }

    @Test
    void serverNameThatClientsCouldNotSeeIsRefused() throws IOException {
        String name = FINE.replace("[servers.files]", "[servers.\"files__x\"]").replace("\"files\"", "\"files__x\"");

        assertThat(problemsOf(name))
                .singleElement()
                .satisfies(problem -> assertThat(problem.key()).isEqualTo("servers.files__x"));
    }

    @Test
    void controlCharactersOfTheFileDoNotReachTheTerminal() throws IOException {
        String hostile = FINE.replace("state_dir = \"state\"", "\"a\\u001b[2Jb\" = 1");

        assertThat(problemsOf(hostile).toString()).doesNotContain("\u001b").contains("\\u{1B}");
    }

    @Test
    void everySettingOfTheBuilderCanBeWritten() throws IOException {
        GatewayConfig config = load(FINE.replace("channels =", "timeout = \"5s\"\npending = 3\nchannels =") + """

                [resilience]
                call_timeout = "2m"
                start_timeout = "5s"
                restart_delay = "1s"
                retries = 2
                cache_read_only = "60s"
                cache_size = "1MiB"
                breaker = { failures = 5, cool_down = "1h" }
                """);

        assertThat(config.pods()).hasSize(1);
    }

    @Test
    void longFileIsRefusedBeforeItIsParsed() throws IOException {
        String huge = IntStream.range(0, 1 << 17).mapToObj(i -> "# 345678").collect(Collectors.joining("\n"));

        assertThat(problemsOf(huge))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("1048576"));
    }

    private List<ConfigProblem> problemsOf(String text) throws IOException {
        Path file = write(text);
        return catchThrowableOfType(ConfigException.class, () -> read(file)).problems();
    }

    private GatewayConfig load(String text) throws IOException {
        return read(write(text));
    }

    private static GatewayConfig read(Path file) {
        return new ConfigReader(ConfigFile.read(file), Plugins.find(), Map.of()).read();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("config.toml"), text);
    }
}
