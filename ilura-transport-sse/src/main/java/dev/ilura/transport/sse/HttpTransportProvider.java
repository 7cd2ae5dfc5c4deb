package dev.ilura.transport.sse;

import dev.ilura.ServerSpec;
import dev.ilura.spi.Settings;
import dev.ilura.spi.TransportProvider;
import java.util.Optional;

/** Reads {@code [servers.NAME]} with {@code transport = "http"}: Streamable HTTP of either era. */
public final class HttpTransportProvider implements TransportProvider {
    /** For {@link java.util.ServiceLoader}. */
    public HttpTransportProvider() {}

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Optional<ServerSpec> create(String server, Settings settings, Settings root) {
        return new RemoteServerReading(settings).read(server).map(spec -> spec);
    }
}
