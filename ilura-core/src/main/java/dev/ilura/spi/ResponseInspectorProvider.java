package dev.ilura.spi;

import java.util.Optional;

/** Makes an inspector from configuration. Found by {@link java.util.ServiceLoader}, selected by {@link #name()}. */
public interface ResponseInspectorProvider extends NamedProvider {

    /**
     * Makes one from its table.
     *
     * @param settings its table; mistakes are noted there
     * @return empty if mistakes were noted
     */
    Optional<ResponseInspector> create(Settings settings);
}
