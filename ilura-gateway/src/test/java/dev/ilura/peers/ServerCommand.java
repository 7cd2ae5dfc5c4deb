package dev.ilura.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a client is told about a stdio server: one line of its configuration. */
record ServerCommand(String command, List<String> args, Map<String, String> environment) {
    ServerCommand {
        args = List.copyOf(args);
        environment = Map.copyOf(environment);
    }

    static ServerCommand node(Path entry, String... args) {
        List<String> all = new ArrayList<>(List.of(entry.toString()));
        all.addAll(List.of(args));
        return new ServerCommand("node", all, Map.of());
    }

    ServerCommand with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new ServerCommand(command, args, more);
    }

    List<String> line() {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(args);
        return line;
    }
}
