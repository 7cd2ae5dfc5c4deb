package dev.ilura.spi;

import java.util.Optional;

/** Makes an approval handler from configuration. Found by {@link java.util.ServiceLoader}, selected by {@link #name()}. */
public interface ApprovalHandlerProvider extends NamedProvider {

    /**
     * @param settings its table; mistakes are noted there
     * @return empty if mistakes were noted
     */
    Optional<ApprovalHandler> create(Settings settings);
}
