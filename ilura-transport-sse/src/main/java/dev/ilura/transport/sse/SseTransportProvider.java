package dev.ilura.transport.sse;

import dev.ilura.ServerSpec;
import dev.ilura.spi.Settings;
import dev.ilura.spi.TransportProvider;
import java.util.Optional;

/** Reads {@code [servers.NAME]} with {@code transport = "sse"}: HTTP+SSE of 2024-11-05. */
public final class SseTransportProvider implements TransportProvider {
    /** For {@link java.util.ServiceLoader}. */
    public SseTransportProvider() {}

    @Override
    public String name() {
        return "sse";
    }

    @Override
    public Optional<ServerSpec> create(String server, Settings settings, Settings root) {
        return new RemoteServerReading(settings).read(server).map(RemoteServer::legacySse);
    }
}
