package dev.ilura.spi;

import java.util.Optional;

/** Makes the gateway's own tools from configuration. Selected by {@code tools.NAME = true} or a table {@code tools.NAME}. */
public interface ToolsProvider extends NamedProvider {

    /**
     * Makes the tools. Opens nothing.
     *
     * @param settings the table {@code tools.NAME}, with {@code state_dir}, and {@code roots} where the file has none;
     *     mistakes are noted there
     * @return empty if mistakes were noted
     */
    Optional<ToolProvider> create(Settings settings);
}
