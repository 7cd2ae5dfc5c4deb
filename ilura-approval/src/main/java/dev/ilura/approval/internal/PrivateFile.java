package dev.ilura.approval.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A small file that only its owner may read, replaced as a whole or not at all. */
public final class PrivateFile {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path path;

    public PrivateFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * Its content; empty if there is no such file.
     *
     * @throws IOException if it cannot be read, is no plain file, or others have access: whoever can write it could
     *     enrol a passkey
     */
    public Optional<byte[]> read() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is no plain file");
        }
        if (posix() && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) {
            throw new IOException(path + " is open to others than its owner; run: chmod 600 " + path);
        }
        return Optional.of(Files.readAllBytes(path));
    }

    /** Replaces the content; after a crash there is the old one or the new one. */
    public void write(byte[] content) throws IOException {
        Path directory = path.getParent();
        Files.createDirectories(directory, attributes("rwx------"));
        Path fresh = Files.createTempFile(directory, path.getFileName().toString(), ".new", attributes("rw-------"));
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Removes it if it is there. */
    public void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    private FileAttribute<?>[] attributes(String permissions) {
        return posix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private boolean posix() {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
