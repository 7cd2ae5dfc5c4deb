package dev.ilura.transport.stdio.confine;

import dev.ilura.transport.stdio.spawn.PathResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What this machine offers to shut a child in. Looked up once; thread-safe. */
public final class Confinements {
    private static final List<String> BUBBLEWRAP = List.of("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap");

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
                name -> BUBBLEWRAP.stream()
                        .filter(path -> paths.file(path)
                                .filter(at -> at.custody() != PathResolver.Custody.OTHERS)
                                .isPresent())
                        .map(path -> (Confinement) new Bubblewrap(Path.of(path)))
                        .filter(this::works)
                        .findFirst());
    }

    /** Rules of the Linux kernel on the child's thread, on Java 22 or newer. */
    public Optional<Confinement> landlock() {
        return found.computeIfAbsent("landlock", name -> Landlock.here().filter(this::works));
    }

    /** The strongest there is; its level says how strong that is. */
    public Confinement strongest() {
        return bubblewrap().or(this::landlock).orElseGet(() -> none("none"));
    }

    /** First without, so that everything a start needs is loaded before a thread is kept from reading it. */
    private boolean works(Confinement confinement) {
        Profile nothing = new Profile(List.of(), List.of(), Map.of(), Path.of("/"), false);
        List<String> harmless = List.of("/bin/true");
        try {
            return trial.succeeds(harmless)
                    && confinement.start(() -> trial.succeeds(confinement.wrap(harmless, nothing)), nothing);
        } catch (IOException cannot) {
            return false;
        }
    }

    /** Runs a harmless command line to its end. */
    @FunctionalInterface
    public interface Trial {
        boolean succeeds(List<String> argv);
    }
}
