package dev.ilura.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a program prints when a user runs it: in a JVM of its own, in an empty directory. */
final class Printed {
    private static final long PATIENCE_SECONDS = 120;

    private Printed() {}

    /** Standard output; the fresh directory of the notes is written as {@code /srv}. */
    static String by(Class<?> program, Path directory) throws IOException, InterruptedException {
        String text = by(program, directory, Map.of(), "-Dfile.encoding=UTF-8");
        return text.replaceAll("/[^ \\]]*/ilura-example-[0-9]+", "/srv");
    }

    /** Standard output of a JVM with these variables and this option. */
    static String by(Class<?> program, Path directory, Map<String, String> environment, String option)
            throws IOException, InterruptedException {
        File errors = directory.resolve("stderr.txt").toFile();
        List<String> command = new ArrayList<>(List.of(Notes.JAVA.toString(), option));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED"); // Landlock, which newer JDKs warn about
        }
        command.addAll(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectError(errors);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(errors.toPath(), StandardCharsets.UTF_8))
                    .as("standard error")
                    .isEmpty();
            assertThat(process.exitValue()).isZero();
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
