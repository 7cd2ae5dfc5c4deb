package dev.ilura.spi;

import java.util.Optional;

/** Makes an approval handler from configuration. Found by {@link java.util.ServiceLoader}, selected by {@link #name()}. */
public interface ApprovalHandlerProvider extends NamedProvider {

    /**
     * Makes one from its table.
     *
     * @param settings its table; mistakes are noted there
     * @return empty if mistakes were noted
     */
    Optional<ApprovalHandler> create(Settings settings);

    /**
     * Notes the mistakes that {@link #create} would note, and opens nothing: no file, no lock, no port. A configuration
     * is checked this way before anything of it is opened, so that one report holds every mistake.
     *
     * @return whether the settings were read; if not, mistakes in them show only when the gateway is opened
     */
    default boolean check(Settings settings) {
        return false;
    }
}
