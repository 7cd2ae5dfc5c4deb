package dev.ilura.tools.file;

import static dev.ilura.tools.tool.Described.flag;
import static dev.ilura.tools.tool.Described.objects;
import static dev.ilura.tools.tool.Described.oneOf;
import static dev.ilura.tools.tool.Described.ordered;
import static dev.ilura.tools.tool.Described.text;

import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.tool.Args;
import dev.ilura.tools.tool.Described;
import dev.ilura.tools.tree.Changes;
import dev.ilura.tools.tree.Failures;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.Replacement;
import dev.ilura.tools.tree.RootTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tools that change what is in files. One change at a time; whoever has to know is told before. */
final class ChangeTools {
    private final RootTree tree;
    private final FileLimits limits;
    private final Changes changes;

    ChangeTools(RootTree tree, FileLimits limits, Changes changes) {
        this.tree = tree;
        this.limits = limits;
        this.changes = changes;
    }

    List<OwnTool> all() {
        return List.of(write(), edit(), createDirectory());
    }

    private OwnTool write() {
        return Described.tool(
                        "write_file",
                        "Write File",
                        "Create a file, or replace the whole content of one. It is written beside its place and renamed, so "
                                + "nobody sees half of it; an existing file keeps its permissions and its encoding. Only "
                                + "works within allowed directories.")
                .needs("path", text("The file. Its directory must exist."))
                .needs("content", text("The whole new content."))
                .takes(
                        "encoding",
                        oneOf(
                                "How to spell it; otherwise as the existing file, UTF-8 for a new one.",
                                List.of("utf-8", "utf-16le", "utf-16be", "iso-8859-1")))
                .gives("content", text("What was done."))
                .changes(true, true, false)
                .does(this::write);
    }

    private ToolReply write(Args args, ToolRequest request) throws ToolException {
        String path = args.text("path");
        String content = args.text("content");
        tree.changes().lock();
        try (Place place = tree.find(path)) {
            if (place.isRoot()) {
                throw new ToolException("ILR-TOOLS-015", place.shown() + " is a directory.", "Name a file in it.");
            }
            Optional<PosixFileAttributes> before = place.attributes();
            if (before.isPresent()) {
                place.requireFile();
            }
            byte[] bytes = TextContent.bytes(content, encoding(args, place, before));
            request.checkCancelled();
            changes.before(request, List.of(place));
            replace(place, bytes, before);
            String text = "Successfully wrote to " + path;
            return ToolReply.of(text, Map.of("content", text));
        } finally {
            tree.changes().unlock();
        }
    }

    private TextContent.Encoding encoding(Args args, Place place, Optional<PosixFileAttributes> before)
            throws ToolException {
        Optional<String> asked = args.optionalText("encoding");
        if (asked.isPresent()) {
            return switch (asked.get()) {
                case "utf-8" -> TextContent.Encoding.UTF_8;
                case "utf-16le" -> new TextContent.Encoding(StandardCharsets.UTF_16LE, "\uFEFF");
                case "utf-16be" -> new TextContent.Encoding(StandardCharsets.UTF_16BE, "\uFEFF");
                case "iso-8859-1" -> new TextContent.Encoding(StandardCharsets.ISO_8859_1, "");
                default ->
                    throw new ToolException(
                            "ILR-TOOLS-005", "There is no encoding of that name.", "Write utf-8, or leave it out.");
            };
        }
        if (before.isEmpty() || before.get().size() == 0 || before.get().size() > limits.editBytes()) {
            return TextContent.Encoding.UTF_8;
        }
        return TextContent.of(ReadTools.bytes(place, limits.editBytes()))
                .map(TextContent::encoding)
                .orElse(TextContent.Encoding.UTF_8);
    }

    private static void replace(Place place, byte[] bytes, Optional<PosixFileAttributes> before) throws ToolException {
        try (Replacement replacement = place.replacement()) {
            replacement.write(bytes);
            replacement.finish(before);
        }
    }

    private OwnTool edit() {
        return Described.tool(
                        "edit_file",
                        "Edit File",
                        "Replace exact pieces of a text file: all edits or none. Each oldText must be there, and only once "
                                + "unless replaceAll is set. Line ends and encoding stay as they are. Returns a unified "
                                + "diff; with dryRun nothing is written. Only works within allowed directories.")
                .needs("path", text("The file."))
                .needs(
                        "edits",
                        objects(
                                "What to replace, in this order.",
                                ordered(
                                        "oldText",
                                        text("The text to find, exactly as it is."),
                                        "newText",
                                        text("The text to put in its place."),
                                        "replaceAll",
                                        flag("Whether every place is meant, not just the only one.")),
                                List.of("oldText", "newText")))
                .takes("dryRun", flag("Only show what would change."))
                .gives("content", text("The difference, as a fenced diff."))
                .mayGive("changed", flag("Whether the file was written."))
                .changes(true, false, false)
                .does(this::edit);
    }

    private ToolReply edit(Args args, ToolRequest request) throws ToolException {
        List<TextEdit> edits = TextEdit.of(args);
        boolean dryRun = args.flag("dryRun");
        tree.changes().lock();
        try (Place place = tree.find(args.text("path"))) {
            PosixFileAttributes before = place.requireFile();
            if (before.size() > limits.editBytes()) {
                throw new ToolException(
                        "ILR-TOOLS-024",
                        place.shown() + " has " + before.size() + " bytes; " + limits.editBytes()
                                + " is the limit for an edit.",
                        "Work on a smaller file.");
            }
            TextContent content = TextContent.of(ReadTools.bytes(place, limits.editBytes()))
                    .orElseThrow(() -> ReadTools.binary(place));
            String changed = TextEdit.apply(edits, content);
            String diff = UnifiedDiff.fenced(place.real().toString(), content.text(), changed);
            boolean written = !dryRun && !changed.equals(content.text());
            if (written) {
                byte[] bytes = TextContent.bytes(changed, content.encoding());
                request.checkCancelled();
                changes.before(request, List.of(place));
                replace(place, bytes, Optional.of(before));
            }
            return ToolReply.of(diff, ordered("content", diff, "changed", written));
        } finally {
            tree.changes().unlock();
        }
    }

    private OwnTool createDirectory() {
        return Described.tool(
                        "create_directory",
                        "Create Directory",
                        "Make a directory, with those above it that are missing; if it is there, nothing happens. Only works "
                                + "within allowed directories.")
                .needs("path", text("The directory."))
                .gives("content", text("What was done."))
                .changes(false, true, false)
                .does(this::createDirectory);
    }

    private ToolReply createDirectory(Args args, ToolRequest request) throws ToolException {
        String path = args.text("path");
        tree.changes().lock();
        try {
            for (String missing : missing(path)) {
                try (Place place = tree.find(missing)) {
                    Optional<PosixFileAttributes> there = place.attributes();
                    if (there.isPresent() && there.get().isDirectory()) {
                        continue;
                    }
                    if (there.isPresent()) {
                        throw Failures.exists(missing);
                    }
                    changes.before(request, List.of(place));
                    place.makeDirectory();
                }
            }
        } finally {
            tree.changes().unlock();
        }
        String text = "Successfully created directory " + path;
        return ToolReply.of(text, Map.of("content", text));
    }

    /** The path and what is above it within the root, outermost first. */
    private List<String> missing(String path) throws ToolException {
        List<String> all = new ArrayList<>();
        Path at;
        try {
            at = Path.of(path);
        } catch (java.nio.file.InvalidPathException e) {
            throw new ToolException("ILR-TOOLS-010", "This is no path.", "Write a plain path.", e);
        }
        Path whole = (at.isAbsolute() ? at : tree.directories().get(0).resolve(at)).normalize();
        for (Path up = whole;
                up != null
                        && !tree.directories().contains(up)
                        && !tree.realDirectories().contains(up); ) {
            all.add(0, up.toString());
            up = up.getParent();
            if (up == null) {
                return List.of(path);
            }
        }
        return all.isEmpty() ? List.of(path) : all;
    }
}
