package dev.ilura.tools.file;

import static dev.ilura.tools.tool.Described.count;
import static dev.ilura.tools.tool.Described.flag;
import static dev.ilura.tools.tool.Described.number;
import static dev.ilura.tools.tool.Described.ordered;
import static dev.ilura.tools.tool.Described.text;
import static dev.ilura.tools.tool.Described.texts;

import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.tool.Args;
import dev.ilura.tools.tool.Described;
import dev.ilura.tools.tree.Descent;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.RootTree;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tools that find files by name and by content, within bounds of entries, bytes and time. */
final class SearchTools {
    private static final int VISITED = 200_000;

    private final RootTree tree;
    private final FileLimits limits;

    SearchTools(RootTree tree, FileLimits limits) {
        this.tree = tree;
        this.limits = limits;
    }

    List<OwnTool> all() {
        return List.of(searchFiles(), searchContent());
    }

    private OwnTool searchFiles() {
        return Described.tool(
                        "search_files",
                        "Search Files",
                        "Find files and directories by a glob over their path below the start, for example **/*.md. Returns "
                                + "whole paths. Only searches within allowed directories.")
                .needs("path", text("Where to start."))
                .needs("pattern", text("A glob: *.txt is in the directory itself, **/*.txt anywhere below."))
                .takes("excludePatterns", texts("Globs that are left out, with all below them."))
                .gives("content", text("One line a path."))
                .mayGive("left_out", number("How many entries were not looked at or not shown: there are too many."))
                .reads(false)
                .does(this::searchFiles);
    }

    private ToolReply searchFiles(Args args, ToolRequest request) throws ToolException {
        Patterns wanted = Patterns.of(List.of(args.text("pattern")));
        Patterns without = Patterns.of(args.texts("excludePatterns"));
        List<String> found = new ArrayList<>();
        long[] counts = new long[2];
        try (Place start = tree.find(args.text("path"))) {
            Descent descent = new Descent(tree, VISITED);
            descent.below(start, (place, attributes) -> {
                request.checkCancelled();
                if (counts[0]++ >= VISITED || found.size() >= limits.entries()) {
                    counts[1]++;
                    return false;
                }
                if (counts[0] % 2000 == 0) {
                    request.progress(counts[0], 0, counts[0] + " entries looked at");
                }
                if (without.match(start.relative(), place.relative())) {
                    return false;
                }
                if (wanted.match(start.relative(), place.relative())) {
                    found.add(place.real().toString());
                }
                return true;
            });
            long leftOut = descent.skipped() + counts[1];
            String content = found.isEmpty() ? "No matches found" : String.join("\n", found);
            ToolReply reply = ToolReply.of(content, ordered("content", content, "left_out", leftOut));
            return leftOut == 0 ? reply : reply.and(leftOutNote(leftOut));
        }
    }

    private Map<String, ?> leftOutNote(long leftOut) {
        return ordered(
                "type",
                "text",
                "text",
                "At least " + leftOut + " entries were left out: " + limits.entries() + " results and " + VISITED
                        + " entries looked at are the limits. Start deeper, or be more exact.");
    }

    private OwnTool searchContent() {
        return Described.tool(
                        "search_content",
                        "Search Content",
                        "Find lines in text files below a directory, or in one file. Binary files, and files that look "
                                + "like secrets unless one is named itself, are left out. Only searches within allowed "
                                + "directories.")
                .needs("path", text("Where to start: a directory or a file."))
                .needs("pattern", text("What to find: plain text, or a regular expression if regex is true."))
                .takes("regex", flag("Whether the pattern is a (Java) regular expression over one line."))
                .takes("ignoreCase", flag("Whether upper and lower case are one."))
                .takes("glob", text("Only files whose path below the start matches, for example **/*.java."))
                .takes("context", count("Lines to show around each match.", 0, 10))
                .takes("maxResults", count("How many matching lines at most; 200 otherwise.", 1, 2000))
                .gives("content", text("path:line: text, one line a match."))
                .mayGive("matches", number("How many lines matched."))
                .mayGive("files", number("How many files were read."))
                .mayGive("skipped", number("Binary, secret, unreadable or too large files."))
                .mayGive("truncated", flag("Whether there may be more."))
                .reads(false)
                .does(this::searchContent);
    }

    private ToolReply searchContent(Args args, ToolRequest request) throws ToolException {
        ContentSearch search = new ContentSearch(args, limits, request);
        boolean complete;
        try (Place start = tree.find(args.text("path"))) {
            PosixFileAttributes found = start.existing();
            if (!found.isDirectory()) {
                start.requireFile();
                search.file(start, found);
                complete = true;
            } else {
                Descent descent = new Descent(tree, VISITED);
                long[] visited = new long[1];
                descent.below(start, (place, attributes) -> {
                    request.checkCancelled();
                    if (search.isFull() || visited[0]++ >= VISITED) {
                        return false;
                    }
                    if (attributes.isRegularFile() && search.wants(start, place)) {
                        if (place.isSecret() && !start.isSecret()) {
                            search.skip();
                        } else {
                            search.file(place, attributes);
                        }
                    }
                    return !place.isSecret() || start.isSecret();
                });
                complete = descent.skipped() == 0 && visited[0] <= VISITED;
            }
        }
        return search.reply(complete);
    }
}
