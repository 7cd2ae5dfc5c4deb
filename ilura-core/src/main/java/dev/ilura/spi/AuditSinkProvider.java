package dev.ilura.spi;

import java.util.Optional;

/** Makes an audit sink from configuration. Found by {@link java.util.ServiceLoader}, selected by {@link #name()}. */
public interface AuditSinkProvider extends NamedProvider {

    /**
     * @param settings its table; mistakes are noted there
     * @return empty if mistakes were noted
     */
    Optional<AuditSink> create(Settings settings);
}
