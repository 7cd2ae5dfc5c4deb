package dev.ilura.transport.stdio.spawn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The data files beside the classes: one entry a line, {@code #} starts a comment line. */
final class Lists {
    private Lists() {}

    static List<String> lines(String file) {
        try (InputStream in = Lists.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the jar is incomplete: " + file + " is missing");
            }
            return entries(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> entries(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
