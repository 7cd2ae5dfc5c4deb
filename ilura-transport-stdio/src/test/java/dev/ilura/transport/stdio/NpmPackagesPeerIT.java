package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.IluraException;
import dev.ilura.spi.StartRequest;
import dev.ilura.spi.Transport;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real npm, against a registry of this test: what npx would fetch at each start is installed once and then only run. */
class NpmPackagesPeerIT {
    private static final String SERVER =
            "console.log('here ' + process.argv.slice(2).join(' ')); process.stdin.resume();"
                    + " process.stdin.on('end', () => process.exit(0));";

    @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
    private Path dir;

    private NpmRegistry registry;
    private Path state;

    @BeforeEach
    void publish() throws Exception {
        dir = dir.toRealPath();
        state = dir.resolve("state");
        registry = new NpmRegistry(dir.resolve("published"));
        registry.publish(
                "weather",
                "1.0.0",
                SERVER,
                ",\"scripts\":{\"preinstall\":\"touch " + dir + "/script\",\"postinstall\":\"touch " + dir
                        + "/script\"}");
    }

    @AfterEach
    void clean() {
        registry.close();
        PrivateDirectories.remove(dir);
    }

    @Test
    void pinnedPackageStartsFromItsFilesWithoutScriptsRegistryOrNetwork() throws Exception {
        StartRequest first = start(server("-y", "weather@1.0.0", "--city", "Bern"), "here --city Bern");
        int asked = registry.requests();
        registry.close();
        StartRequest again = start(server("-y", "weather@1.0.0", "--city", "Bern"), "here --city Bern");

        assertThat(first.question()).isEmpty();
        assertThat(first.facts().get("executable")).endsWith("/node");
        assertThat(first.facts().get("artefact")).matches("npm:weather@1\\.0\\.0 tree sha256:[0-9a-f]{64} sha512-.*");
        assertThat(again.identity()).isEqualTo(first.identity());
        assertThat(asked).isPositive();
        assertThat(registry.requests()).isEqualTo(asked);
        assertThat(dir.resolve("script")).doesNotExist();
    }

    @Test
    void changedFileInTheStoreStartsNothing() throws Exception {
        start(server("-y", "weather@1.0.0"), "here ");
        Path file;
        try (Stream<Path> all = Files.walk(state.resolve("packages"))) {
            file = all.filter(path -> path.endsWith("weather/main.js"))
                    .findFirst()
                    .orElseThrow();
        }
        assertThat(Files.getPosixFilePermissions(file))
                .noneMatch(right -> right.name().contains("WRITE"));
        assertThat(file.toFile().setWritable(true)).isTrue();
        Files.writeString(file, Files.readString(file) + "\n// one line more");

        assertThatThrownBy(() -> start(server("-y", "weather@1.0.0"), ""))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-SPAWN-009");
    }

    @Test
    void unpinnedPackageIsPinnedToTheVersionThatWasShown() throws Exception {
        StartRequest first = start(server("-y", "weather"), "here ");
        registry.publish("weather", "1.1.0", SERVER, "");
        StartRequest again = start(server("-y", "weather"), "here ");

        assertThat(first.question())
                .hasValueSatisfying(why -> assertThat(why).contains("not pinned", "gives version 1.0.0"));
        assertThat(first.display()).contains("code: npm:weather@1.0.0 tree sha256:");
        assertThat(again.question()).as("agreed to already").isEmpty();
        assertThat(again.identity()).isEqualTo(first.identity());
    }

    @Test
    void anotherVersionIsAnotherStartAndTheDifferenceIsShown() throws Exception {
        registry.publish("weather", "1.1.0", SERVER, "");
        start(server("-y", "weather@1.0.0"), "here ");

        StartRequest changed = start(server("-y", "weather@1.1.0"), "here ");

        assertThat(changed.question()).isPresent();
        assertThat(changed.display()).contains("- code: npm:weather@1.0.0 tree", "+ code: npm:weather@1.1.0 tree");
    }

    @Test
    void versionWithAKnownHoleIsRefusedAlsoWhereTheRegistryChoseIt() {
        StdioServer server = server("-y", "weather");
        StdioServer warned = server.spawn(server.spawn().blockedVersions(Map.of("weather", "<1.0.1")));

        assertThatThrownBy(() -> start(warned, ""))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-SPAWN-023");
    }

    @Test
    void whatComesFromSomewhereElseThanTheRegistryIsNotInstalled() throws Exception {
        Path inside = Files.createDirectories(dir.resolve("inside"));
        Files.writeString(inside.resolve("package.json"), "{\"name\":\"inside\",\"version\":\"1.0.0\"}");
        registry.publish("smuggler", "1.0.0", SERVER, ",\"dependencies\":{\"inside\":\"file:" + inside + "\"}");

        assertThatThrownBy(() -> start(server("-y", "smuggler@1.0.0"), ""))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-SPAWN-024");
    }

    @Test
    void packageThatIsNotThereIsReportedWithTheWordsOfNpm() {
        assertThatThrownBy(() -> start(server("-y", "nowhere@1.0.0"), ""))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-SPAWN-024")
                .hasMessageContaining("404");
    }

    private StdioServer server(String... words) {
        return StdioServer.named("weather")
                .command("npx", words)
                .network(Network.NONE)
                .state(state)
                .npmRegistry(registry.address())
                .spawn(SpawnRules.standard().launcherDirs(List.of("/usr/bin")));
    }

    private static StartRequest start(StdioServer server, String greeting) throws IOException, InterruptedException {
        AtomicReference<StartRequest> seen = new AtomicReference<>();
        Ear ear = new Ear();
        try (Transport.Connection connection = server.transport().open(ear, seen::set)) {
            assertThat(Ear.next(ear.frames)).isEqualTo(greeting);
        }
        return seen.get();
    }
}
