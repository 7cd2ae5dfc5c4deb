package dev.ilura.tools.file;

import dev.ilura.json.JsonWriter;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.tree.Descent;
import dev.ilura.tools.tree.Place;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;

/** Writes a tree as JSON while it is visited, two blanks a level, as {@code JSON.stringify(tree, null, 2)} would. */
final class TreeText implements Descent.Visitor {
    private final Path start;
    private final Patterns without;
    private final int most;
    private final ToolRequest request;
    private final StringBuilder json = new StringBuilder("[");
    private final Deque<Boolean> empty = new ArrayDeque<>();
    private long shown;
    private long leftOut;

    TreeText(Path start, Patterns without, int most, ToolRequest request) {
        this.start = start;
        this.without = without;
        this.most = most;
        this.request = request;
        empty.push(true);
    }

    @Override
    public boolean enter(Place place, PosixFileAttributes attributes) throws ToolException {
        request.checkCancelled();
        if (without.match(start, place.relative())) {
            return false;
        }
        if (shown >= most) {
            leftOut++;
            return false;
        }
        shown++;
        if (shown % 500 == 0) {
            request.progress(shown, 0, shown + " entries");
        }
        begin();
        indent(1);
        member("name", place.real().getFileName().toString());
        json.append(',');
        indent(1);
        member("type", attributes.isDirectory() ? "directory" : "file");
        if (attributes.isDirectory()) {
            json.append(',');
            indent(1);
            json.append("\"children\": [");
            empty.push(true);
            return true;
        }
        indent(0);
        json.append('}');
        return false;
    }

    @Override
    public void leave(Place place) {
        if (!empty.pop()) {
            indent(1);
        }
        json.append(']');
        indent(0);
        json.append('}');
    }

    private void begin() {
        if (!empty.pop()) {
            json.append(',');
        }
        empty.push(false);
        indent(0);
        json.append('{');
    }

    /** An entry stands two levels below the one it is in. */
    private void indent(int more) {
        json.append('\n').append("  ".repeat(empty.size() * 2 - 1 + more));
    }

    private void member(String name, String value) {
        json.append('"')
                .append(name)
                .append("\": ")
                .append(new String(JsonWriter.string(value), StandardCharsets.UTF_8));
    }

    long leftOut() {
        return leftOut;
    }

    String json() {
        return json + (shown == 0 ? "]" : "\n]");
    }
}
