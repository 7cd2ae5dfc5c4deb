package dev.ilura.peers;

import static org.awaitility.Awaitility.await;

import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A real client in one of its ways to connect; does the four things of a cell and says what came of each. */
record MatrixClient(String name, String sdk, String transport, String era) {
    static final List<String> STEPS = List.of("list", "call", "progress", "cancel");

    /** Every client and transport that the field has. */
    static final List<MatrixClient> ALL = List.of(
            new MatrixClient("TS v1 stdio", "v1", "stdio", "handshake"),
            new MatrixClient("TS v2 stdio", "v2", "stdio", "modern"),
            new MatrixClient("TS v1 HTTP", "v1", "http", "handshake"),
            new MatrixClient("TS v2 HTTP, old era", "v2", "http", "handshake"),
            new MatrixClient("TS v2 HTTP", "v2", "http", "modern"),
            new MatrixClient("TS v1 HTTPS", "v1", "https", "handshake"),
            new MatrixClient("TS v2 HTTPS", "v2", "https", "modern"),
            new MatrixClient("TS v1 SSE", "v1", "sse", "handshake"),
            new MatrixClient("Java stdio", "java", "stdio", "handshake"),
            new MatrixClient("Java HTTP", "java", "http", "handshake"),
            new MatrixClient("Java HTTPS", "java", "https", "handshake"),
            new MatrixClient("Java SSE", "java", "sse", "handshake"));

    /** A gate starts with all its servers before it answers the first list. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration TYPESCRIPT = Duration.ofMinutes(8);

    /**
     * A client and the gate it goes to.
     *
     * @param origin of the gate, for HTTP
     * @param trusted the certificate of the gate, for HTTPS
     * @param stdio how the gate is started, for stdio
     */
    record Place(MatrixClient client, String origin, Path trusted, ServerCommand stdio) {}

    boolean isTls() {
        return transport.equals("https");
    }

    boolean isJava() {
        return sdk.equals("java");
    }

    private String path() {
        return transport.equals("sse") ? "/sse" : "/mcp";
    }

    /** Lets all TypeScript clients visit all servers: what came of each step, by client and server. */
    static Map<String, Map<String, Map<String, String>>> typeScript(List<Place> places) {
        List<Map<String, Object>> plans = new ArrayList<>();
        Map<String, String> environment = new LinkedHashMap<>();
        for (Place place : places) {
            MatrixClient client = place.client();
            if (!client.isJava()) {
                plans.add(Map.of(
                        "name", client.name(),
                        "sdk", client.sdk(),
                        "transport", client.isTls() ? "http" : client.transport(),
                        "era", client.era(),
                        "url", place.origin() + client.path(),
                        "command", place.stdio().command(),
                        "args", place.stdio().args(),
                        "env", place.stdio().environment()));
                environment.put("NODE_EXTRA_CA_CERTS", place.trusted().toString());
            }
        }
        List<String> servers =
                List.of(MatrixServer.values()).stream().map(MatrixServer::id).toList();
        Finished run = Finished.run(
                        List.of(
                                Peers.recentNode().toString(),
                                Peers.file("matrix-client.mjs").toString()),
                        environment,
                        new String(
                                JsonWriter.write(Map.of("servers", servers, "clients", plans)), StandardCharsets.UTF_8),
                        TYPESCRIPT)
                .succeeded();
        Map<String, Map<String, Map<String, String>>> seen = new LinkedHashMap<>();
        JsonValue.parse(run.out().strip())
                .members()
                .forEach((client, byServer) -> byServer.members()
                        .forEach((server, steps) -> steps.members()
                                .forEach((step, what) -> seen.computeIfAbsent(client, key -> new LinkedHashMap<>())
                                        .computeIfAbsent(server, key -> new LinkedHashMap<>())
                                        .put(step, what.text()))));
        return seen;
    }

    /** The same for one Java client. */
    static Map<String, Map<String, Map<String, String>>> java(Place place) {
        Map<String, List<Double>> reports = new ConcurrentHashMap<>();
        Map<String, Map<String, String>> seen = new LinkedHashMap<>();
        try (McpSyncClient client = McpClient.sync(place.client().javaTransport(place))
                .requestTimeout(PATIENCE)
                .initializationTimeout(PATIENCE)
                .progressConsumer(progress -> reports.computeIfAbsent(
                                String.valueOf(progress.progressToken()), key -> new CopyOnWriteArrayList<>())
                        .add(progress.progress()))
                .build()) {
            client.initialize();
            for (MatrixServer server : MatrixServer.values()) {
                seen.put(server.id(), steps(client, server.id(), place.client().name() + " " + server.id(), reports));
            }
            client.closeGracefully(); // close() does not wait for the process, which still writes its log
        } catch (RuntimeException e) {
            for (MatrixServer server : MatrixServer.values()) {
                seen.putIfAbsent(server.id(), Map.of("list", String.valueOf(e.getMessage())));
            }
        }
        return Map.of(place.client().name(), seen);
    }

    private static Map<String, String> steps(
            McpSyncClient client, String server, String key, Map<String, List<Double>> reports) {
        Map<String, String> seen = new LinkedHashMap<>();
        seen.put(
                "list",
                says(() -> client.listTools().tools().stream()
                        .anyMatch(tool -> tool.name().equals(server + "__test_simple_text"))));
        seen.put(
                "call",
                says(() -> call(client, server + "__test_simple_text", key, "").contains("a simple text")));
        seen.put("progress", says(() -> {
            CompletableFuture<String> running = CompletableFuture.supplyAsync(
                    () -> call(client, server + "__slow", key, key), task -> new Thread(task, key).start());
            List<Double> heard = reports.computeIfAbsent(key, token -> new CopyOnWriteArrayList<>());
            // the SDK hands each report to a thread of its own, so they come in any order, and some after the answer
            await().atMost(PATIENCE).until(() -> heard.containsAll(List.of(1.0, 2.0, 3.0)) || running.isDone());
            call(client, server + "__finish", key, "");
            running.join();
            await().atMost(PATIENCE).until(() -> heard.containsAll(List.of(1.0, 2.0, 3.0)));
            return true;
        }));
        seen.put("cancel", "none: the SDK has no cancellation");
        return seen;
    }

    private static String call(McpSyncClient client, String tool, String key, String token) {
        CallToolRequest.Builder request = CallToolRequest.builder(tool).arguments(Map.of("key", key));
        return String.valueOf(client.callTool(
                        token.isEmpty()
                                ? request.build()
                                : request.progressToken(token).build())
                .content());
    }

    @SuppressWarnings("deprecation") // so is the transport of 2024-11-05 itself
    private McpClientTransport javaTransport(Place place) {
        return switch (transport) {
            case "http", "https" ->
                HttpClientStreamableHttpTransport.builder(place.origin())
                        .endpoint("/mcp")
                        .customizeClient(http -> {
                            if (isTls()) {
                                http.sslContext(trusting(place.trusted()));
                            }
                        })
                        .build();
            case "sse" ->
                io.modelcontextprotocol.client.transport.HttpClientSseClientTransport.builder(place.origin())
                        .sseEndpoint("/sse")
                        .build();
            default ->
                new StdioClientTransport(
                        ServerParameters.builder(place.stdio().command())
                                .args(place.stdio().args())
                                .env(place.stdio().environment())
                                .build(),
                        McpJsonDefaults.getMapper());
        };
    }

    private static SSLContext trusting(Path certificate) {
        try (InputStream pem = Files.newInputStream(certificate)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "gate", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String says(BooleanSupplier step) {
        try {
            return step.getAsBoolean() ? "ok" : "another answer";
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
