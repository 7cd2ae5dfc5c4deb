package dev.ilura.transport.stdio;

import dev.ilura.spi.TimeSource;
import dev.ilura.transport.stdio.spawn.PathResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Digests of files, remembered while nothing about the file changed: a launcher of a hundred megabytes is read once. The
 * time of the last change of the inode is set by the kernel and cannot be set back by a user; a file that changed only
 * just now is not remembered, because it could change again within one tick of the kernel's clock.
 */
final class FileDigests {
    private static final int REMEMBERED = 256;
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private final PathResolver paths;
    private final TimeSource time;
    private final ConcurrentMap<Map<String, Object>, String> known = new ConcurrentHashMap<>();

    FileDigests(PathResolver paths, TimeSource time) {
        this.paths = paths;
        this.time = time;
    }

    /**
     * SHA-256 (hex).
     *
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    String of(String file) {
        Map<String, Object> state;
        try {
            state = Files.readAttributes(Path.of(file), "unix:dev,ino,ctime,size");
        } catch (UnsupportedOperationException | IllegalArgumentException | IOException notUnix) {
            return paths.digest(file);
        }
        String remembered = known.get(state);
        if (remembered != null) {
            return remembered;
        }
        String digest = paths.digest(file);
        if (state.get("ctime") instanceof FileTime changed && isSettled(changed)) {
            remember(state, digest);
        }
        return digest;
    }

    private boolean isSettled(FileTime changed) {
        return changed.toInstant().plus(SETTLED).isBefore(time.now());
    }

    private void remember(Map<String, Object> state, String digest) {
        if (known.size() >= REMEMBERED) {
            known.clear();
        }
        known.put(state, digest);
    }
}
