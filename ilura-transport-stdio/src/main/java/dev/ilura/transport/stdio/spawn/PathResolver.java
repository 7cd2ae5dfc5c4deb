package dev.ilura.transport.stdio.spawn;

import java.util.Objects;
import java.util.Optional;

/**
 * What stands where in the file system. The judgement sees nothing else of it, so it can be made over a described file
 * system as well as over the real one. Thread-safe.
 */
public interface PathResolver {

    /** The file system of this machine. */
    static PathResolver ofThisMachine() {
        return new RealPaths();
    }

    /** Where an absolute path leads, links followed, if that is a regular file. */
    Optional<Found> file(String absolutePath);

    /** Where an absolute path leads, links followed, if that is a directory. */
    Optional<Found> directory(String absolutePath);

    /**
     * SHA-256 (hex) of a regular file.
     *
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    String digest(String realPath);

    /**
     * One finding.
     *
     * @param realPath where it really is
     * @param custody who could put something else there
     */
    record Found(String realPath, Custody custody) {
        public Found {
            Objects.requireNonNull(realPath, "realPath");
            Objects.requireNonNull(custody, "custody");
        }
    }

    /** Who could change a file, or put another in its place. */
    enum Custody {
        /** Only an administrator. */
        ADMINISTRATOR,
        /** This user, and an administrator. */
        USER,
        /** Others as well: it, or a directory on the way to it, is theirs or open to them. */
        OTHERS
    }
}
