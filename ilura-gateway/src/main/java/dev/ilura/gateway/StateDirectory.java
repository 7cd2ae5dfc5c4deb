package dev.ilura.gateway;

import dev.ilura.IluraException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Where a gateway keeps its log, keys, pins and grants. Nobody else on the machine may look into it. */
public final class StateDirectory {
    private StateDirectory() {}

    /**
     * Makes the directory, readable by its owner only; one that is there stays as it is.
     *
     * @throws IluraException ILR-CONF-005 if it cannot be made
     */
    public static Path create(Path directory) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] owner = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        try {
            return Files.isDirectory(directory) ? directory : Files.createDirectories(directory, owner);
        } catch (IOException e) {
            throw new IluraException(
                    "ILR-CONF-005",
                    "The state directory " + directory + " cannot be made: " + e + ".",
                    "Name a directory that you may write to.",
                    e);
        }
    }
}
