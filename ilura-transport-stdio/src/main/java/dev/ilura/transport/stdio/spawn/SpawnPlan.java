package dev.ilura.transport.stdio.spawn;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A command line as it will run, every path resolved.
 *
 * @param launcher the grammar it was read with, for example {@code node}; {@code binary} for a program of its own
 * @param program absolute path of the program to execute
 * @param args its arguments, as judged
 * @param envNames names of the declared variables
 * @param cwd working directory; empty: a fresh private one
 * @param artefact what decides which code runs, for example {@code npm:server-memory@2026.8.31}
 * @param files digests of the files that were judged by content or place, by real path; empty text where none was taken
 * @param serverArgs index of the first argument that belongs to the server and not to the launcher
 */
public record SpawnPlan(
        String launcher,
        String program,
        List<String> args,
        SortedSet<String> envNames,
        Optional<String> cwd,
        String artefact,
        SortedMap<String, String> files,
        int serverArgs) {
    public SpawnPlan {
        Objects.requireNonNull(launcher, "launcher");
        Objects.requireNonNull(program, "program");
        args = List.copyOf(args);
        envNames = Collections.unmodifiableSortedSet(new TreeSet<>(envNames));
        Objects.requireNonNull(cwd, "cwd");
        Objects.requireNonNull(artefact, "artefact");
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        Objects.checkIndex(serverArgs, args.size() + 1);
    }
}
