package dev.ilura.tools.file;

import static dev.ilura.tools.tool.Described.ordered;

import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.tool.Args;
import dev.ilura.tools.tree.Place;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** One search through the text of files. Used once, by one thread. */
final class ContentSearch {
    private static final int MAX_PATTERN = 1000;
    private static final int MAX_LINE = 4096;
    private static final long MAX_FILE = 8 << 20;
    private static final long MAX_BYTES = 512L << 20;

    /** The attack: a regular expression that takes exponential time. Each look at a character costs one. */
    private static final long STEPS = 400_000_000L;

    private final Pattern pattern;
    private final Patterns wanted;
    private final int context;
    private final long most;
    private final long limit;
    private final ToolRequest request;
    private final StringBuilder out = new StringBuilder();
    private long matches;
    private long files;
    private long skipped;
    private long bytes;
    private long steps;
    private boolean full;

    ContentSearch(Args args, FileLimits limits, ToolRequest request) throws ToolException {
        this.pattern = pattern(args);
        this.wanted = Patterns.of(List.of(args.optionalText("glob").orElse("**")));
        this.context = (int) args.integer("context", 0, 0, 10);
        this.most = args.integer("maxResults", 200, 1, 2000);
        this.limit = limits.readBytes();
        this.request = request;
    }

    private static Pattern pattern(Args args) throws ToolException {
        String text = args.text("pattern");
        if (text.isEmpty() || text.length() > MAX_PATTERN) {
            throw new ToolException(
                    "ILR-TOOLS-005", "A pattern has 1 to " + MAX_PATTERN + " characters.", "Search for less.");
        }
        int flags = (args.flag("regex") ? 0 : Pattern.LITERAL)
                | (args.flag("ignoreCase") ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
        try {
            return Pattern.compile(text, flags);
        } catch (PatternSyntaxException e) {
            throw new ToolException(
                    "ILR-TOOLS-005",
                    "The pattern is no regular expression: " + e.getDescription() + ".",
                    "Correct it, or set regex to false.",
                    e);
        }
    }

    boolean isFull() {
        return full;
    }

    boolean wants(Place start, Place found) {
        return wanted.match(start.relative(), found.relative());
    }

    void skip() {
        skipped++;
    }

    void file(Place place, PosixFileAttributes attributes) throws ToolException {
        if (attributes.size() > MAX_FILE || bytes + attributes.size() > MAX_BYTES) {
            skipped++;
            full |= bytes + attributes.size() > MAX_BYTES;
            return;
        }
        TextContent content;
        try {
            byte[] read = ReadTools.bytes(place, MAX_FILE);
            bytes += read.length;
            content = TextContent.of(read).orElse(null);
        } catch (ToolException e) {
            content = null;
        }
        if (content == null) {
            skipped++;
            return;
        }
        files++;
        if (files % 200 == 0) {
            request.progress(files, 0, files + " files read");
        }
        lines(place, content.text().split("\r?\n", -1));
    }

    private void lines(Place place, String[] lines) throws ToolException {
        int shownUpTo = -1;
        for (int i = 0; i < lines.length && !full; i++) {
            if (!matches(lines[i])) {
                continue;
            }
            matches++;
            for (int j = Math.max(shownUpTo + 1, i - context); j <= Math.min(lines.length - 1, i + context); j++) {
                out.append(place.shown())
                        .append(j == i ? ':' : '-')
                        .append(j + 1)
                        .append(j == i ? ": " : "- ");
                out.append(shortened(lines[j])).append('\n');
                shownUpTo = j;
            }
            full = matches >= most || out.length() >= limit;
        }
    }

    private boolean matches(String line) throws ToolException {
        Matcher matcher = pattern.matcher(new Metered(shortened(line)));
        try {
            return matcher.find();
        } catch (OverspentException | StackOverflowError e) {
            throw new ToolException(
                    "ILR-TOOLS-026",
                    "The regular expression takes too long: it looks at characters again and again.",
                    "Write it without nested repetitions.",
                    e);
        }
    }

    private static String shortened(String line) {
        return line.length() > MAX_LINE ? line.substring(0, MAX_LINE) : line;
    }

    ToolReply reply(boolean complete) {
        boolean truncated = full || !complete;
        String content = matches == 0 ? "No matches found" : out.toString().stripTrailing();
        if (truncated) {
            content += "\n... there may be more: the search ended at its limit";
        }
        return ToolReply.of(
                content,
                ordered(
                        "content",
                        content,
                        "matches",
                        matches,
                        "files",
                        files,
                        "skipped",
                        skipped,
                        "truncated",
                        truncated));
    }

    private static final class OverspentException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Counts how often it is looked at, over the whole search. */
    private final class Metered implements CharSequence {
        private final String text;

        Metered(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > STEPS || ((steps & 0xFFFFF) == 0 && request.isCancelled())) {
                throw new OverspentException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
