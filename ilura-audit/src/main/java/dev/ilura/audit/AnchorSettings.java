package dev.ilura.audit;

import dev.ilura.IluraException;
import dev.ilura.spi.Providers;
import dev.ilura.spi.Settings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Reads {@code [[audit.anchors]]}. */
public final class AnchorSettings {
    private static final int MOST = 16;

    private AnchorSettings() {}

    /**
     * The anchors of a log, in the order of the file. Mistakes are noted and the entry left out.
     *
     * @param audit the table {@code [audit]}
     */
    public static List<Anchor> anchors(Settings audit) {
        List<Settings> entries = audit.tables("anchors");
        if (entries.size() > MOST) {
            audit.problem("anchors", "A log has at most " + MOST + " anchors.", "Remove some.");
        }
        List<Anchor> anchors = new ArrayList<>();
        for (Settings entry : entries) {
            anchor(entry).ifPresent(anchors::add);
        }
        return List.copyOf(anchors);
    }

    private static Optional<Anchor> anchor(Settings entry) {
        Optional<String> type = entry.text("type");
        if (type.isEmpty()) {
            entry.problem(
                    "type", "The anchor has no type.", "Write type = \"directory\", \"witness\" or \"timestamp\".");
            return Optional.empty();
        }
        try {
            return new Providers<>("anchor", ServiceLoader.load(AnchorProvider.class))
                    .select(type.get())
                    .create(entry);
        } catch (IluraException e) {
            entry.problem("type", e.what(), e.fix());
            return Optional.empty();
        }
    }

    /** An address; what is none is noted. */
    static Optional<URI> address(Settings entry, String key) {
        Optional<String> text = entry.text(key);
        try {
            if (text.isPresent()) {
                URI uri = URI.create(text.get());
                new HttpExchange(uri);
                return Optional.of(uri);
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        entry.problem(key, "The anchor needs an address.", "Write for example " + key + " = \"https://host/path\".");
        return Optional.empty();
    }
}
