package dev.ilura.adapter.mcpsdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.Gateway;
import dev.ilura.testkit.MemoryAudit;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An existing application of the Java SDK with the reference server {@code server-everything}, its transport wrapped. */
class EverythingPeerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path SERVER = Path.of(
            System.getProperty("ilura.peers.dir", "../../peers"),
            "node_modules/@modelcontextprotocol/server-everything/dist/index.js");

    private final MemoryAudit ledger = new MemoryAudit();
    private final Gateway gateway = Gates.asking(ledger, true).build();
    private final List<McpSyncClient> clients = new ArrayList<>();

    @BeforeEach
    void peersAreInstalled() {
        assertThat(Files.exists(SERVER))
                .as("%s is missing: run `npm ci --ignore-scripts --prefix peers`", SERVER)
                .isTrue();
    }

    @AfterEach
    void close() {
        clients.forEach(McpSyncClient::close);
        gateway.close();
    }

    @Test
    void sameToolsAndSameResultsAsWithoutTheGate() {
        McpSyncClient direct = client(everything());
        McpSyncClient gated = client(GatewayTransport.wrap(everything(), gateway, SdkServer.named("everything")));

        assertThat(gated.listTools().tools()).isEqualTo(direct.listTools().tools());
        assertThat(echo(gated, "Grüße, 世界")).isEqualTo(echo(direct, "Grüße, 世界"));
        assertThat(ledger.events(AuditEvent.Type.OUTCOME)).hasSize(1);
    }

    @Test
    void deniedToolIsAnsweredByTheGate() {
        McpSyncClient gated = client(GatewayTransport.wrap(everything(), gateway, SdkServer.named("everything")));

        CallToolResult denied =
                gated.callTool(CallToolRequest.builder("get-env").build());

        assertThat(gated.listTools().tools()).extracting(Tool::name).contains("get-env");
        assertThat(denied.isError()).isTrue();
        assertThat(text(denied)).contains("ILR-TEST-001");
        assertThat(ledger.events(AuditEvent.Type.DISPATCH)).isEmpty();
    }

    @Test
    void sixtyFourThreadsAtOnceLoseNoMessage() throws Exception {
        McpSyncClient gated = client(GatewayTransport.wrap(everything(), gateway, SdkServer.named("everything")));
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            List<Callable<String>> calls = IntStream.range(0, 1280)
                    .<Callable<String>>mapToObj(i -> () -> text(echo(gated, "call " + i)))
                    .toList();
            List<Future<String>> answers = threads.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo("Echo: call " + i);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private McpSyncClient client(McpClientTransport transport) {
        McpSyncClient client = McpClient.sync(transport)
                .requestTimeout(PATIENCE)
                .initializationTimeout(PATIENCE)
                .build();
        clients.add(client);
        client.initialize();
        return client;
    }

    private static StdioClientTransport everything() {
        return new StdioClientTransport(
                ServerParameters.builder("node")
                        .args(SERVER.toString(), "stdio")
                        .build(),
                McpJsonDefaults.getMapper());
    }

    private static CallToolResult echo(McpSyncClient client, String message) {
        return client.callTool(CallToolRequest.builder("echo")
                .arguments(Map.of("message", message))
                .build());
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text();
    }
}
