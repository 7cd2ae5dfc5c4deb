package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that ran to its end. */
record Finished(List<String> command, int exit, String out, String err) {

    /** Runs a command with these variables added to the environment; fails if it takes longer than the patience. */
    static Finished run(List<String> command, Map<String, String> environment, String input) {
        return run(command, environment, input, Peers.PATIENCE);
    }

    /** The same with another patience. */
    static Finished run(List<String> command, Map<String, String> environment, String input, Duration patience) {
        try {
            Path dir = Files.createTempDirectory("ilura-peers");
            try {
                return run(command, environment, Files.writeString(dir.resolve("in"), input), dir, patience);
            } finally {
                delete(dir);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Finished succeeded() {
        assertThat(exit).as("exit code of %s%n%s%n%s", command, out, err).isZero();
        return this;
    }

    private static Finished run(
            List<String> command, Map<String, String> environment, Path in, Path dir, Duration patience)
            throws IOException {
        Path out = dir.resolve("out");
        Path err = dir.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
            assertThat(ended)
                    .as("%s ended within %s%n%s", command, patience, Files.readString(err))
                    .isTrue();
            return new Finished(command, process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command, e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void delete(Path dir) {
        for (File file : dir.toFile().listFiles()) {
            file.delete();
        }
        dir.toFile().delete();
    }
}
