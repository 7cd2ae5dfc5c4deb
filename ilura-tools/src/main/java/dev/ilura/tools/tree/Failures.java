package dev.ilura.tools.tree;

import dev.ilura.spi.ToolException;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** What the file system says, in words for an agent. */
public final class Failures {
    private Failures() {}

    /** What became of work with a path. */
    public static ToolException of(String path, IOException e) {
        String shown = shown(path);
        if (e instanceof NoSuchFileException) {
            return missing(path);
        }
        if (e instanceof SwappedException) {
            return changed(path);
        }
        if (e instanceof AccessDeniedException) {
            return new ToolException(
                    "ILR-TOOLS-013",
                    "The gateway's user may not do that with " + shown + ": permission denied.",
                    "Give that user the right, or use another path.",
                    e);
        }
        if (e instanceof DirectoryNotEmptyException) {
            return new ToolException(
                    "ILR-TOOLS-015", shown + " is a directory with something in it.", "Set recursive to true.", e);
        }
        if (e instanceof FileAlreadyExistsException) {
            return exists(path);
        }
        return fromText(shown, e);
    }

    /** What Java tells only in words, in the words of the C library. */
    private static ToolException fromText(String shown, IOException e) {
        String reason = e instanceof FileSystemException told && told.getReason() != null
                ? told.getReason()
                : String.valueOf(e.getMessage());
        String text = reason.toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota")) {
            return new ToolException(
                    "ILR-TOOLS-018",
                    "The disk is full; " + shown + " is as it was before.",
                    "Free some space and call again.",
                    e);
        }
        if (text.contains("read-only file system")) {
            return new ToolException(
                    "ILR-TOOLS-013", shown + " is on a file system that is read-only.", "Use another path.", e);
        }
        if (text.contains("too many levels of symbolic links") || text.contains("not a directory")) {
            return changed(shown);
        }
        if (text.contains("file name too long")) {
            return new ToolException("ILR-TOOLS-010", "A name in the path is too long.", "Use a shorter one.", e);
        }
        return new ToolException(
                "ILR-TOOLS-019",
                "The file system failed on " + shown + ": " + VisibleText.oneLine(reason) + ".",
                "Look at the disk and at the path, then call again.",
                e);
    }

    /** There is nothing of that name. */
    public static ToolException missing(String path) {
        return new ToolException(
                "ILR-TOOLS-012", "There is no " + shown(path) + ".", "Look with list_directory what there is.");
    }

    /** There is something of that name already. */
    public static ToolException exists(String path) {
        return new ToolException(
                "ILR-TOOLS-014", "Destination already exists: " + shown(path) + ".", "Use another name, or delete it.");
    }

    /** Somebody else changed what was being worked on. */
    public static ToolException changed(String path) {
        return new ToolException(
                "ILR-TOOLS-017",
                shown(path) + " was changed by somebody else during the call. Nothing was written.",
                "Read it again, then call again.");
    }

    /** The path leads out of the roots. */
    public static ToolException outside(String path, RootTree tree) {
        return new ToolException(
                "ILR-TOOLS-011",
                "Access denied - path outside allowed directories: " + shown(path) + " not in "
                        + shown(String.join(
                                ", ",
                                tree.directories().stream()
                                        .map(Object::toString)
                                        .toList()))
                        + ".",
                "Use a path inside them; list_allowed_directories shows them.");
    }

    static String shown(String path) {
        return VisibleText.oneLine(path.length() > 400 ? path.substring(0, 400) + "..." : path);
    }
}
