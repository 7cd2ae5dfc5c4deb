package dev.ilura.peers;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.tls.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Real clients against real servers, every era and transport on both sides, the gate between them: each lists, calls, watches
 * progress and cancels. One gate has all the servers, so a client meets them one after the other on one connection; the
 * clients work side by side.
 */
class MatrixPeerIT {
    private static final Pattern URL = Pattern.compile("listening on (https?://\\S+)/mcp");

    private final Map<MatrixServer, Listening> fixtures = new EnumMap<>(MatrixServer.class);
    private final ExecutorService pool = Executors.newFixedThreadPool(6);

    /** Not a directory that JUnit removes: gates that a client started may still be closing their logs in it. */
    private Path home;

    private String pin = "";

    @BeforeEach
    void startServers() throws IOException {
        home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "matrix-");
        pin = new SelfSigned(home.resolve("upstream"), List.of("127.0.0.1"), TimeSource.system())
                .current()
                .pin()
                .toString();
        Path certificate = home.resolve("upstream/cert.pem");
        Map<MatrixServer, CompletableFuture<Listening>> starting = new EnumMap<>(MatrixServer.class);
        Arrays.stream(MatrixServer.values())
                .filter(server -> !server.isStdio())
                .forEach(server ->
                        starting.put(server, CompletableFuture.supplyAsync(() -> server.start(certificate), pool)));
        starting.forEach((server, started) -> fixtures.put(server, started.join()));
    }

    @AfterEach
    void stopServers() {
        fixtures.values().forEach(Listening::close);
        pool.shutdownNow();
    }

    @Test
    void everyClientUsesEveryServer() throws IOException {
        Path plain = config("plain");
        Path secure = config("secure");
        CompletableFuture<Listening> starting =
                CompletableFuture.supplyAsync(() -> gate(secure, "--http", "127.0.0.1:0", "--tls"), pool);
        Map<String, Map<String, Map<String, String>>> seen = new LinkedHashMap<>();
        try (Listening open = gate(plain, "--http", "127.0.0.1:0");
                Listening tls = starting.join()) {
            Path trusted = home.resolve("secure/tls/cert.pem");
            List<MatrixClient.Place> places = new ArrayList<>();
            for (MatrixClient client : MatrixClient.ALL) {
                places.add(new MatrixClient.Place(
                        client, client.isTls() ? tls.place() : open.place(), trusted, stdio(client)));
            }
            List<CompletableFuture<Map<String, Map<String, Map<String, String>>>>> visits = new ArrayList<>();
            visits.add(CompletableFuture.supplyAsync(() -> MatrixClient.typeScript(places), pool));
            places.stream()
                    .filter(place -> place.client().isJava())
                    .forEach(place -> visits.add(CompletableFuture.supplyAsync(() -> MatrixClient.java(place), pool)));
            visits.forEach(visit -> seen.putAll(visit.join()));
        }
        System.out.println(table(seen));
        assertThat(faults(seen)).isEmpty();
    }

    private static Listening gate(Path config, String... options) {
        List<String> command =
                new ArrayList<>(List.of(Peers.ilura().toString(), "serve", "--config", config.toString()));
        command.addAll(List.of(options));
        return Listening.start(command, Peers.iluraEnvironment(), URL);
    }

    /** Every gate has a log of its own. */
    private ServerCommand stdio(MatrixClient client) throws IOException {
        String name = client.name().replaceAll("\\W+", "-");
        return new ServerCommand(
                Peers.ilura().toString(),
                List.of("serve", "--config", config(name).toString()),
                Peers.iluraEnvironment());
    }

    private Path config(String state) throws IOException {
        String servers = Arrays.stream(MatrixServer.values())
                .map(server -> server.config(
                        fixtures.containsKey(server) ? fixtures.get(server).place() : "", pin))
                .collect(joining("\n"));
        String tools = Arrays.stream(MatrixServer.values())
                .flatMap(server -> List.of("test_simple_text", "slow", "finish", "was_cancelled").stream()
                        .map(tool -> '"' + server.id() + '/' + tool + '"'))
                .collect(joining(", "));
        return Files.writeString(
                home.resolve(state + ".toml"), """
                [gateway]
                state_dir = "%s"

                %s
                [spawn]
                server_roots = ["%s"]
                registered = { node24 = "%s" }
                confinement = "none"

                [pods.default]

                [[pods.default.rules]]
                tools = [%s]
                decision = "allow"

                [resilience]
                start_timeout = "120s"

                [approvals]
                channels = []
                """.formatted(state, servers, Peers.DIR, Peers.recentNode(), tools));
    }

    private static String cell(
            Map<String, Map<String, Map<String, String>>> seen, MatrixClient client, MatrixServer server, String step) {
        return seen.getOrDefault(client.name(), Map.of())
                .getOrDefault(server.id(), Map.of())
                .getOrDefault(step, "not tried");
    }

    /** What is neither fine nor beyond the client. */
    private static List<String> faults(Map<String, Map<String, Map<String, String>>> seen) {
        List<String> faults = new ArrayList<>();
        for (MatrixClient client : MatrixClient.ALL) {
            for (MatrixServer server : MatrixServer.values()) {
                for (String step : MatrixClient.STEPS) {
                    String what = cell(seen, client, server, step);
                    if (!what.equals("ok") && !what.startsWith("none:")) {
                        faults.add(client.name() + " to " + server + ", " + step + ": " + what);
                    }
                }
            }
        }
        return faults;
    }

    /** Clients down, servers across; a cell is list, call, progress, cancel: + works, . the client cannot, ! does not. */
    private static String table(Map<String, Map<String, Map<String, String>>> seen) {
        StringBuilder table = new StringBuilder(String.format("%n%-22s", "client / server"));
        for (MatrixServer server : MatrixServer.values()) {
            table.append(String.format("%-17s", server));
        }
        for (MatrixClient client : MatrixClient.ALL) {
            table.append(String.format("%n%-22s", client.name()));
            for (MatrixServer server : MatrixServer.values()) {
                StringBuilder cell = new StringBuilder();
                for (String step : MatrixClient.STEPS) {
                    String what = cell(seen, client, server, step);
                    cell.append(what.equals("ok") ? '+' : what.startsWith("none:") ? '.' : '!');
                }
                table.append(String.format("%-17s", cell));
            }
        }
        return table.toString();
    }
}
