package dev.ilura.transport.stdio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a server may use up at most. A demand: where it cannot be enforced the server does not start. Each limit holds for
 * every process of the server, except {@code processes}, which counts all processes of the user.
 *
 * @param memory bytes of private memory, at least 16 MiB; reserved but unused address space does not count
 * @param processes how many there may be, 1 to 100,000
 * @param openFiles how many files and connections each may hold open, 16 to 1,000,000
 */
public record ResourceLimits(OptionalLong memory, OptionalInt processes, OptionalInt openFiles) {
    /** No limits but those of the system. */
    public static final ResourceLimits NONE =
            new ResourceLimits(OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty());

    private static final long LEAST_MEMORY = 16L << 20;

    /**
     * @throws IllegalArgumentException if a value is out of its range
     */
    public ResourceLimits {
        require(memory.isEmpty() || memory.getAsLong() >= LEAST_MEMORY, "memory is at least 16 MiB");
        require(isWithin(processes, 1, 100_000), "processes are 1 to 100,000");
        require(isWithin(openFiles, 16, 1_000_000), "open files are 16 to 1,000,000");
    }

    private static boolean isWithin(OptionalInt value, int least, int most) {
        return value.isEmpty() || (value.getAsInt() >= least && value.getAsInt() <= most);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    boolean isEmpty() {
        return equals(NONE);
    }

    /** For {@code prlimit}, see prlimit(1) and getrlimit(2): soft and hard limit are the same. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        memory.ifPresent(bytes -> options.add("--data=" + bytes + ":" + bytes));
        processes.ifPresent(count -> options.add("--nproc=" + count + ":" + count));
        openFiles.ifPresent(count -> options.add("--nofile=" + count + ":" + count));
        return options;
    }

    /** For people and for the identity of a start. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        memory.ifPresent(bytes -> parts.add("memory " + bytes + " bytes"));
        processes.ifPresent(count -> parts.add(count + " processes"));
        openFiles.ifPresent(count -> parts.add(count + " open files"));
        return Optional.of(String.join(", ", parts))
                .filter(text -> !text.isEmpty())
                .orElse("none");
    }
}
