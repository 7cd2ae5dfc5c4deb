package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.tls.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real clients against real servers, every era and transport on both sides, the gate between them: each lists, calls, watches
 * progress and cancels.
 */
class MatrixPeerIT {
    private static final Pattern PORT = Pattern.compile("listening on (\\d+)");
    private static final Pattern URL = Pattern.compile("listening on (https?://\\S+)/mcp");
    private static final Map<String, String> TABLE = new LinkedHashMap<>();

    /** Not a directory that JUnit removes: gates that a client started may still be closing their logs in it. */
    private Path home;

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "matrix-");
    }

    /** What stands behind the gate. */
    enum Server {
        STDIO_HANDSHAKE("stdio", "handshake"),
        STDIO_MODERN("stdio", "modern"),
        HTTP_HANDSHAKE("http", "handshake"),
        HTTP_MODERN("http", "modern"),
        HTTPS_MODERN("https", "modern"),
        SSE_2024("sse", "handshake");

        final String transport;
        final String era;

        Server(String transport, String era) {
            this.transport = transport;
            this.era = era;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyClientUsesEveryServer(Server server) throws IOException {
        Path certificate = Path.of("none");
        String pin = "";
        if (server == Server.HTTPS_MODERN) {
            pin = new SelfSigned(home.resolve("upstream"), List.of("127.0.0.1"), TimeSource.system())
                    .current()
                    .pin()
                    .toString();
            certificate = home.resolve("upstream/cert.pem");
        }
        try (Listening fixture = fixture(server, certificate)) {
            String settings = config(server, fixture, pin);
            Path config = Files.writeString(home.resolve("config.toml"), settings);
            // with TLS behind the gate there is TLS before it too
            boolean tls = server == Server.HTTPS_MODERN;
            List<String> serve = new ArrayList<>(
                    List.of(Peers.ilura().toString(), "serve", "--config", config.toString(), "--http", "127.0.0.1:0"));
            if (tls) {
                serve.add("--tls");
            }
            List<String> failures = new ArrayList<>();
            try (Listening gate = Listening.start(serve, Peers.iluraEnvironment(), URL)) {
                MatrixClient.ALL.stream()
                        .filter(client -> !client.isStdio())
                        .filter(client -> !tls || !client.sdk().equals("java"))
                        .forEach(client -> visit(client, server, gate.place(), config, failures));
            }
            MatrixClient.ALL.stream()
                    .filter(MatrixClient::isStdio)
                    .forEach(client -> visit(client, server, "", ownState(settings, client), failures));
            assertThat(failures).isEmpty();
        }
    }

    /** The gate of the client before may still hold its log. */
    private Path ownState(String settings, MatrixClient client) {
        String name = client.name().replace(' ', '-');
        try {
            return Files.writeString(
                    home.resolve(name + ".toml"),
                    settings.replace("state_dir = \"state\"", "state_dir = \"" + name + "\""));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void visit(MatrixClient client, Server server, String origin, Path config, List<String> failures) {
        ServerCommand stdio = new ServerCommand(
                Peers.ilura().toString(), List.of("serve", "--config", config.toString()), Peers.iluraEnvironment());
        Map<String, String> seen = client.visit(
                origin,
                stdio,
                Map.of("NODE_EXTRA_CA_CERTS", home.resolve("state/tls/cert.pem").toString()));
        StringBuilder cell = new StringBuilder();
        for (String step : MatrixClient.STEPS) {
            String what = seen.getOrDefault(step, "not tried");
            boolean explained = what.startsWith("none:");
            cell.append(what.equals("ok") ? "+" : explained ? "." : "!");
            if (!what.equals("ok") && !explained) {
                failures.add(client.name() + " to " + server + ", " + step + ": " + what);
            }
        }
        TABLE.put(client.name() + "|" + server, cell.toString());
    }

    private Listening fixture(Server server, Path certificate) {
        List<String> command = new ArrayList<>(List.of(
                Peers.recentNode().toString(),
                Peers.file("conformance/fixture.mjs").toString()));
        command.add(server == Server.SSE_2024 ? "sse" : "http");
        command.addAll(List.of("--mode", server.era));
        if (server == Server.HTTPS_MODERN) {
            command.addAll(List.of(
                    "--cert",
                    certificate.toString(),
                    "--key",
                    certificate.resolveSibling("key.pem").toString()));
        }
        return Listening.start(command, Map.of(), PORT);
    }

    private static String config(Server server, Listening fixture, String pin) {
        String table = switch (server.transport) {
            case "stdio" ->
                "command = \"node24\"\nargs = [\"%s\", \"stdio\", \"--mode\", \"%s\"]%n%n[spawn]%nserver_roots = [\"%s\"]%nregistered = { node24 = \"%s\" }%nconfinement = \"none\""
                        .formatted(Peers.file("conformance/fixture.mjs"), server.era, Peers.DIR, Peers.recentNode());
            case "sse" -> "transport = \"sse\"\nurl = \"http://127.0.0.1:" + fixture.place() + "/sse\"";
            default ->
                "transport = \"http\"\nurl = \"" + server.transport + "://127.0.0.1:" + fixture.place() + "/mcp\""
                        + (pin.isEmpty() ? "" : "\ntls_pin = \"" + pin + "\"");
        };
        return """
                [gateway]
                state_dir = "state"

                [servers.fixture]
                %s

                [pods.default]
                servers = ["fixture"]
                names = "plain"

                [[pods.default.rules]]
                tools = ["fixture/test_simple_text", "fixture/slow", "fixture/cancelled_calls"]
                decision = "allow"

                [approvals]
                channels = []
                """.formatted(table);
    }

    /** Clients down, servers across; a cell is list, call, progress, cancel: + works, . the client cannot, ! does not. */
    @AfterAll
    static void printTable() {
        StringBuilder table = new StringBuilder(String.format("%n%-22s", "client / server"));
        for (Server server : Server.values()) {
            table.append(String.format("%-17s", server));
        }
        for (MatrixClient client : MatrixClient.ALL) {
            table.append(String.format("%n%-22s", client.name()));
            for (Server server : Server.values()) {
                table.append(String.format("%-17s", TABLE.getOrDefault(client.name() + "|" + server, "")));
            }
        }
        System.out.println(table);
    }
}
