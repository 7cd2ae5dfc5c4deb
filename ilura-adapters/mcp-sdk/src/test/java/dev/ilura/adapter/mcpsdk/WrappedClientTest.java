package dev.ilura.adapter.mcpsdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.AuditEvent;
import dev.ilura.Gateway;
import dev.ilura.IluraException;
import dev.ilura.testkit.MemoryAudit;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real {@code McpSyncClient}, its transport wrapped. */
class WrappedClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ScriptedSdkTransport server = new ScriptedSdkTransport();
    private final MemoryAudit ledger = new MemoryAudit();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void anUnchangedApplicationSeesTheSameToolsAndResults() {
        ScriptedSdkTransport alone = new ScriptedSdkTransport();
        alone.oneAtATime = false;
        McpSyncClient direct = client(alone);
        McpSyncClient gated = client(GatewayTransport.wrap(server, gateway(true)));

        assertThat(application(gated)).isEqualTo(application(direct));
    }

    /** What an application does that knows nothing of the gate. */
    private static List<Object> application(McpSyncClient client) {
        client.initialize();
        List<Object> seen = new ArrayList<>(client.listTools().tools());
        seen.add(call(client, "echo", "hello"));
        seen.add(call(client, "write", "something"));
        return seen;
    }

    @Test
    void deniedCallNeverReachesTheServer() {
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway(true)));

        CallToolResult result = call(client, "secret", "give");

        assertThat(result.isError()).isTrue();
        assertThat(text(result)).contains("denied", "ILR-TEST-001", "Nobody may.");
        assertThat(server.calls).isEmpty();
    }

    @Test
    void refusedCallNeverReachesTheServer() {
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway(false)));

        CallToolResult result = call(client, "write", "something");

        assertThat(result.isError()).isTrue();
        assertThat(text(result)).contains("not approved", "tester said no");
        assertThat(server.calls).isEmpty();
    }

    @Test
    void everyCallIsInTheLogUnderTheNameOfItsServer() {
        SdkServer named = SdkServer.named("shop");
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway(true), named));

        call(client, "echo", "hello");
        call(client, "secret", "give");
        call(client, "write", "something");

        assertThat(ledger.events(AuditEvent.Type.OUTCOME)).hasSize(2);
        assertThat(ledger.events(AuditEvent.Type.APPROVAL)).hasSize(1);
        assertThat(ledger.events(AuditEvent.Type.DECISION))
                .anyMatch(event -> event.text("tool").equals(Optional.of("secret")));
        assertThat(ledger.events(AuditEvent.Type.DISPATCH))
                .hasSize(2)
                .allMatch(event -> event.text("server").equals(Optional.of("shop")));
        assertThat(ledger.events(AuditEvent.Type.SERVER_START).get(0).text("transport"))
                .contains(ScriptedSdkTransport.class.getName());
    }

    /** The SDK's stdio transport loses messages that several threads send at once. */
    @Test
    void sixtyFourThreadsAtOnceLoseNoMessage() throws Exception {
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway(true)));
        client.initialize();
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            List<Callable<String>> calls = IntStream.range(0, 640)
                    .<Callable<String>>mapToObj(i -> () -> text(call(client, "echo", "call " + i)))
                    .toList();
            List<Future<String>> answers = threads.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo("call " + i);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The attack: an amount that is judged as one number and sent as another. */
    @Test
    void numberThatNoDoubleHoldsIsSentAsItWasJudged() {
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway(true)));

        client.callTool(CallToolRequest.builder("echo")
                .arguments(Map.of("amount", new BigDecimal("0.1000000000000000055511151231257827")))
                .build());

        assertThat(server.frames).anyMatch(frame -> frame.contains("0.1000000000000000055511151231257827"));
    }

    /** The attack: a key that another reader takes for a protocol key. The gate's refusal names no id. */
    @Test
    void messageThatTheGateDoesNotReadFailsAtOnce() {
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway(true)));
        client.initialize();

        assertThatThrownBy(() -> client.callTool(CallToolRequest.builder("echo")
                        .meta(Map.of("progressToken", 1, "ProgressToken", 2))
                        .build()))
                .isInstanceOf(McpError.class)
                .hasMessageContaining("ILR-FRAME-003");
        assertThat(server.calls).isEmpty();
    }

    @Test
    void changedToolsAreAnnouncedToTheClient() {
        List<List<Tool>> announced = new CopyOnWriteArrayList<>();
        McpSyncClient client = kept(McpClient.sync(GatewayTransport.wrap(server, gateway(true)))
                .requestTimeout(PATIENCE)
                .toolsChangeConsumer(announced::add)
                .build());
        client.initialize();
        client.listTools();

        // "linger" was not there when the server was pinned, so it stays hidden
        server.toolNames = List.of("echo", "secret", "linger");
        server.toolsChanged();

        await().untilAsserted(() -> assertThat(announced).hasSize(1));
        assertThat(announced.get(0)).extracting(Tool::name).containsExactly("echo", "secret");
    }

    @Test
    void agreedRevisionReachesTheHttpHeadersOfTheTransport() {
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway(true)));

        call(client, "echo", "hello");

        assertThat(server.revisions).startsWith("unknown").endsWith("2025-06-18");
    }

    @Test
    void failedMessageFailsTheCallAndTheNextOneConnectsAgain() {
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway(true)));
        call(client, "echo", "before");

        server.broken = new IllegalStateException("connection refused");
        CallToolResult failed = call(client, "echo", "lost");
        server.broken = null;
        CallToolResult again = call(client, "echo", "after");

        assertThat(text(failed)).contains("ILR-SDK-002", "connection refused");
        assertThat(text(again)).isEqualTo("after");
        assertThat(server.connects).hasValue(2);
    }

    @Test
    void forgottenSessionIsOpenedAnew() {
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway(true)));
        call(client, "echo", "before");

        server.raise(new McpTransportSessionNotFoundException("gone"));

        assertThat(text(call(client, "echo", "after"))).isEqualTo("after");
        assertThat(server.connects).hasValue(2);
    }

    @Test
    void closedClientTakesItsServerWithIt() {
        Gateway gateway = gateway(true);
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway));
        call(client, "echo", "hello");

        assertThat(client.closeGracefully()).isTrue();

        assertThat(server.closes).hasValue(1);
        assertThat(gateway.inventory().servers()).isEmpty();
        await().untilAsserted(() ->
                assertThat(ledger.events(AuditEvent.Type.SESSION_CLOSE)).hasSize(1));
        McpSyncClient next = client(GatewayTransport.wrap(new ScriptedSdkTransport(), gateway));
        assertThat(text(call(next, "echo", "again"))).isEqualTo("again");
    }

    @Test
    void closedGatewayClosesTheTransportAndFailsCallsAtOnce() {
        Gateway gateway = gateway(true);
        McpSyncClient client = client(GatewayTransport.wrap(server, gateway));
        call(client, "echo", "hello");

        gateway.close();

        await().untilAsserted(() -> assertThat(server.closes).hasPositiveValue());
        assertThatThrownBy(() -> call(client, "echo", "late")).hasStackTraceContaining("ILR-SDK-001");
    }

    /** The attack: a second server takes the name that rules were written for. */
    @Test
    void secondTransportOfOneNameIsRefused() {
        Gateway gateway = gateway(true);
        client(GatewayTransport.wrap(server, gateway));

        assertThatThrownBy(() -> GatewayTransport.wrap(new ScriptedSdkTransport(), gateway))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("\"wrapped\"");
    }

    private Gateway gateway(boolean approving) {
        return kept(Gates.asking(ledger, approving).build());
    }

    private McpSyncClient client(McpClientTransport transport) {
        return kept(McpClient.sync(transport)
                .requestTimeout(PATIENCE)
                .initializationTimeout(PATIENCE)
                .build());
    }

    private <T extends AutoCloseable> T kept(T resource) {
        open.add(resource);
        return resource;
    }

    private static CallToolResult call(McpSyncClient client, String tool, String text) {
        return client.callTool(
                CallToolRequest.builder(tool).arguments(Map.of("text", text)).build());
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text();
    }
}
