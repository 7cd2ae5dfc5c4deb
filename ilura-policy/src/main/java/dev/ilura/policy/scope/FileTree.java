package dev.ilura.policy.scope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The file system behind path arguments, as far as links matter. Thread-safe. */
public interface FileTree {
    /** How this file system reads paths. */
    PathDialect dialect();

    /**
     * The path of an existing file with every link resolved; empty if there is no such file.
     *
     * @param absolute without {@code .} and {@code ..}
     * @throws IOException if that cannot be found out; the value is then denied
     */
    Optional<String> realPath(String absolute) throws IOException;

    /** Whether there is a link at this place, wherever it points, even nowhere. */
    boolean isLink(String absolute);

    /** Whether an existing file has further names, which may be anywhere; false where that is not known. */
    default boolean hasOtherNames(String absolute) {
        return false;
    }

    /** The file system of this machine. */
    static FileTree system() {
        return SystemTree.INSTANCE;
    }

    /** The real one. */
    enum SystemTree implements FileTree {
        INSTANCE;

        private static final PathDialect DIALECT = PathDialect.ofThisSystem();

        @Override
        public PathDialect dialect() {
            return DIALECT;
        }

        @Override
        public Optional<String> realPath(String absolute) throws IOException {
            try {
                return Optional.of(Path.of(absolute).toRealPath().toString());
            } catch (NoSuchFileException absent) {
                return Optional.empty();
            }
        }

        @Override
        public boolean isLink(String absolute) {
            return Files.isSymbolicLink(Path.of(absolute));
        }

        @Override
        public boolean hasOtherNames(String absolute) {
            try {
                Path path = Path.of(absolute);
                return !Files.isDirectory(path)
                        && Files.getAttribute(path, "unix:nlink") instanceof Integer links
                        && links > 1;
            } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
                return false;
            }
        }
    }
}
