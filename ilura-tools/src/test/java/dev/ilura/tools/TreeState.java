package dev.ilura.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All there is below a directory: kinds, bytes, links, modes and times. */
record TreeState(SortedMap<String, String> entries) {
    static TreeState of(Path root) throws IOException {
        SortedMap<String, String> entries = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                entries.put(root.relativize(path).toString(), line(path));
            }
        }
        return new TreeState(entries);
    }

    private static String line(Path path) throws IOException {
        PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String content = found.isRegularFile()
                ? "file " + Arrays.hashCode(Files.readAllBytes(path)) + " " + found.size()
                : found.isSymbolicLink() ? "link " + Files.readSymbolicLink(path) : "directory";
        // before Java 18 the times of links are set in whole microseconds
        java.time.Instant modified = found.isSymbolicLink()
                ? found.lastModifiedTime().toInstant().truncatedTo(java.time.temporal.ChronoUnit.MICROS)
                : found.lastModifiedTime().toInstant();
        return content + " " + PosixFilePermissions.toString(found.permissions()) + " " + modified;
    }

    /** What is not as in the other, which it should be. */
    java.util.List<String> differencesTo(TreeState other) {
        java.util.TreeSet<String> paths = new java.util.TreeSet<>(entries.keySet());
        paths.addAll(other.entries.keySet());
        return paths.stream()
                .filter(path -> !java.util.Objects.equals(entries.get(path), other.entries.get(path)))
                .map(path -> path + ": " + entries.get(path) + " instead of " + other.entries.get(path))
                .toList();
    }

    /** Only what is in files, and where. */
    TreeState withoutTimes() {
        SortedMap<String, String> plain = new TreeMap<>();
        entries.forEach((path, line) -> plain.put(path, line.replaceAll(" [^ ]+$", "")));
        return new TreeState(plain);
    }
}
