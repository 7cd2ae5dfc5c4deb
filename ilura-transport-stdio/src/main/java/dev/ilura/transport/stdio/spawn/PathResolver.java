package dev.ilura.transport.stdio.spawn;

import java.util.Objects;

/**
 * What stands where in the file system. The judgement sees nothing else of it, so it can be made over a described file
 * system as well as over the real one.
 */
public interface PathResolver {

    /** The file system of this machine. */
    static PathResolver ofThisMachine() {
        return new RealPaths();
    }

    /** What an absolute path leads to, links followed. */
    Found find(String absolutePath);

    /**
     * SHA-256 (hex) of a regular file.
     *
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    String digest(String realPath);

    /**
     * One finding.
     *
     * @param kind what it is
     * @param realPath where it really is; the path asked for if it is missing
     * @param guarded whether it and every directory above belong to an administrator or this user, and nobody else can
     *     write there
     */
    record Found(Kind kind, String realPath, boolean guarded) {
        public Found {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(realPath, "realPath");
        }

        public boolean isFile() {
            return kind == Kind.FILE;
        }

        public boolean isDirectory() {
            return kind == Kind.DIRECTORY;
        }
    }

    /** What can stand at a path. */
    enum Kind {
        FILE,
        DIRECTORY,
        /** A device, a socket, a pipe. */
        OTHER,
        MISSING
    }
}
