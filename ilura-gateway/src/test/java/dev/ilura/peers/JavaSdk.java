package dev.ilura.peers;

import dev.ilura.json.JsonValue;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code McpSyncClient} of the official Java SDK over its own stdio transport. */
final class JavaSdk implements PeerClient {
    private static final McpJsonMapper JSON = McpJsonDefaults.getMapper();

    @Override
    public Sighting visit(ServerCommand server, List<Call> calls) {
        ServerParameters parameters = ServerParameters.builder(server.command())
                .args(server.args())
                .env(server.environment())
                .build();
        try (McpSyncClient client = McpClient.sync(new StdioClientTransport(parameters, JSON))
                .requestTimeout(Peers.PATIENCE)
                .initializationTimeout(Peers.PATIENCE)
                .build()) {
            client.initialize();
            Sighting seen = new Sighting(
                    client.listTools().tools().stream().map(JavaSdk::json).toList(),
                    calls.stream().map(call -> answer(client, call)).toList());
            client.closeGracefully(); // close() does not wait for the process, which still writes its log
            return seen;
        }
    }

    @Override
    public String toString() {
        return "Java SDK";
    }

    private static JsonValue answer(McpSyncClient client, Call call) {
        try {
            return json(client.callTool(CallToolRequest.builder(call.tool())
                    .arguments(new HashMap<>(call.arguments()))
                    .build()));
        } catch (McpError refused) {
            return JsonValue.of(Map.of("error", String.valueOf(refused.getMessage())));
        }
    }

    private static JsonValue json(Object record) {
        try {
            return JsonValue.parse(JSON.writeValueAsString(record));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
