package dev.ilura.examples;

import dev.ilura.CallOutcome;
import dev.ilura.Gateway;
import dev.ilura.InsecureDefaults;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.Policies;
import dev.ilura.spi.AuditSink;
import dev.ilura.transport.stdio.StdioServer;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One call of the {@link WitnessServer}, by the plain Java SDK and by Ilura. */
final class Sides {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CODE = placeOf(WitnessServer.class) + File.pathSeparator + placeOf(JsonValue.class);
    private static final String[] ARGS = {"-Xmx64m", "-cp", CODE, WitnessServer.class.getName()};

    private Sides() {}

    /** What the server answered; the client is closed and the server stopped. */
    static String plain(String tool, Map<String, Object> arguments) {
        ServerParameters parameters =
                ServerParameters.builder(Notes.JAVA.toString()).args(ARGS).build();
        try (McpSyncClient client = McpClient.sync(new StdioClientTransport(parameters, McpJsonDefaults.getMapper()))
                .requestTimeout(PATIENCE)
                .initializationTimeout(PATIENCE)
                .build()) {
            client.initialize();
            CallToolRequest request =
                    CallToolRequest.builder(tool).arguments(arguments).build();
            return ((TextContent) client.callTool(request).content().get(0)).text();
        }
    }

    /** What the gate answered; the gateway is closed and the server stopped. */
    static CallOutcome gated(String tool, Map<String, Object> arguments, Path root) {
        try (Gateway gateway = gateway(root, InsecureDefaults.noAuditLog())) {
            return gateway.call("witness", tool, arguments);
        }
    }

    static Gateway gateway(Path root, AuditSink audit) {
        return Gateway.builder()
                .server(StdioServer.named("witness")
                        .command("java", ARGS)
                        .spawn(Notes.rules().serverRoots(List.of(CODE.split(File.pathSeparator))))
                        .roots(root))
                .policy(Policies.rules()
                        .allow(List.of("witness/environment", "witness/fork", "witness/greet"))
                        .allow("witness/read", Policies.where("path").insideRoots())
                        .denyOthers())
                .audit(audit)
                .build();
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
