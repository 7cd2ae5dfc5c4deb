package dev.ilura.audit;

import dev.ilura.spi.Settings;
import java.nio.file.Path;
import java.util.Optional;

/** The anchor {@code directory}. Settings: {@code path}. */
public final class DirectoryAnchorProvider implements AnchorProvider {
    /** For {@link java.util.ServiceLoader}. */
    public DirectoryAnchorProvider() {}

    @Override
    public String name() {
        return "directory";
    }

    @Override
    public Optional<Anchor> create(Settings settings) {
        Optional<Path> path = settings.path("path");
        if (path.isEmpty()) {
            settings.problem("path", "The anchor has no directory.", "Write path = \"/mnt/elsewhere/ilura\".");
        }
        return path.map(Anchor::directory);
    }
}
