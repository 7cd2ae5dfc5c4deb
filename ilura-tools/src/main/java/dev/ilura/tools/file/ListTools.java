package dev.ilura.tools.file;

import static dev.ilura.tools.tool.Described.number;
import static dev.ilura.tools.tool.Described.oneOf;
import static dev.ilura.tools.tool.Described.ordered;
import static dev.ilura.tools.tool.Described.text;
import static dev.ilura.tools.tool.Described.texts;

import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.ToolRequest;
import dev.ilura.text.VisibleText;
import dev.ilura.tools.tool.Args;
import dev.ilura.tools.tool.Described;
import dev.ilura.tools.tree.Descent;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.RootTree;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Tools that say what there is. */
final class ListTools {
    private final RootTree tree;
    private final FileLimits limits;

    ListTools(RootTree tree, FileLimits limits) {
        this.tree = tree;
        this.limits = limits;
    }

    List<OwnTool> all() {
        return List.of(list(), listWithSizes(), directoryTree(), info(), allowed());
    }

    private OwnTool list() {
        return Described.tool(
                        "list_directory",
                        "List Directory",
                        "List what is in a directory, [FILE] or [DIR] before each name. Only works within allowed "
                                + "directories.")
                .needs("path", text("The directory."))
                .gives("content", text("One line a name."))
                .mayGive("left_out", number("How many entries are not shown because there are too many."))
                .reads(false)
                .does(this::list);
    }

    private ToolReply list(Args args, ToolRequest request) throws ToolException {
        try (Place place = tree.find(args.text("path"))) {
            Descent descent = new Descent(tree, limits.entries());
            List<String> lines = new ArrayList<>();
            for (Descent.Entry entry : descent.entries(place)) {
                lines.add(label(entry.attributes()) + " " + entry.name());
            }
            return listing(lines, descent.skipped());
        }
    }

    private ToolReply listing(List<String> lines, long leftOut) {
        if (leftOut > 0) {
            lines.add("... and " + leftOut + " more (" + limits.entries()
                    + " is the limit of one listing; search_files finds single ones)");
        }
        String content = String.join("\n", lines);
        return ToolReply.of(content, ordered("content", content, "left_out", leftOut));
    }

    private static String label(PosixFileAttributes attributes) {
        return attributes.isDirectory() ? "[DIR]" : "[FILE]";
    }

    private OwnTool listWithSizes() {
        return Described.tool(
                        "list_directory_with_sizes",
                        "List Directory with Sizes",
                        "List what is in a directory with sizes and their sum. Only works within allowed directories.")
                .needs("path", text("The directory."))
                .takes("sortBy", oneOf("Sort by name (default) or size.", List.of("name", "size")))
                .gives("content", text("One line a name, and the sum."))
                .mayGive("left_out", number("How many entries are not shown because there are too many."))
                .reads(false)
                .does(this::listWithSizes);
    }

    private ToolReply listWithSizes(Args args, ToolRequest request) throws ToolException {
        boolean bySize = args.optionalText("sortBy").filter("size"::equals).isPresent();
        try (Place place = tree.find(args.text("path"))) {
            Descent descent = new Descent(tree, limits.entries());
            List<Descent.Entry> entries = new ArrayList<>(descent.entries(place));
            if (bySize) {
                entries.sort(Comparator.comparingLong(
                                (Descent.Entry entry) -> entry.attributes().size())
                        .reversed());
            }
            List<String> lines = new ArrayList<>();
            long sum = 0;
            int directories = 0;
            for (Descent.Entry entry : entries) {
                boolean directory = entry.attributes().isDirectory();
                directories += directory ? 1 : 0;
                long size = entry.attributes().size();
                sum += directory ? 0 : size;
                lines.add(String.format(
                        Locale.ROOT,
                        "%s %-30s %s",
                        label(entry.attributes()),
                        entry.name(),
                        directory ? "" : String.format(Locale.ROOT, "%10s", sized(size))));
            }
            lines.add("");
            lines.add("Total: " + (entries.size() - directories) + " files, " + directories + " directories");
            lines.add("Combined size: " + sized(sum));
            return listing(lines, descent.skipped());
        }
    }

    static String sized(long bytes) {
        String[] units = {"B", "KB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.2f %s", value, units[unit]);
    }

    private OwnTool directoryTree() {
        return Described.tool(
                        "directory_tree",
                        "Directory Tree",
                        "Show everything below a directory as JSON: name, type (file or directory), and the children of "
                                + "directories. Only works within allowed directories.")
                .needs("path", text("The directory."))
                .takes("excludePatterns", texts("Globs over the path below it that are left out."))
                .gives("content", text("The tree as JSON."))
                .mayGive("left_out", number("How many entries are not shown because there are too many."))
                .reads(false)
                .does(this::directoryTree);
    }

    private ToolReply directoryTree(Args args, ToolRequest request) throws ToolException {
        Patterns without = Patterns.excluding(args.texts("excludePatterns"));
        try (Place place = tree.find(args.text("path"))) {
            TreeText text = new TreeText(place.relative(), without, limits.entries(), request);
            Descent descent = new Descent(tree, limits.entries());
            descent.below(place, text);
            long leftOut = descent.skipped() + text.leftOut();
            String content = text.json();
            ToolReply reply = ToolReply.of(content, ordered("content", content, "left_out", leftOut));
            return leftOut == 0
                    ? reply
                    : reply.and(ordered(
                            "type",
                            "text",
                            "text",
                            leftOut + " entries are left out: " + limits.entries() + " is the limit of one tree."));
        }
    }

    private OwnTool info() {
        return Described.tool(
                        "get_file_info",
                        "Get File Info",
                        "Size, times, permissions and kind of a file or directory. Only works within allowed directories.")
                .needs("path", text("The file or directory."))
                .gives("content", text("One line a fact."))
                .mayGive("size", number("Bytes."))
                .mayGive("modified", text("When it was changed last, UTC."))
                .mayGive("isDirectory", Described.flag("Whether it is a directory."))
                .mayGive("isFile", Described.flag("Whether it is a plain file."))
                .mayGive("permissions", text("Octal."))
                .reads(false)
                .does(this::info);
    }

    private ToolReply info(Args args, ToolRequest request) throws ToolException {
        try (Place place = tree.find(args.text("path"))) {
            PosixFileAttributes found = place.existing();
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("size", found.size());
            facts.put("created", found.creationTime().toInstant().toString());
            facts.put("modified", found.lastModifiedTime().toInstant().toString());
            facts.put("accessed", found.lastAccessTime().toInstant().toString());
            facts.put("isDirectory", found.isDirectory());
            facts.put("isFile", found.isRegularFile());
            facts.put("permissions", octal(found.permissions()));
            List<String> lines = new ArrayList<>();
            facts.forEach((name, value) -> lines.add(name + ": " + value));
            String content = String.join("\n", lines);
            facts.remove("created");
            facts.remove("accessed");
            Map<String, Object> structured = new LinkedHashMap<>();
            structured.put("content", content);
            structured.putAll(facts);
            return ToolReply.of(content, structured);
        }
    }

    @SuppressWarnings("EnumOrdinal") // its order is that of the bits
    static String octal(Set<PosixFilePermission> permissions) {
        int mode = 0;
        for (PosixFilePermission permission : permissions) {
            mode |= 0400 >> permission.ordinal();
        }
        return String.format(Locale.ROOT, "%03o", mode);
    }

    private OwnTool allowed() {
        return Described.tool(
                        "list_allowed_directories",
                        "List Allowed Directories",
                        "The directories that these tools work in.")
                .gives("content", text("One line a directory."))
                .reads(false)
                .does((args, request) -> {
                    String content = "Allowed directories:\n"
                            + String.join(
                                    "\n",
                                    tree.directories().stream()
                                            .map(Path::toString)
                                            .map(VisibleText::oneLine)
                                            .toList());
                    return ToolReply.of(content, Map.of("content", content));
                });
    }
}
