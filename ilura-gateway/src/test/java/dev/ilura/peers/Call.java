package dev.ilura.peers;

import java.util.Map;

/** One tool call that a client is asked to make. */
record Call(String tool, Map<String, ?> arguments) {
    static Call to(String tool) {
        return new Call(tool, Map.of());
    }

    static Call to(String tool, Map<String, ?> arguments) {
        return new Call(tool, arguments);
    }

    /** The same call as a client of the gate names it. */
    Call through(String server) {
        return new Call(server + "__" + tool, arguments);
    }
}
