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
        Within within = new Within(settings);
        long read = within.size("max_read", 64L << 20, 1L << 20);
        long media = within.size("max_media", 64L << 20, 2L << 20);
        long edit = within.size("max_edit", 256L << 20, 16L << 20);
        int entries = within.count("max_entries", Integer.MAX_VALUE, 5_000);
        List<String> secrets = settings.texts("secrets");
        boolean hardLinks = settings.flag("hard_links").orElse(false);
        try {
            FileIo files = FileIo.in(settings.paths("roots")).limits(read, media, edit, entries);
            if (hardLinks) {
                files = files.readingHardLinks();
            }
            return Optional.of(secrets.isEmpty() ? files : files.secrets(secrets));
        } catch (IluraException e) {
            settings.problem("roots", e.what(), e.fix());
        } catch (IllegalArgumentException e) {
            settings.problem("secrets", e.getMessage() + ".", "Write globs over one name, such as \"*.pem\".");
        }
        return Optional.empty();
    }
}
