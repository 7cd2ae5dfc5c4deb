package dev.ilura.transport.stdio;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Home, temporary and working directory of one child, fresh and closed to others: whatever configuration lies about in
 * the user's own directories, or in a hostile checkout, does not reach it.
 */
final class PrivateDirectories {
    private final Path base;

    private PrivateDirectories(Path base) {
        this.base = base;
    }

    /** Makes them under the system's temporary directory. */
    static PrivateDirectories create() throws IOException {
        PrivateDirectories made =
                new PrivateDirectories(Files.createTempDirectory("ilura-").toRealPath());
        Files.createDirectory(made.home());
        Files.createDirectory(made.tmp());
        Files.createDirectory(made.work());
        return made;
    }

    Path base() {
        return base;
    }

    Path home() {
        return base.resolve("home");
    }

    Path tmp() {
        return base.resolve("tmp");
    }

    /** Not made until it is needed. */
    Path program() {
        return base.resolve("program");
    }

    /** A socket that is not made until it is needed. */
    Path proxy() {
        return base.resolve("proxy.sock");
    }

    Path work() {
        return base.resolve("work");
    }

    /** Removes them with everything inside; follows no links. */
    void delete() {
        remove(base);
    }

    /** Removes a directory with everything inside; follows no links. */
    static void remove(Path directory) {
        if (!Files.exists(directory, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new Removal());
        } catch (IOException left) {
            // A file that a survivor holds open, on a system that minds; the directory stays closed to others.
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            if (!Files.isReadable(directory) || !Files.isWritable(directory)) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
