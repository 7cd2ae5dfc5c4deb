package dev.ilura.transport.stdio.spawn;

import dev.ilura.Secret;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A command line as somebody wrote it; nothing in it is believed yet.
 *
 * @param command a name or an absolute path
 * @param args its arguments
 * @param env variables to add, by name
 * @param cwd the working directory; empty: a fresh private one
 * @param os the system it is meant for
 */
public record SpawnSpec(String command, List<String> args, Map<String, Secret> env, Optional<String> cwd, Os os) {
    public SpawnSpec {
        Objects.requireNonNull(command, "command");
        args = List.copyOf(args);
        env = Collections.unmodifiableMap(new TreeMap<>(env));
        Objects.requireNonNull(cwd, "cwd");
        Objects.requireNonNull(os, "os");
    }

    /** A command line without variables or a working directory, for this system. */
    public static SpawnSpec of(String command, String... args) {
        return new SpawnSpec(command, List.of(args), Map.of(), Optional.empty(), Os.current());
    }
}
