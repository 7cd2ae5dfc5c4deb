package dev.ilura.audit;

import dev.ilura.spi.NamedProvider;
import dev.ilura.spi.Settings;
import java.util.Optional;

/** Makes an anchor from an entry of {@code [[audit.anchors]]}. Found by ServiceLoader, selected by its {@code type}. */
public interface AnchorProvider extends NamedProvider {
    /**
     * Makes one. Asks nobody yet.
     *
     * @param settings the entry; mistakes are noted there
     * @return empty if mistakes were noted
     */
    Optional<Anchor> create(Settings settings);
}
