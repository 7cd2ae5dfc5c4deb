package dev.ilura.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every example runs and prints what stands in {@code src/test/resources/printed}. After a change on purpose,
 * {@code mvn test -Dreadme.update=true} writes these files anew.
 */
class ExamplesTest {
    private static final Path PRINTED = Path.of("src/test/resources/printed");
    private static final int LONGEST = 80;

    @ParameterizedTest
    @ValueSource(
            classes = {
                Quickstart.class,
                CallbackApproval.class,
                OwnAuditSink.class,
                OwnPolicyEngine.class,
                ServeHttp.class,
                OwnTools.class,
                WrapSdkClient.class
            })
    void printsWhatItSays(Class<?> example, @TempDir Path directory) throws Exception {
        Path expected = PRINTED.resolve(example.getSimpleName() + ".txt");

        String printed = Printed.by(example, directory);

        if (Boolean.getBoolean("readme.update")) {
            Files.writeString(expected, printed, StandardCharsets.UTF_8);
        }
        assertThat(printed).isEqualTo(Files.readString(expected, StandardCharsets.UTF_8));
    }

    @Test
    void everyExampleIsShort() throws IOException {
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/dev/ilura/examples"))) {
            List<Path> all = sources.toList();
            assertThat(all).hasSizeGreaterThan(5);
            for (Path source : all) {
                assertThat(Files.readAllLines(source, StandardCharsets.UTF_8))
                        .as("lines of %s", source)
                        .hasSizeLessThan(LONGEST);
            }
        }
    }
}
