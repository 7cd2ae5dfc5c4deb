package dev.ilura.examples;

import dev.ilura.Gateway;
import dev.ilura.gateway.demo.NotesServer;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The server that the examples guard: notes in a fresh directory, and a secret beside it that no agent should read. */
final class Notes {
    /** The class path of the server, which is written as people write servers and opens any path that it is given. */
    static final String CODE = placeOf(NotesServer.class) + File.pathSeparator + placeOf(Gateway.class);

    static final String SERVER = NotesServer.class.getName();
    static final Path JAVA_BIN = Path.of(System.getProperty("java.home"), "bin");
    static final Path JAVA = JAVA_BIN.resolve("java");

    private Notes() {}

    /** A fresh {@code notes}, with {@code welcome.md} in it. */
    static Path directory() throws IOException {
        Path home = Files.createTempDirectory("ilura-example-").toRealPath();
        Path notes = Files.createDirectory(home.resolve("notes"));
        Files.writeString(notes.resolve("welcome.md"), "Hello from behind the gate.", StandardCharsets.UTF_8);
        Files.writeString(home.resolve("secret.txt"), "Nobody allowed this to be read.", StandardCharsets.UTF_8);
        return notes;
    }

    /** What an operator says: servers are started by this Java, from this code, and by nothing else. */
    static SpawnRules rules() {
        return SpawnRules.none()
                .launchers(List.of("java"))
                .launcherDirs(List.of(JAVA_BIN.toString()))
                .serverRoots(List.of(CODE.split(File.pathSeparator)));
    }

    /** The same in the words of a {@code config.toml}. */
    static String config(Path notes) {
        return """
                [spawn]
                launchers     = ["java"]
                launcher_dirs = ['%s']
                server_roots  = ['%s']

                [servers.notes]
                command = "java"
                args    = ["-cp", '%s', "%s", '%s']
                roots   = ['%s']

                """.formatted(JAVA_BIN, CODE.replace(File.pathSeparator, "', '"), CODE, SERVER, notes, notes);
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
