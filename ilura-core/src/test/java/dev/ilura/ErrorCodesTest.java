package dev.ilura;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A person who meets a code finds it explained. */
class ErrorCodesTest {
    private static final Pattern CODE = Pattern.compile("ILR-[A-Z]+-[0-9]{3}");
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path ERRORS = Path.of("../docs/errors.md");

    @Test
    void everyCodeOfCoreIsExplained() throws IOException {
        assertThat(codes(Files.readString(ERRORS, StandardCharsets.UTF_8))).containsAll(codesInSources());
    }

    @Test
    void noCodeIsExplainedTwice() throws IOException {
        List<String> rows = Files.readAllLines(ERRORS, StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith("| ILR-"))
                .map(line -> line.substring(2, line.indexOf(' ', 2)))
                .toList();
        assertThat(rows).doesNotHaveDuplicates();
    }

    private static Set<String> codesInSources() throws IOException {
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> codes.addAll(codes(text(file))));
        }
        return codes;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> codes(String text) {
        Set<String> codes = new TreeSet<>();
        Matcher matcher = CODE.matcher(text);
        while (matcher.find()) {
            codes.add(matcher.group());
        }
        return codes;
    }
}
