package dev.ilura.tools.time;

import java.io.IOException;
import java.util.Locale;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;

/** The chains of commits of a store, one ref each, by their numbers. Used under the lock of the store. */
final class Segments {
    private static final String PLACE = "refs/segments/";

    private final Repository repository;

    Segments(Repository repository) {
        this.repository = repository;
    }

    /** The last commit of each, oldest first. */
    @SuppressWarnings("NonApiType") // asked for its first
    TreeMap<Integer, ObjectId> ends() throws IOException {
        TreeMap<Integer, ObjectId> ends = new TreeMap<>();
        for (Ref ref : repository.getRefDatabase().getRefsByPrefix(PLACE)) {
            ends.put(Integer.valueOf(ref.getName().substring(PLACE.length())), ref.getObjectId());
        }
        return ends;
    }

    /** A segment has one commit more, or its first. */
    void grow(int segment, ObjectId from, ObjectId to) throws IOException {
        RefUpdate update = repository.updateRef(name(segment));
        update.setExpectedOldObjectId(from);
        update.setNewObjectId(to);
        update.setForceUpdate(true);
        update.disableRefLog();
        RefUpdate.Result result = update.update();
        if (result != RefUpdate.Result.NEW
                && result != RefUpdate.Result.FAST_FORWARD
                && result != RefUpdate.Result.FORCED) {
            throw new IOException("the store did not take the snapshot: " + result);
        }
    }

    void drop(int segment) throws IOException {
        RefUpdate update = repository.updateRef(name(segment));
        update.setForceUpdate(true);
        RefUpdate.Result result = update.delete();
        if (result != RefUpdate.Result.FORCED && result != RefUpdate.Result.NEW) {
            throw new IOException("the store did not let old snapshots go: " + result);
        }
    }

    private static String name(int segment) {
        return PLACE + String.format(Locale.ROOT, "%08d", segment);
    }
}
