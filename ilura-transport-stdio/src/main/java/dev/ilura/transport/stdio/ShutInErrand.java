package dev.ilura.transport.stdio;

import dev.ilura.transport.stdio.confine.Confinement;
import dev.ilura.transport.stdio.confine.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Runs a program of the machine with the network, one directory, and nothing else of the user's. */
final class ShutInErrand implements Errand {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int LAST_WORDS = 4 << 10;

    private final Path program;
    private final List<String> programDirs;
    private final Confinement confinement;

    /**
     * @param programDirs the child's PATH
     */
    ShutInErrand(Path program, List<String> programDirs, Confinement confinement) {
        this.program = program;
        this.programDirs = programDirs;
        this.confinement = confinement;
    }

    @Override
    public Result run(Path directory, List<String> words) throws IOException {
        PrivateDirectories own = PrivateDirectories.create();
        try {
            List<String> argv = new ArrayList<>(List.of(program.toString()));
            argv.addAll(words);
            List<Path> readable = new ArrayList<>();
            for (Path path : List.of(program, program.toRealPath())) {
                if (!path.startsWith("/usr") && !path.startsWith("/bin") && path.getParent() != null) {
                    readable.add(
                            path.getParent().getParent() == null
                                    ? path.getParent()
                                    : path.getParent().getParent());
                }
            }
            Profile profile = new Profile(readable, List.of(own.base(), directory), Map.of(), directory, true);
            Map<String, String> environment = ChildEnvironment.of(
                    programDirs,
                    own.home(),
                    own.tmp(),
                    Map.of(),
                    UUID.randomUUID().toString());
            return run(argv, profile, environment);
        } finally {
            own.delete();
        }
    }

    private Result run(List<String> argv, Profile profile, Map<String, String> environment) throws IOException {
        Exits.prepare();
        Keeper keeper = new Keeper(LAST_WORDS);
        Thread thread = new Thread(
                () -> keeper.run(() -> confinement.start(
                        () -> ChildProcess.start(confinement.wrap(argv, profile), environment, profile.cwd()),
                        profile)),
                "ilura-errand");
        thread.setDaemon(true);
        thread.start();
        ChildProcess child = keeper.child();
        child.stdin().close();
        Thread output = new Thread(() -> new StderrTail(1).drain(child.stdout()), "ilura-errand-out");
        output.setDaemon(true);
        output.start();
        boolean ended = child.awaitExit(PATIENCE);
        child.stop(Duration.ZERO);
        if (!ended) {
            throw new IOException("it did not end within " + PATIENCE.toSeconds() + " s");
        }
        return new Result(child.status(), keeper.lastWords(Duration.ofSeconds(1)));
    }
}
