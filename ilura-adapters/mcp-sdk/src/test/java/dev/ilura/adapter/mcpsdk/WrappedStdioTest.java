package dev.ilura.adapter.mcpsdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Gateway;
import dev.ilura.json.JsonValue;
import dev.ilura.testkit.MemoryAudit;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The SDK's own stdio transport with a real process behind it. */
class WrappedStdioTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final Gateway gateway = Gates.asking(new MemoryAudit(), true).build();
    private final McpSyncClient client = McpClient.sync(GatewayTransport.wrap(tinyServer(), gateway))
            .requestTimeout(PATIENCE)
            .initializationTimeout(PATIENCE)
            .build();

    @AfterEach
    void close() {
        client.close();
        gateway.close();
    }

    /** The SDK alone fails here now and then with "Failed to enqueue message". */
    @Test
    void sixtyFourThreadsAtOnceLoseNoMessage() throws Exception {
        client.initialize();
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            List<Callable<String>> calls = IntStream.range(0, 1280)
                    .<Callable<String>>mapToObj(i -> () -> text(call("echo", "call " + i)))
                    .toList();
            List<Future<String>> answers = threads.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo("call " + i);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The SDK alone waits for its time-out, because its stdio transport tells nobody that the process ended. */
    @Test
    void deathOfTheServerFailsTheCallAtOnce() {
        assertThat(text(call("echo", "alive"))).isEqualTo("alive");

        CallToolResult dead = call("die", "now");
        CallToolResult after = call("echo", "anybody?");

        assertThat(dead.isError()).isTrue();
        assertThat(text(dead)).contains("ILR-SDK-002", "its process ended");
        assertThat(after.isError()).isTrue();
        assertThat(text(after)).contains("starts its process once");
    }

    private static StdioClientTransport tinyServer() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new StdioClientTransport(
                ServerParameters.builder(java.toString())
                        .args(
                                "-Xmx64m",
                                "-cp",
                                placeOf(TinyServer.class) + File.pathSeparator + placeOf(JsonValue.class),
                                TinyServer.class.getName())
                        .build(),
                McpJsonDefaults.getMapper());
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private CallToolResult call(String tool, String text) {
        return client.callTool(
                CallToolRequest.builder(tool).arguments(Map.of("text", text)).build());
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text();
    }
}
