package dev.ilura.tools.time;

import dev.ilura.spi.ToolException;
import dev.ilura.tools.tool.Args;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which snapshots a caller means: those of one call, or all since a call or a time.
 *
 * @param chosen newest first
 * @param numbers those of the chosen, newest first
 * @param later what was taken after the oldest of them, is not meant, and still shows
 * @param path only at or below it, if given
 */
record Selection(List<Snapshot> chosen, List<Long> numbers, List<Snapshot> later, Optional<Path> path) {

    static Selection of(Args args, SnapshotStore store) throws ToolException {
        Optional<String> call = args.optionalText("call");
        Optional<String> beforeCall = args.optionalText("before_call");
        Optional<String> time = args.optionalText("time");
        if (List.of(call, beforeCall, time).stream().filter(Optional::isPresent).count() != 1) {
            throw new ToolException(
                    "ILR-TOOLS-005",
                    "Say which: \"call\" (what this call did), \"before_call\" or \"time\" (everything since then).",
                    "Give exactly one of the three; list_snapshots shows what there is.");
        }
        List<Header> all = store.headers();
        Set<Long> meant = new HashSet<>();
        if (call.isPresent()) {
            all.stream()
                    .filter(header -> header.call().equals(call.get()))
                    .forEach(header -> meant.add(header.number()));
            requireSome(meant, call.get(), store);
        } else if (beforeCall.isPresent()) {
            long first = all.stream()
                    .filter(header -> header.call().equals(beforeCall.get()))
                    .mapToLong(Header::number)
                    .min()
                    .orElse(Long.MAX_VALUE);
            all.stream().filter(header -> header.number() >= first).forEach(header -> meant.add(header.number()));
            requireSome(meant, beforeCall.get(), store);
        } else {
            Instant since = instant(time.get());
            all.stream().filter(header -> !header.time().isBefore(since)).forEach(header -> meant.add(header.number()));
        }
        return read(store, all, meant, args.optionalText("path"));
    }

    private static void requireSome(Set<Long> meant, String call, SnapshotStore store) throws ToolException {
        if (!meant.isEmpty()) {
            return;
        }
        try {
            Optional<String> dropped = store.dropped(call);
            if (dropped.isPresent()) {
                throw new ToolException(
                        "ILR-TOOLS-057",
                        "The snapshot of call " + call + " is gone: dropped " + dropped.get() + ".",
                        "Keep snapshots longer: keep_for and keep_bytes of time_machine.");
            }
        } catch (IOException e) {
            throw Capture.storeFailed(e);
        }
        throw new ToolException(
                "ILR-TOOLS-058",
                "There is no snapshot of call " + dev.ilura.text.VisibleText.oneLine(call) + ": it changed no file.",
                "Look with list_snapshots what there is.");
    }

    private static Selection read(SnapshotStore store, List<Header> all, Set<Long> meant, Optional<String> path)
            throws ToolException {
        List<Snapshot> chosen = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        List<Snapshot> later = new ArrayList<>();
        long oldest = meant.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
        Set<Long> undone = new HashSet<>();
        try {
            for (int i = all.size() - 1; i >= 0 && all.get(i).number() >= oldest; i--) {
                long number = all.get(i).number();
                Snapshot snapshot = store.snapshot(number);
                if (meant.contains(number)) {
                    chosen.add(snapshot);
                    numbers.add(number);
                } else if (!undone.contains(number) && snapshot.undoes().isEmpty()) {
                    later.add(snapshot);
                } else if (!undone.contains(number)) {
                    undone.addAll(snapshot.undoes()); // it and what it undid leave no trace
                }
            }
            return new Selection(
                    chosen, numbers, later, path.map(text -> Path.of(text).normalize()));
        } catch (IOException e) {
            throw new ToolException(
                    "ILR-TOOLS-056",
                    "A snapshot cannot be read: " + e.getMessage() + ".",
                    "Look at the disk of the time machine's store.",
                    e);
        } catch (InvalidPathException e) {
            throw new ToolException("ILR-TOOLS-010", "\"path\" is no path.", "Write a plain path.", e);
        }
    }

    static Instant instant(String text) throws ToolException {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ToolException(
                    "ILR-TOOLS-005", "A time is written like 2026-11-25T08:30:00Z.", "Write it that way.", e);
        }
    }

    /** The snapshots that are wholly undone by restoring this. */
    List<Long> undoes() {
        return path.isPresent() ? List.of() : numbers;
    }

    Wanted wanted() {
        Wanted wanted = new Wanted();
        chosen.forEach(wanted::before);
        return path.map(wanted::at).orElse(wanted);
    }

    /** Later calls that changed the same, which would be lost too. */
    Set<String> overwritten(Wanted wanted) {
        Set<String> calls = new TreeSet<>();
        for (Snapshot snapshot : later) {
            if (wanted.tops().stream().anyMatch(snapshot::touches)) {
                calls.add(snapshot.call());
            }
        }
        return calls;
    }

    /** Directories whose times belong to calls that stay. */
    Set<Path> othersTouched() {
        Set<Path> touched = new HashSet<>();
        later.forEach(snapshot -> snapshot.parents().forEach(parent -> touched.add(parent.path())));
        return touched;
    }
}
