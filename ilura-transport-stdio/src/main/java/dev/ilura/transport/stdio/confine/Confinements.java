package dev.ilura.transport.stdio.confine;

import dev.ilura.transport.stdio.spawn.PathResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** What this machine offers to shut a child in. Looked up once; thread-safe. */
public final class Confinements {
    private static final List<String> BUBBLEWRAP = List.of("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap");

    private static final List<String> PRLIMIT = List.of("/usr/bin/prlimit", "/bin/prlimit");

    private final PathResolver paths;
    private final Trial trial;
    private final ConcurrentMap<String, Optional<Confinement>> found = new ConcurrentHashMap<>();

    /**
     * @param trial runs a command line to see whether the system lets it; an installed program may still be forbidden
     */
    public Confinements(PathResolver paths, Trial trial) {
        this.paths = paths;
        this.trial = trial;
    }

    /** No confinement, for the reason that the name gives. */
    public static Confinement none(String level) {
        return new Unconfined(level);
    }

    /** Namespaces, where bubblewrap is installed and allowed. */
    public Optional<Confinement> bubblewrap() {
        return found.computeIfAbsent(
                "bubblewrap",
                name -> programs(BUBBLEWRAP)
                        .map(Bubblewrap::new)
                        .<Confinement>map(Confinement.class::cast)
                        .filter(this::works)
                        .findFirst());
    }

    /** Both on top of each other, where both are there and Landlock can keep signals and abstract sockets in. */
    public Optional<Confinement> stacked() {
        return found.computeIfAbsent(
                "stacked",
                name -> Landlock.here()
                        .filter(Landlock::hasScopes)
                        .flatMap(landlock ->
                                bubblewrap().map(outer -> (Confinement) new Stacked((Bubblewrap) outer, landlock)))
                        .filter(this::works));
    }

    /** Apple's, on a Mac. */
    public Optional<Confinement> sandboxExec() {
        return found.computeIfAbsent(
                "sandbox-exec",
                name -> programs(List.of(SandboxExec.USUAL.toString()))
                        .<Confinement>map(SandboxExec::new)
                        .filter(this::works)
                        .findFirst());
    }

    /** The program that sets limits, if it is there. */
    public Optional<Path> prlimit() {
        return programs(PRLIMIT).findFirst();
    }

    /** Those that are there, and that nobody but an administrator or this user can change. */
    private Stream<Path> programs(List<String> places) {
        return places.stream()
                .filter(path -> paths.file(path)
                        .filter(at -> at.custody() != PathResolver.Custody.OTHERS)
                        .isPresent())
                .map(Path::of);
    }

    /** Rules of the Linux kernel on the child's thread, on Java 22 or newer. */
    public Optional<Confinement> landlock() {
        return found.computeIfAbsent(
                "landlock",
                name -> Landlock.here()
                        .<Confinement>map(Confinement.class::cast)
                        .filter(this::works));
    }

    /** The strongest there is; its level says how strong that is. */
    public Confinement strongest() {
        return stacked()
                .or(this::bubblewrap)
                .or(this::landlock)
                .or(this::sandboxExec)
                .orElseGet(() -> none("none"));
    }

    /** First without, so that everything a start needs is loaded before a thread is kept from reading it. */
    private boolean works(Confinement confinement) {
        Profile nothing = new Profile(List.of(), List.of(), Map.of(), Path.of("/"), false);
        List<String> harmless = List.of("/bin/true");
        try {
            return trial.succeeds(harmless)
                    && onThreadOfItsOwn(() ->
                            confinement.start(() -> trial.succeeds(confinement.wrap(harmless, nothing)), nothing));
        } catch (IOException cannot) {
            return false;
        }
    }

    /** A thread may stay shut in for ever. */
    private static boolean onThreadOfItsOwn(Confinement.Start<Boolean> attempt) throws IOException {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        answer.complete(attempt.start());
                    } catch (IOException | RuntimeException | Error failure) {
                        answer.completeExceptionally(failure);
                    }
                },
                "ilura-confinement-trial");
        thread.setDaemon(true);
        thread.start();
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("cannot be used: " + e.getCause(), e.getCause());
        }
    }

    /** Runs a harmless command line to its end. */
    @FunctionalInterface
    public interface Trial {
        boolean succeeds(List<String> argv);
    }
}
