package dev.ilura.adapter.mcpsdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.CallOutcome;
import dev.ilura.Gateway;
import dev.ilura.IluraException;
import dev.ilura.Inventory;
import dev.ilura.Pod;
import dev.ilura.ServerSpec;
import dev.ilura.testkit.MemoryAudit;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SDK clients of the gateway's own servers, and who reaches a server that joined. */
class OwnServerTest {
    private final MemoryAudit ledger = new MemoryAudit();
    private final ScriptedSdkTransport shop = new ScriptedSdkTransport();
    private final ScriptedSdkTransport bank = new ScriptedSdkTransport();
    private final Gateway gateway = Gates.asking(ledger, true)
            .server(server("shop", shop))
            .server(server("bank", bank))
            .pod(Pod.named("guests", new Gates.ByName()))
            .build();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void clientSeesOneServerUnderItsOwnToolNames() {
        try (McpSyncClient client = client(GatewayTransport.to("bank", gateway))) {
            client.initialize();

            assertThat(client.listTools().tools()).extracting(Tool::name).containsExactly("echo", "write", "secret");
            client.callTool(CallToolRequest.builder("echo").build());
            assertThat(bank.calls).containsExactly("echo");
            assertThat(shop.connects).hasValue(0);
        }
    }

    @Test
    void serverThatThePodDoesNotReachIsRefused() {
        try (McpSyncClient client = client(GatewayTransport.to("vault", gateway))) {
            assertThatThrownBy(client::initialize).hasStackTraceContaining("ILR-CONF-007");
        }
    }

    @Test
    void joinedServerIsReachedFromItsPodOnly() {
        ScriptedSdkTransport safe = new ScriptedSdkTransport();

        Gateway.Membership stay = gateway.join(server("safe", safe), "guests");

        assertThat(gateway.tools("guests")).extracting(Gateway.Listing::server).contains("safe");
        assertThat(gateway.tools()).extracting(Gateway.Listing::server).doesNotContain("safe");
        assertThat(gateway.call("safe", "echo", Map.of())).isInstanceOf(CallOutcome.Denied.class);
        assertThat(safe.calls).isEmpty();
        stay.close();
        assertThat(gateway.tools("guests")).extracting(Gateway.Listing::server).doesNotContain("safe");
    }

    @Test
    void joinedServerTakesNobodysName() {
        assertThatThrownBy(() -> gateway.join(server("bank", new ScriptedSdkTransport()), Pod.DEFAULT))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("\"bank\"");
        assertThatThrownBy(() -> gateway.join(server("no name", new ScriptedSdkTransport()), Pod.DEFAULT))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("no server name");
    }

    @Test
    void nothingJoinsAClosedGateway() {
        gateway.close();

        assertThatThrownBy(() -> gateway.join(server("late", new ScriptedSdkTransport()), Pod.DEFAULT))
                .isInstanceOf(IllegalStateException.class);
        assertThat(gateway.inventory().servers())
                .extracting(Inventory.Server::name)
                .doesNotContain("late");
    }

    private static ServerSpec server(String name, ScriptedSdkTransport sdk) {
        SdkServer server = SdkServer.named(name);
        return server.behind(new SdkTransport(sdk, server, SdkMessages.ofDefaultMapper()));
    }

    private static McpSyncClient client(GatewayTransport transport) {
        Duration patience = Duration.ofSeconds(20);
        return McpClient.sync(transport)
                .requestTimeout(patience)
                .initializationTimeout(patience)
                .build();
    }
}
