package dev.ilura.tools.tree;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Optional;

/** How the directory of a root is opened, and with it all that is below. */
interface Opening {
    /** By handle, which no swapped name can lead astray. */
    Opening HANDLE = Opening::byHandle;

    /** By path, looked at before and after each step; for a Java that has no handles. */
    Opening PATH = real -> CheckedDirectory.open(real, () -> {});

    /**
     * Opens a root.
     *
     * @param real where it really is
     */
    SecureDirectoryStream<Path> open(Path real) throws IOException;

    /** The best way that this Java has here; empty if it has none that could tell a swapped directory from the right one. */
    static Optional<Opening> of(Path directory) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            if (stream instanceof SecureDirectoryStream<Path>) {
                return Optional.of(HANDLE);
            }
        }
        boolean known = directory.getFileSystem().supportedFileAttributeViews().contains("unix")
                && Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class)
                && Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                                .fileKey()
                        != null;
        return known ? Optional.of(PATH) : Optional.empty();
    }

    @SuppressWarnings("StreamResourceLeak") // it is the caller's
    private static SecureDirectoryStream<Path> byHandle(Path real) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(real);
        if (stream instanceof SecureDirectoryStream<Path> handle) {
            return handle;
        }
        stream.close();
        throw new FileSystemException(real.toString(), null, "it cannot be opened by handle any more");
    }
}
