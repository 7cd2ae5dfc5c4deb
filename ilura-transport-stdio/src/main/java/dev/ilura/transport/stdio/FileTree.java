package dev.ilura.transport.stdio;

import dev.ilura.json.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A directory with everything below it, as one thing that has one digest. */
final class FileTree {
    private FileTree() {}

    /**
     * SHA-256 (hex) over the names and contents of all files, in the order of their names.
     *
     * @throws IOException if one cannot be read, or is no regular file: a link could lead to something else tomorrow
     */
    static String digest(Path root) throws IOException {
        MessageDigest tree = Digests.newSha256();
        for (Path file : files(root)) {
            String name = root.relativize(file).toString().replace('\\', '/');
            tree.update((name + "\0" + digestOf(file) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(tree.digest());
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> found = all.filter(path -> !Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
            for (Path file : found) {
                if (!Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException("no regular file: " + root.relativize(file));
                }
            }
            return found;
        }
    }

    private static String digestOf(Path file) throws IOException {
        MessageDigest digest = Digests.newSha256();
        byte[] chunk = new byte[64 << 10];
        try (InputStream in = Files.newInputStream(file)) {
            int read;
            while ((read = in.read(chunk)) >= 0) {
                digest.update(chunk, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Takes away every right to write, and every right of others. */
    static void seal(Path root) throws IOException {
        boolean posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!posix) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                String rights =
                        Files.isDirectory(path) ? "r-x------" : Files.isExecutable(path) ? "r-x------" : "r--------";
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
            }
        }
    }

    /** Removes the directories of this name with all they hold, wherever they stand. */
    static void removeAll(Path root, String name) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (directory.getFileName().toString().equals(name)) {
                    PrivateDirectories.remove(directory);
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
