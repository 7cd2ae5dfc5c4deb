package dev.ilura.tools.time;

import dev.ilura.spi.ToolException;
import dev.ilura.tools.tree.Descent;
import dev.ilura.tools.tree.Failures;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.RootTree;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Takes into the store what is at some places. Used once, by one thread. */
final class Capture {
    private final RootTree tree;
    private final Intake intake;
    private final Bounds bounds;
    private final Known known;
    private final List<Entry> entries = new ArrayList<>();
    private long bytes;

    Capture(RootTree tree, Intake intake, Bounds bounds, Known known) {
        this.tree = tree;
        this.intake = intake;
        this.bounds = bounds;
        this.known = known;
    }

    /**
     * How much one snapshot may take in.
     *
     * @param entries files and directories
     * @param bytes of all files together
     */
    record Bounds(int entries, long bytes) {}

    /** Objects of files that were taken in before and look the same. */
    interface Known {
        Known NOTHING = new Known() {
            @Override
            public String object(Path path, PosixFileAttributes found) {
                return "";
            }

            @Override
            public void put(Path path, PosixFileAttributes found, String object) {
                // forgets
            }
        };

        /** The object, or an empty text. */
        String object(Path path, PosixFileAttributes found);

        void put(Path path, PosixFileAttributes found, String object);
    }

    List<Entry> entries() {
        return entries;
    }

    /** What is at a place and below it. */
    void take(Place place) throws ToolException {
        PosixFileAttributes found = place.attributes().orElse(null);
        if (found == null) {
            entries.add(Entry.absent(place.real()));
            return;
        }
        one(place, found);
        if (found.isDirectory()) {
            new Descent(tree, Integer.MAX_VALUE).below(place, (child, attributes) -> {
                one(child, attributes);
                return true;
            });
        }
    }

    private void one(Place place, PosixFileAttributes found) throws ToolException {
        if (entries.size() >= bounds.entries()) {
            throw new ToolException(
                    "ILR-TOOLS-052",
                    "A snapshot before this call would hold more than " + bounds.entries()
                            + " files, so nothing was changed.",
                    "Work on less at once, or raise max_entries of time_machine.");
        }
        String content = "";
        if (found.isSymbolicLink()) {
            content = place.linkTarget().toString();
        } else if (found.isRegularFile()) {
            content = file(place, found);
        }
        entries.add(Entry.of(place.real(), found, content));
    }

    private String file(Place place, PosixFileAttributes found) throws ToolException {
        String before = known.object(place.real(), found);
        if (!before.isEmpty()) {
            return before;
        }
        bytes += found.size();
        if (bytes > bounds.bytes()) {
            throw new ToolException(
                    "ILR-TOOLS-052",
                    "A snapshot before this call would hold more than " + bounds.bytes()
                            + " bytes, so nothing was changed.",
                    "Work on less at once, or raise max_bytes of time_machine.");
        }
        try (InputStream in = place.read()) {
            String object = intake.file(in, found.size());
            if (in.read() >= 0) {
                throw Failures.changed(place.shown().toString());
            }
            known.put(place.real(), found, object);
            return object;
        } catch (EOFException e) {
            throw Failures.changed(place.shown().toString());
        } catch (IOException e) {
            throw storeFailed(e);
        }
    }

    static ToolException storeFailed(IOException e) {
        return new ToolException(
                "ILR-TOOLS-053",
                "The snapshot that must come before the change could not be written, so nothing was changed: "
                        + dev.ilura.text.VisibleText.oneLine(String.valueOf(e.getMessage())) + ".",
                "Look at the disk of the time machine's store.",
                e);
    }
}
