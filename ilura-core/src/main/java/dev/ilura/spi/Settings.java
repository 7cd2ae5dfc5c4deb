package dev.ilura.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One table of a configuration file, read once by the part it belongs to. Reading never throws: a value of the wrong
 * type is noted as a problem and reads as absent, so that one report can show every mistake. A key that nobody reads is a
 * problem too.
 *
 * <p>Not thread-safe; used while a gateway is being built.
 */
public interface Settings {
    /** A string. */
    Optional<String> text(String key);

    /** A string in which {@code ${secret:name}} is resolved. */
    Optional<dev.ilura.Secret> secret(String key);

    /** A whole number. */
    Optional<Long> integer(String key);

    /** {@code true} or {@code false}. */
    Optional<Boolean> flag(String key);

    /** A duration such as {@code "500ms"}, {@code "10s"}, {@code "5m"}, {@code "1h"}. */
    Optional<Duration> duration(String key);

    /** A size in bytes: a whole number, or a string such as {@code "64KiB"}, {@code "4MiB"}. */
    Optional<Long> size(String key);

    /** A path; relative ones are resolved against the directory of the file. Not checked for existence. */
    Optional<Path> path(String key);

    /** An array of strings; empty if absent. */
    List<String> texts(String key);

    /** An array of paths; empty if absent. */
    List<Path> paths(String key);

    /** A table; empty if absent. */
    Optional<Settings> table(String key);

    /** An array of tables; empty if absent. */
    List<Settings> tables(String key);

    /** A table whose values are all strings in which {@code ${secret:name}} is resolved; empty if absent. */
    Map<String, dev.ilura.Secret> secrets(String key);

    /** The keys that are there, in file order. Does not count as reading them. */
    Set<String> keys();

    /** Whether the value under the key is an array (as against a single value); false if absent. */
    boolean isArray(String key);

    /** Whether the value under the key is a table; false if absent. */
    boolean isTable(String key);

    /** Where the table stands, for example {@code config.toml:41}. */
    String origin();

    /** The dotted name of this table, for example {@code servers.files}. */
    String name();

    /**
     * Notes a mistake at a key of this table. The file, the full key and the line are added.
     *
     * @param key the key, or empty for the table itself
     * @param what what is wrong, one sentence
     * @param fix what to write instead, one sentence
     */
    void problem(String key, String what, String fix);
}
