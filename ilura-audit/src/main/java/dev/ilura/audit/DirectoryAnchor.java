package dev.ilura.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Checkpoints in files that are replaced whole. */
final class DirectoryAnchor implements Anchor {
    private final Path directory;

    DirectoryAnchor(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return "directory";
    }

    @Override
    public void remember(String origin, String note) throws IOException {
        PrivateFiles.directory(directory);
        PrivateFiles.replace(file(origin), note.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<String> newest(String origin) throws IOException {
        Path file = file(origin);
        return Files.exists(file) ? Optional.of(Files.readString(file, StandardCharsets.UTF_8)) : Optional.empty();
    }

    private Path file(String origin) {
        return directory.resolve(origin.substring(origin.lastIndexOf('/') + 1) + ".checkpoint");
    }
}
