package dev.ilura.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table {@code [tools]}: what it says is read, and all that is wrong with it is said at once. */
class ToolsConfigTest {
    private static final String REST = """
            [gateway]
            state_dir = "state"

            [pods.default]
            policy = "scripted"

            [[pods.default.rules]]
            tools = ["file_io/*"]
            decision = "allow"

            [audit]
            sink = "scripted"

            [approvals]
            channels = ["scripted"]

            """;

    @TempDir
    private Path directory;

    @BeforeEach
    void aRoot() throws IOException {
        Files.createDirectory(directory.resolve("docs"));
    }

    private GatewayConfig read(String tools) throws IOException {
        Path file = Files.writeString(directory.resolve("config.toml"), REST + tools);
        return new ConfigReader(ConfigFile.read(file), Plugins.find(), Map.of()).read();
    }

    private List<ConfigProblem> problems(String tools) {
        return catchThrowableOfType(ConfigException.class, () -> read(tools)).problems();
    }

    @Test
    void everyKeyThatIsDocumentedIsRead() throws IOException {
        assertThat(read("""
                [tools.file_io]
                roots = ["docs"]
                secrets = [".env", "!.env.example"]
                hard_links = true
                max_read = "2MiB"
                max_media = "1MiB"
                max_edit = "4MiB"
                max_entries = 100
                [tools.network]
                addresses = ["10.1.2.0/24"]
                max_size = "1MiB"
                timeout = "5s"
                requests_per_minute = 30
                types = ["text/"]
                robots = false
                proxy = "proxy.example:3128"
                [tools.time_machine]
                directory = "history"
                keep_for = "7d"
                keep_bytes = "100MiB"
                max_entries = 1000
                max_bytes = "10MiB"
                """)).isNotNull();
    }

    @Test
    void allMistakesAreSaidAtOnce() {
        assertThat(problems("""
                [tools.file_io]
                roots = ["docs"]
                hard_links = "yes"
                max_read = "much"
                max_reed = "1MiB"
                [tools.network]
                timeout = "soon"
                requests_per_minute = "60"
                proxy = "nowhere"
                robots = 1
                [tools.time_machine]
                keep_for = "long"
                servers = ["nobody"]
                """))
                .extracting(ConfigProblem::key)
                .contains(
                        "tools.file_io.hard_links",
                        "tools.file_io.max_read",
                        "tools.file_io.max_reed",
                        "tools.network.timeout",
                        "tools.network.requests_per_minute",
                        "tools.network.proxy",
                        "tools.network.robots",
                        "tools.time_machine.keep_for",
                        "tools.time_machine.servers");
    }

    @Test
    void whatNobodyProvidesAndWhatCannotBeIsSaid() {
        assertThat(problems("[tools]\nfile_oi = true\nroots = [\"docs\"]\n"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.key()).isEqualTo("tools.file_oi"));
        assertThat(problems("[tools.file_io]\nroots = [\"nowhere\"]\n")).isNotEmpty();
        assertThat(problems("[tools.file_io]\nroots = [\".\"]\n"))
                .as("the state directory lies in it")
                .isNotEmpty();
    }

    /** The key, its line and the fix, for each value that could be read and makes no sense. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "network | addresses = ['10.1.2.0/99'] | /24",
                "network | addresses = ['public'] | /24",
                "network | max_size = 0 | 64MiB",
                "network | max_size = '1GB' | 64MiB",
                "network | timeout = '0s' | 30s",
                "network | requests_per_minute = 0 | 1000000",
                "network | requests_per_minute = 2000000 | 1000000",
                "network | proxy = 'proxy.example' | host:port",
                "network | proxy = 'proxy.example:99999' | host:port",
                "file_io | max_read = '65MiB' | 64MiB",
                "file_io | max_media = 0 | 64MiB",
                "file_io | max_edit = '1GB' | 256MiB",
                "file_io | max_entries = 0 | 2147483647",
                "file_io | secrets = ['[a'] | *.pem",
                "time_machine | keep_for = '0s' | 30s",
                "time_machine | keep_bytes = 0 | 1 byte",
                "time_machine | max_entries = 0 | whole number",
                "time_machine | max_bytes = 0 | 1 byte",
            })
    void aValueThatMakesNoSenseIsSaidAtItsKey(String table, String written, String fix) {
        String roots = table.equals("file_io") ? "roots = [\"docs\"]\n" : "";
        List<ConfigProblem> problems = problems("[tools." + table + "]\n" + roots + written + "\n");

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo("tools." + table + "." + written.substring(0, written.indexOf(' ')));
            assertThat(problem.line()).isEqualTo(lineOf(roots + written));
            assertThat(problem.fix()).contains(fix);
        });
    }

    /** That of the last line of the table. */
    private static int lineOf(String table) {
        return (int) (REST + "[table]\n" + table).lines().count();
    }
}
