package dev.ilura.adapter.mcpsdk;

import dev.ilura.json.Digests;
import dev.ilura.spi.StartRequest;
import dev.ilura.spi.Transport;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The SDK's transport as the gate's way to a server. The application chose what is behind it, so nothing about the server
 * is verified and its identity says only by which transport and under which name it was given.
 *
 * <p>It is lent: a connection's end leaves it to the wrapping to close.
 */
final class SdkTransport implements Transport {
    private final McpClientTransport sdk;
    private final SdkServer server;
    private final SdkMessages messages;
    private final AtomicBoolean connected = new AtomicBoolean();

    SdkTransport(McpClientTransport sdk, SdkServer server, SdkMessages messages) {
        this.sdk = sdk;
        this.server = server;
        this.messages = messages;
    }

    @Override
    public Connection open(Receiver receiver, StartGate gate) throws IOException {
        boolean again = connected.getAndSet(true);
        if (again && sdk instanceof StdioClientTransport) {
            throw new IOException("an SDK stdio transport starts its process once; open a new client");
        }
        String type = sdk.getClass().getName();
        String identity = Digests.sha256Hex("mcp-sdk\n" + type + "\n" + server.name());
        gate.admit(new StartRequest(
                identity,
                "SDK transport " + type,
                Optional.empty(),
                Map.of("transport", ascii(type), "confinement", "none")));
        SdkConnection connection = new SdkConnection(sdk, messages, identity, receiver);
        connection.connect();
        return connection;
    }

    /** The application gave one transport, and one has one session. */
    @Override
    public boolean opensSeveral() {
        return false;
    }

    /** The SDK's transports follow its client, which makes a handshake. */
    @Override
    public boolean handshakeOnly() {
        return true;
    }

    /** Class names may hold any letter; facts of the log may not. */
    private static String ascii(String name) {
        return name.replaceAll("[^\\x21-\\x7e]", "?");
    }
}
