package dev.ilura.transport.stdio.confine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Namespaces by the bubblewrap program: the child sees its own processes only and a file system in which nothing else is.
 * When the program ends, the kernel ends everything it held, daemons included.
 *
 * @param program where it is
 */
record Bubblewrap(Path program) implements Confinement {
    @Override
    public String level() {
        return "bubblewrap";
    }

    @Override
    public boolean hasOwnFiles() {
        return true;
    }

    @Override
    public boolean cutsNetwork() {
        return true;
    }

    @Override
    public List<String> wrap(List<String> argv, Profile profile) {
        List<String> wrapped = new ArrayList<>(List.of(
                program.toString(),
                "--unshare-user-try",
                "--unshare-pid",
                "--unshare-ipc",
                "--unshare-uts",
                "--unshare-cgroup-try",
                "--die-with-parent",
                "--new-session",
                "--cap-drop",
                "ALL"));
        if (!profile.network()) {
            wrapped.add("--unshare-net");
        }
        wrapped.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"));
        Profile.SYSTEM.forEach(path -> addSystem(wrapped, path));
        profile.readable().forEach(path -> wrapped.addAll(List.of("--ro-bind", path.toString(), path.toString())));
        profile.replaced()
                .forEach((path, content) -> wrapped.addAll(List.of("--ro-bind", content.toString(), path.toString())));
        profile.writable().forEach(path -> wrapped.addAll(List.of("--bind", path.toString(), path.toString())));
        wrapped.addAll(List.of("--chdir", profile.cwd().toString(), "--"));
        wrapped.addAll(argv);
        return wrapped;
    }

    /** {@code /bin} is a link to {@code usr/bin} on most systems, and has to be one inside as well. */
    private static void addSystem(List<String> wrapped, Path path) {
        if (!Files.isSymbolicLink(path) || path.startsWith("/etc")) {
            wrapped.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
            return;
        }
        try {
            wrapped.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), path.toString()));
        } catch (IOException unreadable) {
            // Not there for us, so not for the child.
        }
    }
}
