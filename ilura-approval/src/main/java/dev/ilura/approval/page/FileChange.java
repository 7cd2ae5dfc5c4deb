package dev.ilura.approval.page;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a call would change in a file, as a comparison: for calls that bring a path and its new content, and for those
 * that bring old and new pieces of text. A help for reading; what is sent stands beside it in full.
 *
 * @param title what is compared
 * @param lines the comparison
 * @param coversContent whether the whole argument {@code content} can be read from the comparison
 */
record FileChange(String title, List<LineDiff.Line> lines, boolean coversContent) {
    private static final long MAX_FILE_BYTES = 256 * 1024;
    private static final int MAX_LINES = 2_000;

    FileChange {
        lines = List.copyOf(lines);
    }

    /** Empty if the call does not look like one that writes text. Reads no file outside the call's roots. */
    static List<FileChange> of(ToolCall call) {
        JsonValue arguments = call.arguments().json();
        Optional<String> path = text(arguments, "path");
        Optional<String> content = text(arguments, "content");
        List<FileChange> changes = new ArrayList<>();
        if (path.isPresent() && content.isPresent()) {
            whole(call.roots(), path.get(), content.get()).ifPresent(changes::add);
        }
        pieces(arguments, "This edit").ifPresent(changes::add);
        int number = 1;
        for (JsonValue edit : arguments.member("edits").map(JsonValue::elements).orElse(List.of())) {
            pieces(edit, "Edit " + number++).ifPresent(changes::add);
        }
        return changes;
    }

    Map<String, Object> view() {
        return Map.of(
                "title",
                Shown.of(title),
                "lines",
                lines.stream().map(FileChange::view).toList());
    }

    private static Map<String, Object> view(LineDiff.Line line) {
        return Map.of("kind", line.kind().name().toLowerCase(Locale.ROOT), "text", Shown.of(line.text()));
    }

    private static Optional<FileChange> whole(List<Path> roots, String path, String content) {
        try {
            Path file = Path.of(path);
            Path directory = file.getParent();
            if (!file.isAbsolute() || directory == null || !inside(roots, directory.toRealPath())) {
                return Optional.empty();
            }
            return Optional.of(compared(roots, file, content));
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static FileChange compared(List<Path> roots, Path file, String content) throws IOException {
        try {
            Path real = file.toRealPath();
            if (!inside(roots, real) || !Files.isRegularFile(real) || Files.size(real) > MAX_FILE_BYTES) {
                throw new IOException("not a file to compare with");
            }
            String before = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(real)))
                    .toString();
            return change("Change to the file as it is now", before, content);
        } catch (NoSuchFileException isNew) {
            return change("New file", "", content);
        }
    }

    private static FileChange change(String title, String before, String after) {
        List<LineDiff.Line> lines = LineDiff.between(before, after);
        return lines.size() <= MAX_LINES
                ? new FileChange(title, lines, true)
                : new FileChange(title + " (too long to compare)", List.of(), false);
    }

    private static Optional<FileChange> pieces(JsonValue edit, String title) {
        Optional<String> old = text(edit, "oldText").or(() -> text(edit, "old_string"));
        Optional<String> fresh = text(edit, "newText").or(() -> text(edit, "new_string"));
        return old.isPresent() && fresh.isPresent()
                ? Optional.of(new FileChange(title, LineDiff.between(old.get(), fresh.get()), false))
                : Optional.empty();
    }

    private static boolean inside(List<Path> roots, Path real) throws IOException {
        for (Path root : roots) {
            if (real.startsWith(root.toRealPath())) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> text(JsonValue json, String name) {
        return json.member(name).filter(JsonValue::isString).map(JsonValue::text);
    }
}
