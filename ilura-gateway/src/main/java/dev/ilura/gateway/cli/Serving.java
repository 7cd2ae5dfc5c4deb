package dev.ilura.gateway.cli;

import dev.ilura.Gateway;
import dev.ilura.spi.McpFront;
import java.io.IOException;

/** A gateway that serves until the client leaves or the process is told to end; either way it is closed in order. */
final class Serving {
    private Serving() {}

    static void run(Gateway gateway, McpFront front, String pod) throws IOException {
        // SIGTERM and SIGINT: no server may outlive the gate, and the log gets its last records.
        Thread ending = new Thread(
                () -> {
                    front.close();
                    gateway.close();
                },
                "ilura-ending");
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            gateway.serve(front, pod);
        } finally {
            gateway.close();
            cancel(ending);
        }
    }

    private static void cancel(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // The hook runs now; closing twice is closing once.
        }
    }
}
