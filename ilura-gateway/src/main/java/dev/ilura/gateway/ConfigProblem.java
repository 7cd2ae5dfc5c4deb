package dev.ilura.gateway;

import dev.ilura.text.VisibleText;
import java.util.Objects;

/**
 * One mistake in a configuration file. Immutable; all texts are safe to show.
 *
 * @param file the file's name
 * @param key the full dotted key, for example {@code servers.files.command}; empty if the mistake belongs to no key
 * @param line from 1; 0 if the file could not be read at all
 * @param what what is wrong, one sentence
 * @param fix what to write instead, one sentence
 */
public record ConfigProblem(String file, String key, int line, String what, String fix) {
    public ConfigProblem {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(key, "key");
        what = VisibleText.oneLine(what);
        fix = VisibleText.oneLine(fix);
        key = VisibleText.oneLine(key);
    }

    /** {@code config.toml:41}. */
    public String place() {
        return line > 0 ? file + ":" + line : file;
    }

    @Override
    public String toString() {
        return place() + (key.isEmpty() ? "" : "  " + key) + "\n    " + what + "\n    " + fix;
    }
}
