package dev.ilura.gateway.cli;

import dev.ilura.Gateway;
import dev.ilura.IluraException;
import dev.ilura.gateway.StateDirectory;
import dev.ilura.gateway.demo.NotesServer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The demo's directory: a few notes, a secret beside them that no agent should read, and a configuration. */
final class DemoHouse {
    private final Path directory;

    private DemoHouse(Path directory) {
        this.directory = directory;
    }

    /** Furnishes the directory; a log that is there already is continued. */
    static DemoHouse in(Path directory) {
        try {
            DemoHouse house = new DemoHouse(
                    StateDirectory.create(directory.toAbsolutePath().normalize())
                            .toRealPath());
            StateDirectory.create(house.notes());
            write(house.notes().resolve("welcome.md"), "Hello from behind the gate.\n");
            write(house.directory.resolve("secret.txt"), "Nobody allowed this to be read.\n");
            write(house.config(), house.configuration());
            return house;
        } catch (IOException e) {
            throw new IluraException(
                    "ILR-CONF-005",
                    "The directory " + directory + " cannot be furnished for the demo: " + e + ".",
                    "Name a directory that you may write to.",
                    e);
        }
    }

    Path directory() {
        return directory;
    }

    Path notes() {
        return directory.resolve("notes");
    }

    Path config() {
        return directory.resolve("demo.toml");
    }

    private String configuration() {
        Set<Path> code = new LinkedHashSet<>();
        code.add(placeOf(NotesServer.class));
        code.add(placeOf(Gateway.class));
        String classPath =
                code.stream().map(Path::toString).collect(Collectors.joining(System.getProperty("path.separator")));
        String serverRoots = code.stream()
                .map(Path::getParent)
                .distinct()
                .map(DemoHouse::quoted)
                .collect(Collectors.joining(", "));
        return """
                # Written by "ilura demo"; change it and try: ilura check call --config demo.toml notes read_note '{"path":"welcome.md"}'
                [gateway]
                state_dir = "."

                [spawn]                     # what may be started at all
                launchers     = ["java"]
                launcher_dirs = [%s]
                server_roots  = [%s]

                [servers.notes]             # reads and writes whatever path it is given, like many servers
                command = "java"
                args    = ["-cp", %s, %s, %s]
                roots   = ["notes"]

                [pods.default]
                servers = ["notes"]

                [[pods.default.rules]]      # the first rule that covers a call decides; no rule: denied
                name     = "read-inside-notes"
                tools    = ["notes/read_note"]
                decision = "allow"
                where    = { path = { inside = "roots" } }

                [[pods.default.rules]]
                name     = "write-when-approved"
                tools    = ["notes/write_note"]
                decision = "ask"
                lane     = "medium"
                where    = { path = { inside = "roots" } }

                [approvals]
                channels = ["terminal"]
                timeout  = "60s"
                """.formatted(
                        quoted(Path.of(System.getProperty("java.home"), "bin")),
                        serverRoots,
                        quoted(classPath),
                        quoted(NotesServer.class.getName()),
                        quoted(notes()));
    }

    /** The jar, or the directory of classes in a build, that a class was loaded from. */
    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toRealPath();
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException("the code of " + type.getName() + " is in no file", e);
        }
    }

    private static String quoted(Path path) {
        return quoted(path.toString());
    }

    /** A TOML string; every character that could end it or start an escape is written as one. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F) {
                out.append(String.format("\\u%04X", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append('"').toString();
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
