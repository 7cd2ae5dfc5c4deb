package dev.ilura.tools.file;

import dev.ilura.spi.ToolException;
import dev.ilura.tools.tool.Args;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** One exact replacement. Line ends count as one whichever they are; the new text gets those of the file. */
record TextEdit(String oldText, String newText, boolean all) {
    private static final int MAX_EDITS = 500;

    static List<TextEdit> of(Args args) throws ToolException {
        List<TextEdit> edits = new ArrayList<>();
        for (Args edit : args.objects("edits")) {
            edits.add(new TextEdit(plain(edit.text("oldText")), plain(edit.text("newText")), edit.flag("replaceAll")));
        }
        if (edits.isEmpty() || edits.size() > MAX_EDITS) {
            throw new ToolException(
                    "ILR-TOOLS-005", "\"edits\" must hold 1 to " + MAX_EDITS + " replacements.", "Call several times.");
        }
        return edits;
    }

    private static String plain(String text) {
        return text.replace("\r\n", "\n");
    }

    /** All replacements, one after the other, each on what the one before left. */
    static String apply(List<TextEdit> edits, TextContent content) throws ToolException {
        boolean mixed = content.text().contains("\r\n");
        String text = content.text();
        for (int i = 0; i < edits.size(); i++) {
            text = mixed
                    ? edits.get(i).inMixed(text, content.lineEnd(), i)
                    : edits.get(i).inPlain(text, i);
        }
        return text;
    }

    private String inPlain(String text, int index) throws ToolException {
        int first = oldText.isEmpty() ? -1 : text.indexOf(oldText);
        if (first < 0) {
            throw notFound(text, index);
        }
        if (!all && text.indexOf(oldText, first + 1) >= 0) {
            throw ambiguous(index);
        }
        return all
                ? text.replace(oldText, newText)
                : text.substring(0, first) + newText + text.substring(first + oldText.length());
    }

    /** Where lines end in two ways, each line end of the old text matches either. */
    private String inMixed(String text, String lineEnd, int index) throws ToolException {
        String[] lines = oldText.split("\n", -1);
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < lines.length; i++) {
            regex.append(i == 0 ? "" : "\\r?\\n").append(lines[i].isEmpty() ? "" : Pattern.quote(lines[i]));
        }
        java.util.regex.Matcher matcher = Pattern.compile(regex.toString()).matcher(text);
        if (oldText.isEmpty() || !matcher.find()) {
            throw notFound(text, index);
        }
        String fresh = newText.replace("\n", lineEnd);
        if (all) {
            return matcher.replaceAll(java.util.regex.Matcher.quoteReplacement(fresh));
        }
        int start = matcher.start();
        int end = matcher.end();
        if (matcher.find(start + 1)) {
            throw ambiguous(index);
        }
        return text.substring(0, start) + fresh + text.substring(end);
    }

    private ToolException notFound(String text, int index) {
        String first = oldText.strip().split("\n", 2)[0].strip();
        String hint = "";
        if (!first.isEmpty()) {
            int at = text.indexOf(first);
            hint = at < 0
                    ? ""
                    : " Its first line is there, at line "
                            + (text.substring(0, at)
                                            .chars()
                                            .filter(c -> c == '\n')
                                            .count()
                                    + 1)
                            + ", but not with these blanks or what follows.";
        }
        return new ToolException(
                "ILR-TOOLS-027",
                "Could not find exact match for edit " + (index + 1) + ": its oldText is not in the file." + hint
                        + " Nothing was written.",
                "Read the file again and copy the text exactly.");
    }

    private static ToolException ambiguous(int index) {
        return new ToolException(
                "ILR-TOOLS-028",
                "The oldText of edit " + (index + 1) + " is in the file more than once. Nothing was written.",
                "Add lines around it until only one place is meant, or set replaceAll.");
    }
}
