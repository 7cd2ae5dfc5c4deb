package dev.ilura.transport.stdio;

import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a child has started. A daemon that forks twice leaves the tree the system knows, so on Linux members
 * are also found by what they inherit: a mark in the environment, and one in their limits for those that wipe the former. One
 * that wipes both is seen, but cannot be told from another server's; only a process namespace holds it. Used by one thread.
 */
final class ProcessTree {
    /** Name of the variable that marks the members of one tree; its value is random. */
    static final String MARK = "ILURA_CHILD";

    private static final Path PROC = Path.of("/proc");
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final TimeSource TIME = TimeSource.system();
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);
    private static final int ROUNDS = 10;

    private final ProcessHandle root;
    private final @Nullable String mark;
    private final Optional<LimitMark> limits;
    private final Instant began;
    private final Set<ProcessHandle> known = new HashSet<>();

    /**
     * @param mark value of the variable
     * @param limits that the child was started with
     */
    ProcessTree(ProcessHandle root, @Nullable String mark, Optional<LimitMark> limits) {
        this.root = root;
        this.mark = mark == null ? null : MARK + "=" + mark;
        this.limits = limits;
        began = root.info().startInstant().orElse(Instant.MAX);
    }

    /** Notes who is there now: once a parent has ended, nobody can tell any more whose children they were. */
    void remember() {
        known.addAll(living());
    }

    /** Asks all to end and waits. */
    void terminate(Duration patience) {
        remember();
        known.forEach(ProcessHandle::destroy);
        awaitAll(known, patience);
    }

    /**
     * Ends all, again and again until nobody is left: one that forks while it is being ended gets another round.
     *
     * @return who could not be ended
     */
    Remains kill() {
        List<Long> survivors = killAll();
        List<Long> strays = limits.isPresent() ? strays() : List.of();
        limits.ifPresent(LimitMark::release);
        return new Remains(survivors, strays);
    }

    private List<Long> killAll() {
        for (int round = 0; round < ROUNDS; round++) {
            remember();
            known.removeIf(process -> !isRunning(process));
            if (known.isEmpty()) {
                return List.of();
            }
            known.forEach(ProcessHandle::destroyForcibly);
            awaitAll(known, PATIENCE);
        }
        return known.stream()
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .sorted()
                .toList();
    }

    private Set<ProcessHandle> living() {
        Set<ProcessHandle> found = new HashSet<>(marked());
        if (root.isAlive()) {
            found.add(root);
            root.descendants().forEach(found::add);
        }
        known.stream()
                .filter(ProcessHandle::isAlive)
                .flatMap(ProcessHandle::descendants)
                .forEach(found::add);
        return found;
    }

    private Set<ProcessHandle> marked() {
        Set<ProcessHandle> found = new HashSet<>();
        if (mark == null || !Files.isDirectory(PROC)) {
            return found;
        }
        for (Path process : processes()) {
            marked(process, mark).ifPresent(found::add);
        }
        return found;
    }

    private static List<Path> processes() {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            processes.forEach(found::add);
        } catch (IOException unreadable) {
            // what the system itself reports as the tree remains
        }
        return found;
    }

    /** Those that began after this child, were handed to somebody above the gateway, and have limits that nobody gave them. */
    private List<Long> strays() {
        ProcessHandle gateway = ProcessHandle.current();
        Set<Long> above = new HashSet<>(Set.of(1L));
        for (Optional<ProcessHandle> at = gateway.parent();
                at.isPresent();
                at = at.get().parent()) {
            above.add(at.get().pid());
        }
        return processes().stream()
                .filter(LimitMark::isForeign)
                .map(process -> Long.parseLong(process.getFileName().toString()))
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(process -> process.pid() != gateway.pid() && isRunning(process))
                .filter(process ->
                        above.contains(process.parent().map(ProcessHandle::pid).orElse(1L)))
                .filter(process ->
                        !process.info().startInstant().orElse(Instant.MAX).isBefore(began))
                .map(ProcessHandle::pid)
                .sorted()
                .toList();
    }

    /** The handle is taken before the look, so a number that was given to another process in between harms nobody. */
    private Optional<ProcessHandle> marked(Path process, String mark) {
        long pid = Long.parseLong(process.getFileName().toString());
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        if (handle.isEmpty() || limits.filter(limit -> limit.isOn(process)).isPresent()) {
            return handle;
        }
        try {
            String environment =
                    new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0" + mark + "\0") ? handle : Optional.empty();
        } catch (IOException notOurs) {
            return Optional.empty();
        }
    }

    /** An end is looked for, not waited for: nobody may ever collect the remains of a daemon. */
    private static void awaitAll(Set<ProcessHandle> processes, Duration patience) {
        long start = TIME.nanos();
        while (processes.stream().anyMatch(ProcessTree::isRunning)
                && TIME.nanos() - start < patience.toNanos()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    /** What has ended and was not collected by its parent still has a number, but runs nothing and cannot be ended. */
    private static boolean isRunning(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String state = Files.readString(PROC.resolve(process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return !state.startsWith("Z", state.lastIndexOf(')') + 2);
        } catch (IOException notLinux) {
            return process.isAlive();
        }
    }
}
