package dev.ilura.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.gateway.GatewayConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the README shows is what the build runs: blocks marked {@code from FILE} or {@code from FILE#region} hold that text.
 * After a change on purpose, {@code mvn test -Dreadme.update=true} writes them anew.
 */
class ReadmeTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path README = ROOT.resolve("README.md");
    private static final Pattern SHOWN =
            Pattern.compile("<!-- from (\\S+?)(?:#(\\S+))? -->\n```(\\w+)\n(.*?)```\n", Pattern.DOTALL);
    private static final Pattern CONFIG =
            Pattern.compile("<!-- checked: ReadmeTest loads this -->\n```toml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

    @Test
    void blocksShowWhatTheBuildRuns() throws IOException {
        String readme = read(README);

        String expected = SHOWN.matcher(readme).replaceAll(block -> Matcher.quoteReplacement(shown(block)));

        if (Boolean.getBoolean("readme.update")) {
            Files.writeString(README, expected, StandardCharsets.UTF_8);
            readme = expected;
        }
        assertThat(SHOWN.matcher(readme).results()).hasSize(3);
        assertThat(readme).isEqualTo(expected);
    }

    @Test
    void configurationIsAccepted(@TempDir Path directory) throws IOException {
        MatchResult config = CONFIG.matcher(read(README)).results().findFirst().orElseThrow();
        Path file = Files.writeString(directory.resolve("config.toml"), config.group(1), StandardCharsets.UTF_8);

        GatewayConfig loaded = GatewayConfig.load(file);

        assertThat(loaded.servers()).hasSize(1);
        assertThat(loaded.pods()).hasSize(1);
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        assertThat(LINK.matcher(read(README)).results().map(link -> ROOT.resolve(link.group(1))))
                .isNotEmpty()
                .allSatisfy(target -> assertThat(target).exists());
    }

    private static String shown(MatchResult block) {
        String source = read(ROOT.resolve(block.group(1)));
        String text = block.group(2) == null ? source : region(source, block.group(2));
        String mark = "<!-- from " + block.group(1) + (block.group(2) == null ? "" : "#" + block.group(2)) + " -->";
        return mark + "\n```" + block.group(3) + "\n" + text + "```\n";
    }

    /** The lines between the marks, moved to the left. */
    private static String region(String source, String name) {
        List<String> lines = source.lines()
                .dropWhile(line -> !line.strip().equals("// region " + name))
                .skip(1)
                .takeWhile(line -> !line.strip().equals("// endregion"))
                .toList();
        assertThat(lines).as("region %s", name).isNotEmpty();
        return String.join("\n", lines).stripIndent() + "\n";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
