package dev.ilura.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and directories that only their owner may read, where the file system knows owners. */
final class PrivateFiles {
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private PrivateFiles() {}

    /** Makes a directory and those above it that are missing. */
    static void directory(Path path) throws IOException {
        Files.createDirectories(path, attributes(path, DIRECTORY));
    }

    /** Opens for reading and writing, and makes the file if it is not there. */
    static FileChannel open(Path path) throws IOException {
        return FileChannel.open(
                path,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                attributes(path, FILE));
    }

    /** Puts a whole file in place of the old one: a reader sees the one or the other, also after loss of power. */
    static void replace(Path path, byte[] content) throws IOException {
        replace(path, content, true);
        forceDirectory(path.resolveSibling("."));
    }

    /** The same for what can be made anew: after loss of power it may be damaged. */
    static void replaceUnforced(Path path, byte[] content) throws IOException {
        replace(path, content, false);
    }

    private static void replace(Path path, byte[] content, boolean force) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel = open(fresh)) {
            channel.truncate(0);
            writeFully(channel, ByteBuffer.wrap(content), 0);
            if (force) {
                channel.force(true);
            }
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Makes names durable that were created or replaced in a directory; not every file system can. */
    static void forceDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notOnThisSystem) {
            // Windows does not open directories; its renames are journalled
        }
    }

    static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /**
     * Refuses a file that others may read.
     *
     * @throws IOException naming the mode
     */
    static void requirePrivate(Path path) throws IOException {
        if (isPosix(path)) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (!FILE.containsAll(permissions)) {
                throw new FileSystemException(
                        path.toString(),
                        null,
                        "its mode is " + PosixFilePermissions.toString(permissions)
                                + ", which lets others in; it must be rw-------");
            }
        }
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
