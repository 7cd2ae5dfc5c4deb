package dev.ilura.transport.stdio;

import dev.ilura.transport.stdio.spawn.Os;

/** How the program that was hashed is made to be the one that runs. */
enum Holding {
    /** The open file itself is executed, by its number: whatever is put under its name meanwhile does not run. */
    OPEN_FILE,
    /** A copy is executed, in a place that is named by what it holds and closed to others. */
    COPY,
    /**
     * It is executed under its own name, and hashed once more right before. Only for what would not run elsewhere: launchers,
     * and programs that find further files beside themselves.
     */
    IN_PLACE;

    /** What a system has: only Linux names open files. */
    static Holding on(Os os) {
        return os == Os.LINUX ? OPEN_FILE : COPY;
    }
}
