package dev.ilura.spi;

import java.util.Optional;

/** Makes a policy for one pod from configuration. Found by {@link java.util.ServiceLoader}, selected by {@link #name()}. */
public interface PolicyEngineProvider extends NamedProvider {

    /**
     * Makes one from its table.
     *
     * @param settings its table; mistakes are noted there
     * @return empty if mistakes were noted
     */
    Optional<PolicyEngine> create(Settings settings);
}
