package dev.ilura.transport.stdio;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a program finds further files of its own beside itself, so that a copy elsewhere would not run. Libraries, archives
 * and resources say so; other programs in the same directory do not.
 */
final class Siblings {
    private static final Pattern FILES =
            Pattern.compile(".*\\.(dll|dylib|so(\\.[0-9]+)*|jar|pyd|node|asar|pak|dat|runtimeconfig\\.json)");
    private static final Set<String> DIRECTORIES =
            Set.of("lib", "libs", "_internal", "frameworks", "resources", "runtime", "node_modules");
    /** Below these, {@code ../lib} belongs to everybody. */
    private static final List<String> PREFIXES = List.of(
            "/usr", "/usr/local", "/opt/homebrew", "/opt/local", System.getProperty("user.home", "/") + "/.local");

    private Siblings() {}

    static boolean isNeededBy(Path program) {
        Path directory = program.getParent();
        if (directory == null || holdsAny(directory)) {
            return directory != null;
        }
        Path above = directory.getParent();
        boolean inside = List.of("bin", "macos").contains(name(directory));
        return inside && above != null && !PREFIXES.contains(above.toString()) && holdsAny(above);
    }

    private static boolean holdsAny(Path directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = name(entry);
                if (Files.isDirectory(entry)
                        ? DIRECTORIES.contains(name)
                        : FILES.matcher(name).matches()) {
                    return true;
                }
            }
        } catch (IOException unreadable) {
            // what cannot be listed is not found by the program either
        }
        return false;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    }
}
