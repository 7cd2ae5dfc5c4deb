package dev.ilura.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that listens on a port that it names on standard output or standard error. */
final class Listening implements AutoCloseable {
    private final Process process;
    private final String place;

    private Listening(Process process, String place) {
        this.process = process;
        this.place = place;
    }

    /** @param said what it prints; the first group is the place */
    static Listening start(List<String> command, Map<String, String> environment, Pattern said) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            CompletableFuture<String> place = new CompletableFuture<>();
            Thread reader = new Thread(() -> read(process, said, place), "listening-" + command.get(0));
            reader.setDaemon(true);
            reader.start();
            return new Listening(process, place.get(Peers.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(command + " does not listen", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void read(Process process, Pattern said, CompletableFuture<String> place) {
        StringBuilder all = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (all.length() < 10_000) {
                    all.append(line).append('\n');
                }
                Matcher matcher = said.matcher(line);
                if (matcher.find()) {
                    place.complete(matcher.group(1));
                }
            }
        } catch (IOException ended) {
            // said below
        }
        place.completeExceptionally(new AssertionError("it ended: " + all));
    }

    String place() {
        return place;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
