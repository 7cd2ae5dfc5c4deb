package dev.ilura.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an index keeps its tables: in mapped files, so that a large log costs the page cache and not the heap. The files
 * hold nothing that is not in the segments, and are made anew whenever a log is opened: a changed index changes nothing.
 */
final class IndexMemory {
    private final @Nullable Path folder;
    private int files;

    private IndexMemory(@Nullable Path folder) {
        this.folder = folder;
    }

    /** Files in this folder; what is there is removed. */
    static IndexMemory in(Path folder) throws IOException {
        PrivateFiles.directory(folder);
        try (Stream<Path> old = Files.list(folder)) {
            List<Path> stale =
                    old.filter(file -> file.toString().endsWith(".idx")).toList();
            for (Path file : stale) {
                Files.delete(file);
            }
        }
        return new IndexMemory(folder);
    }

    /** Files without a name, gone when they are no longer used. */
    static IndexMemory temporary() {
        return new IndexMemory(null);
    }

    /** This many zeros. */
    ByteBuffer map(int bytes) {
        try {
            Path home = folder;
            if (home == null) {
                Path file = Files.createTempFile("ilura-index", ".idx");
                try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                    return map(channel, bytes);
                }
            }
            try (FileChannel channel = PrivateFiles.open(home.resolve(files++ + ".idx"))) {
                return map(channel, bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer map(FileChannel channel, int bytes) throws IOException {
        return channel.map(MapMode.READ_WRITE, 0, bytes).order(ByteOrder.nativeOrder());
    }
}
