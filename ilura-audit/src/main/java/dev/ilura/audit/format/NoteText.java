package dev.ilura.audit.format;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A signed note cut into its parts: the body, the lines that carry the log's own name, and the lines of others.
 *
 * @param body three lines with their line feeds
 * @param own signature lines of the log, without line feeds
 * @param others signature lines of others, without line feeds
 */
public record NoteText(String body, List<String> own, List<String> others) {
    public NoteText {
        own = List.copyOf(own);
        others = List.copyOf(others);
    }

    /**
     * Cuts a note; checks no signature.
     *
     * @throws IllegalArgumentException if it is no note of a checkpoint
     */
    public static NoteText parse(String note) {
        int gap = note.indexOf("\n\n");
        if (gap < 0 || !note.endsWith("\n") || note.length() < gap + 3) {
            throw new IllegalArgumentException("a note is a body, an empty line and signature lines");
        }
        String body = note.substring(0, gap + 1);
        String mark = Checkpoint.SIGNATURE_MARK + Checkpoint.parseBody(body).origin() + " ";
        List<String> own = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String line : note.substring(gap + 2, note.length() - 1).split("\n", -1)) {
            if (!line.startsWith(Checkpoint.SIGNATURE_MARK)) {
                throw new IllegalArgumentException("a line of the note is no signature");
            }
            (line.startsWith(mark) ? own : others).add(line);
        }
        return new NoteText(body, own, others);
    }

    /** The checkpoint; nothing says that it was signed. */
    public Checkpoint checkpoint() {
        return Checkpoint.parseBody(body);
    }

    /** The note as the log published it, without the lines of others. */
    public String withoutOthers() {
        return body + "\n" + String.join("\n", own) + "\n";
    }

    /**
     * The checkpoint, with one valid signature of each of the log's keys and none else in the log's name.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public Checkpoint signedBy(Collection<LogKey> keys) {
        return Checkpoint.parse(withoutOthers(), keys);
    }
}
