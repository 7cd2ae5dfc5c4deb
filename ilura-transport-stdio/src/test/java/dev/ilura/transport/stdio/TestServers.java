package dev.ilura.transport.stdio;

import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Servers that are main classes of the tests. */
final class TestServers {
    static final Path CLASSES = classes();

    private TestServers() {}

    /** The build may stand anywhere, even where nothing is believed by default: its directory is named as a root. */
    static StdioServer program(Class<?> main, List<String> args) {
        List<String> all = new ArrayList<>(List.of("-Xmx64m", "-cp", CLASSES.toString(), main.getName()));
        all.addAll(args);
        return StdioServer.named("odd")
                .command("java", all)
                .spawn(SpawnRules.standard()
                        .serverRoots(List.of(CLASSES.resolveSibling("").toString())));
    }

    private static Path classes() {
        try {
            return Path.of(TestServers.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
