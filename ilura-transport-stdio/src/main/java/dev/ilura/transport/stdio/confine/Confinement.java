package dev.ilura.transport.stdio.confine;

import java.io.IOException;
import java.util.List;

/** One way to shut a child in. Thread-safe. */
public interface Confinement {
    /** Name of the level, for people and the log, for example {@code bubblewrap}. */
    String level();

    /** Whether a child sees a file system of its own, in which one file can stand in for another. */
    default boolean hasOwnFiles() {
        return false;
    }

    /** Whether a child is kept from reaching into this process. */
    default boolean isHeld() {
        return true;
    }

    /** Whether a child can be kept from every kind of network. */
    boolean cutsNetwork();

    /** The command line that starts another one shut in. */
    default List<String> wrap(List<String> argv, Profile profile) {
        return argv;
    }

    /**
     * Starts something on the calling thread, which may be shut in with it for ever: a thread of its own, please.
     *
     * @throws IOException if it cannot be started or shut in
     */
    default <T> T start(Start<T> start, Profile profile) throws IOException {
        return start.start();
    }

    /** What is started. */
    @FunctionalInterface
    interface Start<T> {
        T start() throws IOException;
    }
}
