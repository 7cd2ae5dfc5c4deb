package dev.ilura.tools.tree;

import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;

/** Copies and deletes whole trees, with progress. Used by one thread. */
public final class TreeCopy {
    private final RootTree tree;
    private final ToolRequest request;
    private long done;

    public TreeCopy(RootTree tree, ToolRequest request) {
        this.tree = tree;
        this.request = request;
    }

    /** Whether there is nothing in a directory. */
    public boolean isEmpty(Place directory) throws ToolException {
        try (DirectoryStream<Path> entries = directory.directory()) {
            return !entries.iterator().hasNext();
        } catch (IOException e) {
            throw directory.failure(e);
        }
    }

    /** Copies what is at one place to another, where nothing is. */
    public void copy(Place source, Place target) throws ToolException {
        request.checkCancelled();
        PosixFileAttributes found = source.existing();
        if (found.isSymbolicLink()) {
            target.makeLink(source.linkTarget());
        } else if (found.isDirectory()) {
            target.makeDirectory();
            for (Descent.Entry entry : new Descent(tree, Integer.MAX_VALUE).entries(source)) {
                try (Place from = source.child(tree, entry.name());
                        Place to = target.child(tree, entry.name())) {
                    copy(from, to);
                }
            }
            target.restore(found.permissions(), found.lastModifiedTime());
        } else {
            copyFile(source, target, found);
        }
        count();
    }

    private static void copyFile(Place source, Place target, PosixFileAttributes found) throws ToolException {
        try (InputStream in = source.read();
                Replacement replacement = target.replacement()) {
            replacement.write(in);
            replacement.finish(found.permissions(), found.lastModifiedTime());
        } catch (IOException e) {
            throw source.failure(e);
        }
    }

    /** Deletes what is at a place with all that is in it; links are deleted, not followed. */
    public void delete(Place place) throws ToolException {
        PosixFileAttributes found = place.existing();
        if (!found.isDirectory()) {
            place.deleteFile();
            count();
            return;
        }
        for (Descent.Entry entry : Descent.ofEverything(tree).entries(place)) {
            request.checkCancelled();
            try (Place child = place.child(tree, entry.name())) {
                delete(child);
            }
        }
        place.deleteDirectory();
        count();
    }

    private void count() {
        done++;
        if (done % 200 == 0) {
            request.progress(done, 0, done + " entries done");
        }
    }
}
