package dev.ilura.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place outside the log that remembers its checkpoints. A log alone cannot show that it was rolled back or cut; a place
 * that its writer cannot change can. The promise is only as good as that: an anchor on the same disk under the same user
 * proves nothing against that user.
 *
 * <p>{@link #newest} is called while the log is opened; {@link #remember} by one thread of the log's own, never by callers of
 * a gateway.
 */
public interface Anchor {
    /** Names the place in records and messages; ASCII. */
    String name();

    /**
     * Remembers a checkpoint. Its size never goes down.
     *
     * @param origin the log's name
     * @param note the checkpoint as a C2SP signed note
     * @throws IOException if the place does not answer or refuses; tried again with the next checkpoint, and recorded
     */
    void remember(String origin, String note) throws IOException;

    /**
     * The newest checkpoint that the place remembers of a log; empty if none.
     *
     * @param origin the log's name
     * @throws IOException if the place does not answer; the log is then not opened
     */
    Optional<String> newest(String origin) throws IOException;

    /**
     * A directory on another disk, host or account, with one file for each log.
     *
     * @param directory made if it is not there
     */
    static Anchor directory(Path directory) {
        return new DirectoryAnchor(directory);
    }
}
