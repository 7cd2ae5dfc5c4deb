package dev.ilura.tools.tree;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A directory is not the one any more that was opened. */
final class SwappedException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    SwappedException(Path directory) {
        super(directory.toString(), null, "somebody put something else in its place");
    }
}
