package dev.ilura.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every code that the sources name is explained, and nothing is explained that no source names. */
class ErrorCodesTest {
    private static final Pattern CODE = Pattern.compile("ILR-[A-Z]+-[0-9]{3}");
    private static final Path HOUSE = Path.of("..");

    @Test
    void everyCodeIsExplainedAndEveryExplanationHasItsCode() throws IOException {
        Set<String> explained = new TreeSet<>();
        for (String line : Files.readAllLines(HOUSE.resolve("docs/errors.md"))) {
            Matcher code = CODE.matcher(line);
            if (line.startsWith("|") && code.find()) {
                assertThat(explained.add(code.group()))
                        .as("one line for " + code.group())
                        .isTrue();
            }
        }

        assertThat(explained).containsExactlyElementsOf(codesInSources());
    }

    private static Set<String> codesInSources() throws IOException {
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(HOUSE)) {
            for (Path file : files.filter(ErrorCodesTest::isMainSource).toList()) {
                Matcher code = CODE.matcher(Files.readString(file));
                while (code.find()) {
                    codes.add(code.group());
                }
            }
        }
        return codes;
    }

    private static boolean isMainSource(Path file) {
        String path = HOUSE.relativize(file).toString().replace('\\', '/');
        return path.matches("(ilura-[a-z-]+|ilura-adapters/[a-z-]+)/src/main/.*\\.(java|grammar|list|rules)");
    }
}
