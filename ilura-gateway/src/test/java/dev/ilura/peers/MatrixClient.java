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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

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
            new MatrixClient("TS v1 SSE", "v1", "sse", "handshake"),
            new MatrixClient("Java stdio", "java", "stdio", "handshake"),
            new MatrixClient("Java HTTP", "java", "http", "handshake"),
            new MatrixClient("Java SSE", "java", "sse", "handshake"));

    boolean isStdio() {
        return transport.equals("stdio");
    }

    /**
     * What came of each step: {@code ok}, or what went wrong.
     *
     * @param origin of the gate, for HTTP
     * @param stdio how the gate is started, for stdio
     * @param environment of the client, for the certificate that it trusts
     */
    Map<String, String> visit(String origin, ServerCommand stdio, Map<String, String> environment) {
        return sdk.equals("java") ? java(origin, stdio) : typeScript(origin, stdio, environment);
    }

    private String path() {
        return transport.equals("sse") ? "/sse" : "/mcp";
    }

    private Map<String, String> typeScript(String origin, ServerCommand stdio, Map<String, String> environment) {
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("sdk", sdk);
        plan.put("transport", transport);
        plan.put("era", era);
        plan.put("url", origin + path());
        plan.put("command", stdio.command());
        plan.put("args", stdio.args());
        plan.put("env", stdio.environment());
        Finished run = Finished.run(
                List.of(
                        Peers.recentNode().toString(),
                        Peers.file("matrix-client.mjs").toString()),
                environment,
                new String(JsonWriter.write(plan), StandardCharsets.UTF_8));
        Map<String, String> seen = new LinkedHashMap<>();
        if (run.exit() != 0) {
            String why = run.err()
                    .lines()
                    .filter(line -> line.contains("Error"))
                    .findFirst()
                    .orElse("exit " + run.exit());
            STEPS.forEach(step -> seen.put(step, why));
            return seen;
        }
        JsonValue.parse(run.out().strip()).members().forEach((step, what) -> seen.put(step, what.text()));
        return seen;
    }

    private Map<String, String> java(String origin, ServerCommand stdio) {
        AtomicInteger reported = new AtomicInteger();
        Map<String, String> seen = new LinkedHashMap<>();
        try (McpSyncClient client = McpClient.sync(javaTransport(origin, stdio))
                .requestTimeout(Peers.PATIENCE)
                .initializationTimeout(Peers.PATIENCE)
                .progressConsumer(progress -> reported.incrementAndGet())
                .build()) {
            client.initialize();
            seen.put(
                    "list",
                    says(() -> client.listTools().tools().stream()
                            .anyMatch(tool -> tool.name().equals("test_simple_text"))));
            seen.put(
                    "call",
                    says(() -> String.valueOf(client.callTool(CallToolRequest.builder("test_simple_text")
                                            .arguments(Map.of())
                                            .build())
                                    .content())
                            .contains("This is a simple text")));
            seen.put("progress", says(() -> {
                client.callTool(CallToolRequest.builder("slow")
                        .arguments(Map.of("steps", 3, "stepMs", 250))
                        .progressToken("p-1")
                        .build());
                await().atMost(Duration.ofSeconds(10)).until(() -> reported.get() == 3); // it reports on another thread
                return true;
            }));
        } catch (RuntimeException e) {
            STEPS.forEach(step -> seen.putIfAbsent(step, String.valueOf(e.getMessage())));
        }
        seen.put("cancel", "none: the SDK has no cancellation");
        return seen;
    }

    @SuppressWarnings("deprecation") // so is the transport of 2024-11-05 itself
    private McpClientTransport javaTransport(String origin, ServerCommand stdio) {
        return switch (transport) {
            case "http" ->
                HttpClientStreamableHttpTransport.builder(origin)
                        .endpoint("/mcp")
                        .build();
            case "sse" ->
                io.modelcontextprotocol.client.transport.HttpClientSseClientTransport.builder(origin)
                        .sseEndpoint("/sse")
                        .build();
            default ->
                new StdioClientTransport(
                        ServerParameters.builder(stdio.command())
                                .args(stdio.args())
                                .env(stdio.environment())
                                .build(),
                        McpJsonDefaults.getMapper());
        };
    }

    private static String says(BooleanSupplier step) {
        try {
            return step.getAsBoolean() ? "ok" : "another answer";
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
