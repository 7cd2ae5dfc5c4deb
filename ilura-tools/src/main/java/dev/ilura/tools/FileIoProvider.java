package dev.ilura.tools;

import dev.ilura.IluraException;
import dev.ilura.spi.Settings;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.ToolsProvider;
import java.util.List;
import java.util.Optional;

/** Makes {@code tools.file_io}. */
public final class FileIoProvider implements ToolsProvider {
    /** For {@link java.util.ServiceLoader}. */
    public FileIoProvider() {}

    @Override
    public String name() {
        return "file_io";
    }

    @Override
    public Optional<ToolProvider> create(Settings settings) {
        try {
            FileIo files = FileIo.in(settings.paths("roots"));
            List<String> secrets = settings.texts("secrets");
            if (!secrets.isEmpty()) {
                files = files.secrets(secrets);
            }
            if (settings.flag("hard_links").orElse(false)) {
                files = files.readingHardLinks();
            }
            return Optional.of(files.limits(
                    settings.size("max_read").orElse(1L << 20),
                    settings.size("max_media").orElse(2L << 20),
                    settings.size("max_edit").orElse(16L << 20),
                    (int) Math.min(
                            Integer.MAX_VALUE, settings.integer("max_entries").orElse(5_000L))));
        } catch (IluraException e) {
            settings.problem("roots", e.what(), e.fix());
        } catch (IllegalArgumentException e) {
            settings.problem("", "file_io cannot be set up so: " + e.getMessage() + ".", "Correct it.");
        }
        return Optional.empty();
    }
}
