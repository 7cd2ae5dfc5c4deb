package dev.ilura.tools.time;

import dev.ilura.ToolCall;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.tree.Changes;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.RootTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Puts what is about to change into the store. Thread-safe. */
final class Recorder {
    private final SnapshotStore store;
    private final TimeSource time;
    private final Capture.Bounds bounds;
    private final Runnable added;

    Recorder(SnapshotStore store, TimeSource time, Capture.Bounds bounds, Runnable added) {
        this.store = store;
        this.time = time;
        this.bounds = bounds;
        this.added = added;
    }

    /** For the tools over one tree. */
    Changes over(RootTree tree) {
        return (request, places) -> {
            Collected collected = new Collected(request.call());
            store.writing().lock();
            try (Intake intake = store.intake()) {
                Capture capture = new Capture(tree, intake, bounds, Capture.Known.NOTHING);
                for (Place place : places) {
                    collected.around(place);
                    capture.take(place);
                }
                collected.keep(List.of(), capture);
            } finally {
                store.writing().unlock();
            }
            added.run();
        };
    }

    /** For many places, which are opened one after the other. */
    void record(ToolRequest request, Map<Path, RootTree> tops, List<Long> undoes) throws ToolException {
        Collected collected = new Collected(request.call());
        store.writing().lock();
        try (Intake intake = store.intake()) {
            List<Capture> captures = new ArrayList<>();
            for (Map.Entry<Path, RootTree> top : tops.entrySet()) {
                request.checkCancelled();
                Capture capture = new Capture(top.getValue(), intake, bounds, Capture.Known.NOTHING);
                try (Place place = top.getValue().findLink(top.getKey().toString())) {
                    collected.around(place);
                    capture.take(place);
                }
                captures.add(capture);
            }
            collected.keep(undoes, captures.toArray(new Capture[0]));
        } finally {
            store.writing().unlock();
        }
        added.run();
    }

    /** Whole roots, before a call to a server that may change anything in them. */
    void roots(ToolCall call, RootTree tree, Capture.Known known) throws ToolException {
        Collected collected = new Collected(call);
        store.writing().lock();
        try (Intake intake = store.intake()) {
            Capture capture = new Capture(tree, intake, bounds, known);
            for (Path root : tree.realDirectories()) {
                try (Place place = tree.find(root.toString())) {
                    collected.tops.add(place.real());
                    capture.take(place);
                }
            }
            collected.keep(List.of(), capture);
        } finally {
            store.writing().unlock();
        }
        added.run();
    }

    private final class Collected {
        private final ToolCall call;
        private final List<Path> tops = new ArrayList<>();
        private final Map<Path, Entry> parents = new TreeMap<>();

        Collected(ToolCall call) {
            this.call = call;
        }

        /** The directory that a place is in, and its root, in which things are staged. */
        void around(Place place) throws ToolException {
            tops.add(place.real());
            if (!place.isRoot()) {
                Path parent = Objects.requireNonNull(place.real().getParent()); // it is no root
                parents.put(parent, Entry.of(parent, place.parentAttributes(), ""));
            }
            try {
                parents.putIfAbsent(
                        place.root(),
                        Entry.of(
                                place.root(),
                                Files.readAttributes(
                                        place.root(), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS),
                                ""));
            } catch (IOException e) {
                throw Capture.storeFailed(e);
            }
        }

        void keep(List<Long> undoes, Capture... captures) throws ToolException {
            List<Entry> entries = new ArrayList<>();
            for (Capture capture : captures) {
                entries.addAll(capture.entries());
            }
            try {
                store.add(new Snapshot(
                        call.id(),
                        call.session(),
                        call.target(),
                        time.now(),
                        tops,
                        entries,
                        List.copyOf(parents.values()),
                        undoes));
            } catch (IOException e) {
                throw Capture.storeFailed(e);
            }
        }
    }
}
