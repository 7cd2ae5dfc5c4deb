package dev.ilura.tools.file;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.Patch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The difference of two texts as people and patch read it. */
public final class UnifiedDiff {
    private static final int CONTEXT = 4;
    private static final String NO_NEWLINE = "\\ No newline at end of file";

    /** Beyond this a difference takes too long, and nobody reads it. */
    private static final int MAX_LINES = 60_000;

    private UnifiedDiff() {}

    /** Between fences that the text itself does not have. */
    static String fenced(String path, String before, String after) {
        String diff = of(path, before, after);
        String fence = "```";
        while (diff.contains(fence)) {
            fence += "`";
        }
        return fence + "diff\n" + diff + fence + "\n\n";
    }

    /** With the header that others write too. */
    public static String of(String path, String before, String after) {
        StringBuilder out = new StringBuilder("Index: ")
                .append(path)
                .append("\n===================================================================\n--- ")
                .append(path)
                .append("\toriginal\n+++ ")
                .append(path)
                .append("\tmodified\n");
        List<String> old = lines(before);
        List<String> fresh = lines(after);
        if (old.size() > MAX_LINES || fresh.size() > MAX_LINES) {
            return out.append("too long to compare: ")
                    .append(old.size())
                    .append(" and ")
                    .append(fresh.size())
                    .append(" lines\n")
                    .toString();
        }
        Patch<String> patch = DiffUtils.diff(old, fresh);
        List<String> hunks = UnifiedDiffUtils.generateUnifiedDiff("a", "b", old, patch, CONTEXT);
        for (String line : hunks.subList(Math.min(2, hunks.size()), hunks.size())) {
            out.append(line).append('\n');
        }
        return out.toString();
    }

    /** A last line without a line feed says so, which makes it another line. */
    private static List<String> lines(String text) {
        String plain = text.replace("\r\n", "\n");
        if (plain.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(Arrays.asList(plain.split("\n", -1)));
        int last = lines.size() - 1;
        if (lines.get(last).isEmpty()) {
            lines.remove(last);
        } else {
            lines.set(last, lines.get(last) + "\n" + NO_NEWLINE);
        }
        return lines;
    }
}
