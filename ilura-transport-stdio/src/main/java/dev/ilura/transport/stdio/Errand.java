package dev.ilura.transport.stdio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A program that is run to its end for the gateway itself. */
@FunctionalInterface
interface Errand {
    /**
     * Runs it.
     *
     * @param directory the only one that it may change, besides its own temporary ones
     * @param words its arguments
     * @throws IOException if it cannot be started, or does not end in time
     */
    Result run(Path directory, List<String> words) throws IOException;

    /**
     * How it went.
     *
     * @param lastWords the end of what it wrote to standard error, safe to show
     */
    record Result(int status, String lastWords) {}
}
