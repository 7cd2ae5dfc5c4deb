package dev.ilura.spi;

import dev.ilura.ServerSpec;
import java.util.Optional;

/** Makes server specifications of one transport from configuration. Selected by {@code transport = "name"}. */
public interface TransportProvider extends NamedProvider {

    /**
     * Makes the specification of one server from its table. Starts nothing.
     *
     * @param server the server's name
     * @param settings the table {@code servers.NAME}; mistakes are noted there
     * @param root the whole file, for tables that belong to the transport, for example {@code spawn}
     * @return empty if mistakes were noted
     */
    Optional<ServerSpec> create(String server, Settings settings, Settings root);
}
