package dev.ilura.tools.file;

import static dev.ilura.tools.tool.Described.flag;
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
import dev.ilura.tools.tree.RootTree;
import dev.ilura.tools.tree.TreeCopy;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.Map;

/** Tools that move, copy and delete. */
final class MoveTools {
    private final RootTree tree;
    private final Changes changes;

    MoveTools(RootTree tree, Changes changes) {
        this.tree = tree;
        this.changes = changes;
    }

    List<OwnTool> all() {
        return List.of(move(), copy(), delete());
    }

    private OwnTool move() {
        return Described.tool(
                        "move_file",
                        "Move File",
                        "Move or rename a file or directory. Fails if the destination exists. Only works within allowed "
                                + "directories.")
                .needs("source", text("What to move."))
                .needs("destination", text("Its new path; the directory of it must exist."))
                .gives("content", text("What was done."))
                .changes(true, false, false)
                .does((args, request) -> {
                    between(args, request, this::move);
                    return done("Successfully moved " + args.text("source") + " to " + args.text("destination"));
                });
    }

    private void move(Place source, Place target, ToolRequest request) throws ToolException {
        changes.before(request, List.of(source, target));
        source.moveTo(target);
    }

    private OwnTool copy() {
        return Described.tool(
                        "copy_file",
                        "Copy File",
                        "Copy a file, or a directory with all that is in it; modes and times are kept, links stay links. Fails "
                                + "if the destination exists. Only works within allowed directories.")
                .needs("source", text("What to copy."))
                .needs("destination", text("The path of the copy; the directory of it must exist."))
                .gives("content", text("What was done."))
                .changes(false, false, false)
                .does((args, request) -> {
                    between(args, request, this::copy);
                    return done("Successfully copied " + args.text("source") + " to " + args.text("destination"));
                });
    }

    private void copy(Place source, Place target, ToolRequest request) throws ToolException {
        changes.before(request, List.of(target));
        new TreeCopy(tree, request).copy(source, target);
    }

    private static ToolReply done(String text) {
        return ToolReply.of(text, Map.of("content", text));
    }

    private interface Step {
        void take(Place source, Place target, ToolRequest request) throws ToolException;
    }

    private void between(Args args, ToolRequest request, Step step) throws ToolException {
        tree.changes().lock();
        try (Place source = tree.findLink(args.text("source"));
                Place target = tree.findLink(args.text("destination"))) {
            source.existing();
            requireNoRoot(source);
            if (target.attributes().isPresent()) {
                throw Failures.exists(args.text("destination"));
            }
            if (target.real().startsWith(source.real())) {
                throw new ToolException(
                        "ILR-TOOLS-029", "A directory cannot go into itself.", "Use a destination outside of it.");
            }
            request.checkCancelled();
            step.take(source, target, request);
        } finally {
            tree.changes().unlock();
        }
    }

    private static void requireNoRoot(Place place) throws ToolException {
        if (place.isRoot()) {
            throw new ToolException(
                    "ILR-TOOLS-029", place.shown() + " is an allowed directory itself.", "Name something in it.");
        }
    }

    private OwnTool delete() {
        return Described.tool(
                        "delete_file",
                        "Delete File",
                        "Delete a file, a link, or a directory; one that is not empty only with recursive. Only works within "
                                + "allowed directories.")
                .needs("path", text("What to delete."))
                .takes("recursive", flag("Whether a directory goes with all that is in it."))
                .gives("content", text("What was done."))
                .changes(true, false, false)
                .does(this::delete);
    }

    private ToolReply delete(Args args, ToolRequest request) throws ToolException {
        boolean recursive = args.flag("recursive");
        tree.changes().lock();
        try (Place place = tree.findLink(args.text("path"))) {
            PosixFileAttributes found = place.existing();
            requireNoRoot(place);
            TreeCopy bulk = new TreeCopy(tree, request);
            if (found.isDirectory() && !recursive && !bulk.isEmpty(place)) {
                throw new ToolException(
                        "ILR-TOOLS-015",
                        place.shown() + " is a directory with something in it.",
                        "Set recursive to true.");
            }
            request.checkCancelled();
            changes.before(request, List.of(place));
            bulk.delete(place);
            return done("Successfully deleted " + args.text("path"));
        } finally {
            tree.changes().unlock();
        }
    }
}
