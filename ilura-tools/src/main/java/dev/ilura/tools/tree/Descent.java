package dev.ilura.tools.tree;

import dev.ilura.spi.ToolException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;

/** Everything below a directory, top down, without following links. Names come in order. Used once, by one thread. */
public final class Descent {
    private static final int MAX_DEPTH = 200;

    private final RootTree tree;
    private final int entriesPerDirectory;
    private final boolean staged;
    private long skipped;

    /** @param entriesPerDirectory more are counted, and not visited */
    public Descent(RootTree tree, int entriesPerDirectory) {
        this(tree, entriesPerDirectory, false);
    }

    private Descent(RootTree tree, int entriesPerDirectory, boolean staged) {
        this.tree = tree;
        this.staged = staged;
        this.entriesPerDirectory = entriesPerDirectory;
    }

    /** All of it, with what a killed process left unfinished. */
    public static Descent ofEverything(RootTree tree) {
        return new Descent(tree, Integer.MAX_VALUE, true);
    }

    /** What is told of what is found. */
    public interface Visitor {
        /** Something is there. Whether to go into it, if it is a directory. */
        boolean enter(Place place, PosixFileAttributes attributes) throws ToolException;

        /** All below a directory was visited. */
        default void leave(Place place) throws ToolException {}
    }

    /** How many entries were left out because a directory has too many, lies too deep, or may not be read. */
    public long skipped() {
        return skipped;
    }

    /** Visits what is below, not the start itself. */
    public void below(Place start, Visitor visitor) throws ToolException {
        descend(start, visitor, 0);
    }

    private void descend(Place directory, Visitor visitor, int depth) throws ToolException {
        if (depth >= MAX_DEPTH) {
            skipped++;
            return;
        }
        List<Path> names;
        try {
            names = names(directory);
        } catch (ToolException e) {
            // who only looks goes on elsewhere; who copies or keeps what is there must not take a part for all of it
            if (depth > 0 && entriesPerDirectory < Integer.MAX_VALUE && e.code().equals("ILR-TOOLS-013")) {
                skipped++;
                return;
            }
            throw e;
        }
        for (Path name : names) {
            // each child has a handle of its own, since a handle is closed with its place
            try (Place child = directory.child(tree, name)) {
                PosixFileAttributes attributes = child.attributes().orElse(null);
                if (attributes == null) {
                    continue;
                }
                if (visitor.enter(child, attributes) && attributes.isDirectory()) {
                    descend(child, visitor, depth + 1);
                    visitor.leave(child);
                }
            }
        }
    }

    /** The first names in order; the rest is only counted, so that a directory of any size takes bounded memory. */
    private List<Path> names(Place directory) throws ToolException {
        PriorityQueue<Path> kept = new PriorityQueue<>(Comparator.reverseOrder());
        try (SecureDirectoryStream<Path> stream = directory.directory()) {
            for (Path entry : stream) {
                Path name = entry.getFileName();
                if (!staged && Staging.isStaged(name)) {
                    continue;
                }
                kept.add(name);
                if (kept.size() > entriesPerDirectory) {
                    kept.poll();
                    skipped++;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw directory.failure(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw directory.failure(e);
        }
        List<Path> names = new ArrayList<>(kept);
        names.sort(Comparator.naturalOrder());
        return names;
    }

    /** One entry of a listing. */
    public record Entry(Path name, PosixFileAttributes attributes) {}

    /** What is directly in a directory, in the order of names. */
    public List<Entry> entries(Place directory) throws ToolException {
        List<Entry> entries = new ArrayList<>();
        List<Path> names = names(directory);
        try (SecureDirectoryStream<Path> stream = directory.directory()) {
            for (Path name : names) {
                try {
                    entries.add(new Entry(
                            name,
                            stream.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                                    .readAttributes()));
                } catch (NoSuchFileException e) {
                    // gone meanwhile
                }
            }
        } catch (IOException e) {
            throw directory.failure(e);
        }
        return entries;
    }
}
