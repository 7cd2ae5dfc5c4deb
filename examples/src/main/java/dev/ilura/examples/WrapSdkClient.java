package dev.ilura.examples;

import static dev.ilura.policy.Policies.where;

import dev.ilura.Gateway;
import dev.ilura.adapter.mcpsdk.GatewayTransport;
import dev.ilura.adapter.mcpsdk.SdkServer;
import dev.ilura.audit.AuditLog;
import dev.ilura.policy.Policies;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How do I put the gate into an application that uses the official Java SDK? By one line. */
public final class WrapSdkClient {
    private WrapSdkClient() {}

    public static void main(String[] args) throws IOException {
        Path notes = Notes.directory();
        McpClientTransport transport = new StdioClientTransport(
                ServerParameters.builder(Notes.JAVA.toString())
                        .args("-cp", Notes.CODE, Notes.SERVER, notes.toString())
                        .build(),
                McpJsonDefaults.getMapper());
        SdkServer server = SdkServer.named("notes").roots(notes);
        try (Gateway gateway = gateway(notes)) {
            // region readme
            transport = GatewayTransport.wrap(transport, gateway, server); // this line is new
            try (McpSyncClient client = McpClient.sync(transport).build()) {
                application(client);
            }
            // endregion
        }
    }

    private static Gateway gateway(Path notes) {
        return Gateway.builder()
                .policy(Policies.rules()
                        .allow("notes/list_notes")
                        .allow("notes/read_note", where("path").insideRoots())
                        .denyOthers())
                .audit(AuditLog.in(notes.resolveSibling("audit")))
                .build();
    }

    /** Knows nothing of the gate. */
    private static void application(McpSyncClient client) {
        client.initialize();
        System.out.println(client.listTools().tools().stream().map(Tool::name).toList());
        for (String path : List.of("welcome.md", "../secret.txt")) {
            CallToolRequest request = CallToolRequest.builder("read_note")
                    .arguments(Map.of("path", path))
                    .build();
            System.out.println(((TextContent) client.callTool(request).content().get(0)).text());
        }
    }
}
