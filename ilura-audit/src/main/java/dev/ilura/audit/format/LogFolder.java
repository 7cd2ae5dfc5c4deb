package dev.ilura.audit.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where the files of a log stand.
 *
 * @param path the folder {@code log} itself
 */
public record LogFolder(Path path) {
    private static final String SEGMENT = "[0-9]{20}\\.seg";

    /** The segment that starts with this record. */
    public Path segment(long firstRecord) {
        return path.resolve(String.format(Locale.ROOT, "%020d.seg", firstRecord));
    }

    /** The number of the first record of a segment. */
    public static long firstRecord(Path segment) {
        return Long.parseLong(segment.getFileName().toString().substring(0, 20));
    }

    /** The payloads whose records are in the segment that starts with this record. */
    public Path payloads(long firstRecord) {
        return path.resolve(String.format(Locale.ROOT, "%020d.pay", firstRecord));
    }

    /** All segments, oldest first. */
    public List<Path> segments() throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.getFileName().toString().matches(SEGMENT))
                    .sorted()
                    .toList();
        }
    }

    /** The newest published checkpoint. */
    public Path checkpoint() {
        return path.resolve("checkpoint");
    }

    /** The public keys, one line each. */
    public Path keys() {
        return path.resolve("keys");
    }

    /** What anchors gave in return for checkpoints: cosignatures and time stamps. */
    public Path anchors() {
        return path.resolve("anchors");
    }

    /** The files of {@link #anchors()} whose names end so, in order of their names. */
    public List<Path> anchored(String suffix) throws IOException {
        if (!Files.isDirectory(anchors())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(anchors())) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    /** What is left of records that retention removed. */
    public Path pruned() {
        return path.resolve("pruned");
    }

    /** How many events were let go since the log failed. */
    public Path gap() {
        return path.resolve("gap");
    }

    /** What recovery kept aside. */
    public Path torn() {
        return path.resolve("torn");
    }

    /** What can be made anew from the segments. */
    public Path index() {
        return path.resolve("index");
    }

    /** Held by the one writer. */
    public Path lock() {
        return path.resolve("lock");
    }
}
