package dev.ilura.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ilura.Gateway;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ResponseInspector;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration as users write it, read by the providers that are shipped. */
class RealConfigTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Map<String, String> SECRETS =
            Map.of("ILURA_SECRET_FILES_TOKEN", "s3cret!", "ILURA_SECRET_TICKETS_TOKEN", "t1cket!");

    @TempDir
    Path directory;

    @Test
    void exampleOfTheDocumentationIsAGateway() throws IOException {
        GatewayConfig config = read(documented());

        assertThat(config.servers())
                .filteredOn(server -> server.name().equals("files"))
                .singleElement()
                .satisfies(server -> assertThat(server.roots()).containsExactly(Path.of("/srv/docs")));
        assertThat(config.pod("default"))
                .hasValueSatisfying(pod -> assertThat(pod.servers()).containsExactly("files"));
        try (Gateway gateway = config.open()) {
            assertThat(gateway.inventory().server("files")).isPresent();
            assertThat(gateway.audit().size()).isPositive();
        }
    }

    @Test
    void tenMistakesOfTenKindsAreTenEntriesAndNothingIsStarted() throws IOException {
        String broken = documented()
                .replace("default_pod = \"default\"", "default_pod = \"defautl\"")
                .replace("launchers    = [\"node\", \"npx\", \"java\"]", "launchers    = [\"node\", \"bash\"]")
                .replace("command = \"node\"", "comand = \"node\"")
                .replace("\"/srv/docs\"]\nenv", "7]\nenv")
                .replace("${secret:files_token}", "${secret:no_such_token}")
                .replace("servers = [\"files\"]", "servers = [\"filse\"]")
                .replace("lane     = \"critical\"", "lane     = \"extreme\"")
                .replace("where    = { path = { inside = \"roots\" } }", "where    = { path = { insid = \"roots\" } }")
                .replaceFirst("insid = ", "inside = ")
                .replace("\"60s\"             # only", "\"a minute\"        # only")
                .replace("cool_down = \"10s\" }", "cool_down = 10s }");

        ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> read(broken));

        assertThat(thrown.problems())
                .extracting(ConfigProblem::key)
                .containsExactly(
                        "gateway.default_pod",
                        "spawn.launchers",
                        "servers.files.comand",
                        "servers.files.args",
                        "servers.files.env.API_TOKEN",
                        "pods.default.servers",
                        "pods.default.guards[0].lane",
                        "pods.default.rules[1].where.path",
                        "resilience.cache_read_only",
                        "resilience.breaker");
        List<String> lines = broken.lines().toList();
        assertThat(thrown.problems()).allSatisfy(problem -> {
            String key = problem.key().replaceAll(".*[.\\]]", "");
            assertThat(lines.get(problem.line() - 1)).contains(key);
            assertThat(problem.fix()).isNotBlank();
        });
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void secretThatAServerGivesAwayDoesNotReachTheAgent() throws IOException {
        JsonValue result = JsonValue.parse("{\"content\":[{\"type\":\"text\",\"text\":\"TOKEN=s3cret!\"}]}");
        ToolCall call = ToolCall.to("files", Tool.of(JsonValue.parse("{\"name\":\"env\"}")))
                .build();

        for (String inspectors : List.of("", "[results]\ninspectors = []\n")) {
            ResponseInspector first =
                    read(documented() + inspectors).inspectors().get(0);

            assertThat(first.inspect(call, result))
                    .isInstanceOfSatisfying(
                            ResponseInspector.Changed.class,
                            changed -> assertThat(changed.result().raw())
                                    .contains("TOKEN=***")
                                    .doesNotContain("s3cret!"));
        }
    }

    @Test
    void pageIsOpenAsLongAsTheGateway() throws Exception {
        int port = freePort();
        GatewayConfig config = read(documented()
                .replace(
                        "channels = [\"terminal\"]",
                        "page = { port = " + port + " }\nchannels = [\"page\", \"terminal\"]"));

        assertThat(answers(port)).as("nothing is opened by reading").isFalse();
        try (Gateway gateway = config.open()) {
            assertThat(gateway).isNotNull();
            assertThat(answers(port)).isTrue();
        }
        assertThat(answers(port)).isFalse();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }

    private GatewayConfig read(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("config.toml"), text);
        return new ConfigReader(ConfigFile.read(file), Plugins.find(), SECRETS).read();
    }

    /** The first block of docs/configuration.md. */
    private static String documented() throws IOException {
        String page = Files.readString(DOCS.resolve("configuration.md"));
        int start = page.indexOf("```toml\n") + "```toml\n".length();
        return page.substring(start, page.indexOf("```", start));
    }
}
