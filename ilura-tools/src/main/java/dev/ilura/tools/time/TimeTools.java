package dev.ilura.tools.time;

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
import dev.ilura.text.VisibleText;
import dev.ilura.tools.tool.Args;
import dev.ilura.tools.tool.Described;
import dev.ilura.tools.tree.RootTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The tools that look back and go back. */
final class TimeTools {
    private final Supplier<Parts> parts;

    TimeTools(Supplier<Parts> parts) {
        this.parts = parts;
    }

    /** What there is only once the gateway is built. */
    record Parts(
            SnapshotStore store, Recorder recorder, Function<Path, Optional<RootTree>> trees, List<RootTree> all) {}

    List<OwnTool> all() {
        return List.of(list(), preview(), restore());
    }

    private OwnTool list() {
        return Described.tool(
                        "list_snapshots",
                        "List Snapshots",
                        "The points in time that can be gone back to, newest first: each is what was there before a call "
                                + "changed it.")
                .takes("call", text("Only of this call."))
                .takes("session", text("Only of this session."))
                .takes("path", text("Only what may have changed this path, or something below or above it."))
                .takes("since", text("Only from this time on, for example 2026-11-25T08:30:00Z."))
                .takes("until", text("Only before this time."))
                .takes("limit", count("How many at most; 50 otherwise.", 1, 500))
                .gives("content", text("One line a snapshot."))
                .gives("snapshots", ordered("type", "array", "items", Map.of("type", "object")))
                .mayGive("left_out", number("How many more there are."))
                .reads(false)
                .does(this::list);
    }

    private ToolReply list(Args args, ToolRequest request) throws ToolException {
        SnapshotStore store = parts.get().store();
        Optional<String> call = args.optionalText("call");
        Optional<String> session = args.optionalText("session");
        Optional<String> path = args.optionalText("path");
        Instant since = args.has("since") ? Selection.instant(args.text("since")) : Instant.MIN;
        Instant until = args.has("until") ? Selection.instant(args.text("until")) : Instant.MAX;
        long most = args.integer("limit", 50, 1, 500);
        List<Header> headers = new ArrayList<>(store.headers());
        Collections.reverse(headers);
        List<Map<String, ?>> rows = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        long leftOut = 0;
        for (Header header : headers) {
            request.checkCancelled();
            boolean wanted = call.filter(id -> !id.equals(header.call())).isEmpty()
                    && session.filter(id -> !id.equals(header.session())).isEmpty()
                    && !header.time().isBefore(since)
                    && header.time().isBefore(until);
            if (!wanted) {
                continue;
            }
            if (rows.size() >= most && path.isEmpty()) {
                leftOut++;
                continue;
            }
            Snapshot snapshot = read(store, header.number());
            if (path.isPresent() && !snapshot.touches(Path.of(path.get()).normalize())) {
                continue;
            }
            if (rows.size() >= most) {
                leftOut++;
                continue;
            }
            List<String> tops = snapshot.tops().stream()
                    .map(top -> VisibleText.oneLine(top.toString()))
                    .toList();
            rows.add(ordered(
                    "call",
                    header.call(),
                    "session",
                    header.session(),
                    "tool",
                    header.target(),
                    "time",
                    header.time().toString(),
                    "paths",
                    tops));
            lines.add(header.time() + "  call " + header.call() + "  " + header.target() + "  "
                    + String.join(", ", tops));
        }
        String content = lines.isEmpty() ? "No snapshots" : String.join("\n", lines);
        return ToolReply.of(content, ordered("content", content, "snapshots", rows, "left_out", leftOut));
    }

    private static Snapshot read(SnapshotStore store, long number) throws ToolException {
        try {
            return store.snapshot(number);
        } catch (IOException e) {
            throw new ToolException(
                    "ILR-TOOLS-056",
                    "A snapshot cannot be read: " + e.getMessage() + ".",
                    "Look at the disk of the time machine's store.",
                    e);
        }
    }

    private static Described.Builder selecting(Described.Builder tool) {
        return tool.takes("call", text("Undo what this one call did."))
                .takes("before_call", text("Go back to how it was before this call, with all that came after it."))
                .takes("time", text("Go back to how it was at this time, for example 2026-11-25T08:30:00Z."))
                .takes("path", text("Only this file or directory."));
    }

    private OwnTool preview() {
        return selecting(Described.tool(
                        "preview_restore",
                        "Preview Restore",
                        "Show what going back would change, as differences from now to then, and the plan that restore "
                                + "needs. Changes nothing."))
                .gives("content", text("What would be done, and the differences."))
                .gives("plan", text("Names exactly this change of exactly this state; restore wants it."))
                .gives("steps", texts("What would be done."))
                .gives("overwrites", texts("Later calls whose changes would be lost too."))
                .reads(false)
                .does(this::preview);
    }

    private ToolReply preview(Args args, ToolRequest request) throws ToolException {
        Parts now = parts.get();
        return locked(now, () -> {
            Selection selection = Selection.of(args, now.store());
            Wanted wanted = selection.wanted();
            Restoration plan = Restoration.plan(now.store(), now.trees(), wanted, request);
            Set<String> overwritten = selection.overwritten(wanted);
            List<String> steps =
                    plan.visible().stream().map(Restoration.Step::line).toList();
            String digest = plan.digest();
            StringBuilder content = new StringBuilder();
            content.append(
                    plan.steps().isEmpty()
                            ? "Everything is as it was; there is nothing to do.\n"
                            : "plan " + digest + ", " + steps.size() + " changes:\n");
            steps.stream()
                    .limit(200)
                    .forEach(step -> content.append("  ").append(step).append('\n'));
            if (!overwritten.isEmpty()) {
                content.append("Later calls changed the same, and their changes would be lost: ")
                        .append(String.join(", ", overwritten))
                        .append('\n');
            }
            content.append(new Differences(now.store(), now.trees()).of(plan.visible(), args.optionalText("path")));
            return ToolReply.of(
                    content.toString(),
                    ordered(
                            "content",
                            content.toString(),
                            "plan",
                            digest,
                            "steps",
                            steps.stream().limit(1000).toList(),
                            "overwrites",
                            List.copyOf(overwritten)));
        });
    }

    private OwnTool restore() {
        return selecting(Described.tool(
                        "restore",
                        "Restore",
                        "Go back as preview_restore showed it: contents, permissions and times. What is there now is kept "
                                + "first, so this can be undone like any call."))
                .needs("plan", text("The plan of preview_restore; if anything changed since, nothing is done."))
                .takes("overwrite_later", flag("Whether changes of later calls to the same files may be lost."))
                .gives("content", text("What was done."))
                .gives("changed", number("How many files and directories."))
                .changes(true, true, false)
                .does(this::restore);
    }

    private ToolReply restore(Args args, ToolRequest request) throws ToolException {
        Parts now = parts.get();
        return locked(now, () -> {
            Selection selection = Selection.of(args, now.store());
            Wanted wanted = selection.wanted();
            Restoration plan = Restoration.plan(now.store(), now.trees(), wanted, request);
            if (!plan.digest().equals(args.text("plan"))) {
                throw new ToolException(
                        "ILR-TOOLS-059",
                        "What would be done is not what was previewed: something changed since.",
                        "Call preview_restore again and look at it.");
            }
            Set<String> overwritten = selection.overwritten(wanted);
            if (!overwritten.isEmpty() && !args.flag("overwrite_later")) {
                throw new ToolException(
                        "ILR-TOOLS-060",
                        "Later calls changed the same: " + String.join(", ", overwritten) + ". Nothing was done.",
                        "Go back with before_call to undo them too, or set overwrite_later.");
            }
            if (!plan.steps().isEmpty()) {
                request.checkCancelled();
                now.recorder().record(request, plan.changing(), selection.undoes());
            }
            plan.apply(request, selection.othersTouched());
            String content = "Restored: " + plan.visible().size() + " changes. Undo this with call "
                    + request.call().id() + ".";
            return ToolReply.of(content, ordered("content", content, "changed", (long)
                    plan.visible().size()));
        });
    }

    private interface Work {
        ToolReply run() throws ToolException;
    }

    /** Nobody changes anything meanwhile. The trees are always locked in one order. */
    private static ToolReply locked(Parts now, Work work) throws ToolException {
        now.all().forEach(tree -> tree.changes().lock());
        try {
            return work.run();
        } finally {
            now.all().forEach(tree -> tree.changes().unlock());
        }
    }
}
