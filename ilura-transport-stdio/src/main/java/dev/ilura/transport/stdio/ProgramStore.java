package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.json.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Copies of programs, each under the digest of what it holds: {@code SHA256/NAME}. Directories are open to their owner only
 * (0700), copies to be read and executed by the owner only (0500). A copy appears whole, by one rename, and is hashed again
 * each time it is used, so that one which was tampered with does not run.
 *
 * @param directory made if it is not there
 */
record ProgramStore(Path directory) {
    private static final String DIRECTORY = "rwx------";
    private static final String PROGRAM = "r-x------";

    /**
     * The copy of a program; made if there is none.
     *
     * @param sha256 what it has to hold
     * @throws IluraException ILR-SPAWN-009 if the program, or the copy, holds something else
     */
    Path copy(Path program, String sha256) throws IOException {
        Path home = directory.resolve(sha256);
        closedDirectory(directory);
        closedDirectory(home);
        Path copy = home.resolve(String.valueOf(program.getFileName()));
        if (!Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) {
            make(program, sha256, copy);
        }
        verify(copy, sha256);
        return copy;
    }

    /** Looks at a copy again: its rights first, then what it holds. */
    static void verify(Path copy, String sha256) throws IOException {
        if (!Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS)) {
            throw tampered(copy);
        }
        close(copy, PROGRAM);
        MessageDigest digest = Digests.newSha256();
        try (FileChannel read = FileChannel.open(copy, StandardOpenOption.READ)) {
            PinnedProgram.read(read, digest, OutputStream.nullOutputStream());
        }
        if (!PinnedProgram.holds(digest, sha256)) {
            throw tampered(copy);
        }
    }

    private static void make(Path program, String sha256, Path copy) throws IOException {
        Path fresh = Files.createTempFile(copy.getParent(), "new-", "");
        try {
            MessageDigest digest = Digests.newSha256();
            try (FileChannel read = FileChannel.open(program, StandardOpenOption.READ);
                    OutputStream out = Files.newOutputStream(fresh)) {
                PinnedProgram.read(read, digest, out);
            }
            PinnedProgram.require(digest, sha256, program);
            verify(fresh, sha256);
            Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.exists(copy)) {
                throw e;
            }
            // another gateway was faster, on a system that does not replace a file in use; its copy is looked at next
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void closedDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        if (Files.isSymbolicLink(directory)) {
            throw new IOException(directory + " is a link; it would choose where programs are kept");
        }
        close(directory, DIRECTORY);
    }

    /** Fails where the file is somebody else's. */
    private static void close(Path path, String rights) throws IOException {
        PosixFileAttributeView posix =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (posix != null) {
            posix.setPermissions(PosixFilePermissions.fromString(rights));
            return;
        }
        AclFileAttributeView acl = Files.getFileAttributeView(path, AclFileAttributeView.class);
        if (acl == null) {
            throw new IOException("nothing can be closed to others in " + path + ": its file system knows no rights");
        }
        boolean writable = rights.indexOf('w') >= 0;
        Set<AclEntryPermission> granted = EnumSet.allOf(AclEntryPermission.class);
        if (!writable) {
            granted.removeAll(EnumSet.of(AclEntryPermission.WRITE_DATA, AclEntryPermission.APPEND_DATA));
        }
        acl.setAcl(List.of(AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(acl.getOwner())
                .setPermissions(granted)
                .setFlags(
                        writable
                                ? EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT)
                                : EnumSet.noneOf(AclEntryFlag.class))
                .build()));
    }

    private static IluraException tampered(Path copy) {
        return new IluraException(
                "ILR-SPAWN-009",
                "The gateway's copy of a program, " + copy + ", is not as it was made.",
                "Find out who changed it; then remove it, and it is made anew.");
    }
}
