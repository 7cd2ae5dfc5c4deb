package dev.ilura.transport.stdio;

import dev.ilura.spi.Transport;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * One hostile server under one confinement, on the JVM that runs this: {@code CHOICE NETWORK ROOT SCRIPT ATTEMPTS...}. Prints
 * the level that was reached and how each attempt went.
 */
final class ConfinedRun {
    private ConfinedRun() {}

    public static void main(String[] args) throws Exception {
        Path script = Path.of(args[3]);
        List<String> attempts = List.of(args).subList(4, args.length);
        List<String> words = new java.util.ArrayList<>(List.of(script.toString()));
        words.addAll(attempts);
        StdioServer server = StdioServer.named("hostile")
                .command("python3", words)
                .roots(Path.of(args[2]))
                .spawn(SpawnRules.standard()
                        .launcherDirs(List.of("/usr/bin"))
                        .serverRoots(List.of(
                                Objects.requireNonNull(script.getParent()).toString())))
                .confinement(ConfinementChoice.valueOf(args[0]));
        if (!args[1].equals("unsaid")) {
            server = server.network(args[1].equals("none") ? Network.NONE : Network.ANY);
        }
        Ear ear = new Ear();
        try (Transport.Connection connection = server.transport().open(ear, request -> {
            System.out.println("level " + request.facts().get("confinement"));
        })) {
            for (int i = 0; i < attempts.size(); i += 2) {
                System.out.println(Ear.next(ear.frames));
            }
        }
        System.out.println("ending " + Ear.next(ear.ending));
    }
}
