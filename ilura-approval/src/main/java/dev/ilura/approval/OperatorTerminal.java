package dev.ilura.approval;

import dev.ilura.approval.internal.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** The terminal of the person who runs the gateway. */
interface OperatorTerminal {
    /**
     * Opens it for one question.
     *
     * @throws IOException if there is none that could be asked; the message is for people
     */
    Session open() throws IOException;

    /** A terminal while one question is asked. */
    interface Session extends Closeable {
        /** Writes lines that hold no control characters but line feeds. */
        void show(String text) throws IOException;

        /** Throws away what was typed before now. */
        void discardTypedAhead() throws IOException;

        /**
         * The next line, without its end; empty if the deadline passed first.
         *
         * @throws IOException if the terminal went away
         * @throws InterruptedException if the wait was ended from outside
         */
        Optional<String> line(Deadline deadline) throws IOException, InterruptedException;
    }
}
