package dev.ilura.tools.time;

import dev.ilura.json.JsonValue;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What was at a path. Immutable.
 *
 * @param path absolute and real
 * @param kind what kind of thing
 * @param mode permissions as {@code rwxr-x---}; empty if nothing was there
 * @param modified when it was changed last
 * @param size bytes of a file
 * @param content the object that holds a file's bytes (hex), or where a link led; empty otherwise
 */
record Entry(Path path, Kind kind, String mode, Instant modified, long size, String content) {
    /** Kinds of things. */
    enum Kind {
        ABSENT,
        FILE,
        DIRECTORY,
        LINK,
        /** A pipe, socket or device, which cannot be brought back. */
        OTHER
    }

    static Entry absent(Path path) {
        return new Entry(path, Kind.ABSENT, "", Instant.EPOCH, 0, "");
    }

    static Entry of(Path path, PosixFileAttributes found, String content) {
        return new Entry(
                path,
                kind(found),
                PosixFilePermissions.toString(found.permissions()),
                found.lastModifiedTime().toInstant(),
                found.isRegularFile() ? found.size() : 0,
                content);
    }

    static Kind kind(PosixFileAttributes found) {
        if (found.isRegularFile()) {
            return Kind.FILE;
        }
        if (found.isDirectory()) {
            return Kind.DIRECTORY;
        }
        return found.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
    }

    Set<PosixFilePermission> permissions() {
        return PosixFilePermissions.fromString(mode);
    }

    FileTime time() {
        return FileTime.from(modified);
    }

    /** Whether it is the same kind of thing with the same content; mode and time may differ. */
    boolean sameContent(Entry other) {
        return kind == other.kind && content.equals(other.content) && size == other.size;
    }

    List<Object> toJson() {
        List<Object> row = new ArrayList<>();
        row.add(path.toString());
        row.add(kind.name());
        row.add(mode);
        row.add(modified.getEpochSecond());
        row.add(modified.getNano());
        row.add(size);
        row.add(content);
        return row;
    }

    static Entry of(JsonValue row) {
        List<JsonValue> cells = row.elements();
        return new Entry(
                Path.of(cells.get(0).text()),
                Kind.valueOf(cells.get(1).text()),
                cells.get(2).text(),
                Instant.ofEpochSecond(
                        cells.get(3).integer().orElseThrow(),
                        cells.get(4).integer().orElseThrow()),
                cells.get(5).integer().orElseThrow(),
                cells.get(6).text());
    }
}
