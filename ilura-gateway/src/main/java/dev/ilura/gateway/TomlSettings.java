package dev.ilura.gateway;

import dev.ilura.Secret;
import dev.ilura.spi.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of a {@link ConfigFile}. Remembers which keys were asked for, so that keys nobody knows can be reported with
 * the nearest one that somebody does.
 */
final class TomlSettings implements Settings {
    private final ConfigFile file;
    private final String name;
    private final TomlTable table;
    private final int line;
    private final Map<String, Path> given = new HashMap<>();
    private final Map<String, List<Path>> givenPaths = new HashMap<>();

    private final Map<String, List<TomlSettings>> children = new HashMap<>();
    private final Set<String> known = new TreeSet<>();
    /** Keys whose value had the wrong type and reads as absent: that they are missing is no second mistake. */
    private final Set<String> unreadable = new HashSet<>();

    private boolean leftOut;

    /** Whoever reads this table found it wrong as a whole and may not have looked at its keys. */
    private boolean givenUp;

    private TomlSettings(ConfigFile file, String name, TomlTable table, int line) {
        this.file = file;
        this.name = name;
        this.table = table;
        this.line = line;
    }

    static TomlSettings root(ConfigFile file, TomlTable table) {
        return new TomlSettings(file, "", table, 1);
    }

    /** The table of this name, or one without keys if it is not written. */
    TomlSettings tableOrEmpty(String key) {
        return child(key)
                .orElseGet(() -> children.computeIfAbsent(
                                key, absent -> List.of(new TomlSettings(file, fullKey(key), Toml.parse(""), line)))
                        .get(0));
    }

    Optional<TomlSettings> child(String key) {
        return value(key, TomlTable.class, "a table", "Write [" + fullKey(key) + "] and its keys below.")
                .map(found -> children.computeIfAbsent(
                                key, first -> List.of(new TomlSettings(file, fullKey(key), found, lineOf(key))))
                        .get(0));
    }

    /** Whoever reads this table finds a path there that is written elsewhere, and only there. */
    TomlSettings giving(String key, Path value) {
        given.put(key, value);
        return this;
    }

    /** As {@link #giving(String, Path)}, for a key that may stand here too; then that counts. */
    TomlSettings givingPaths(String key, List<Path> value) {
        givenPaths.put(key, value);
        return this;
    }

    /** A table without keys, for a part that is only switched on. */
    TomlSettings without(String key) {
        return new TomlSettings(file, fullKey(key), Toml.parse(""), lineOf(key));
    }

    /** Nobody can tell which keys belong here, so none is reported as unknown. */
    void leaveOut() {
        leftOut = true;
    }

    /** Notes every key, here and below, that nobody asked for. */
    void noteUnknownKeys() {
        if (leftOut || (givenUp && table.keySet().stream().noneMatch(known::contains))) {
            return;
        }
        for (String key : table.keySet()) {
            if (!known.contains(key) && !file.isMisplaced(lineOf(key))) {
                noteUnknown(key);
            }
        }
        children.values().forEach(list -> list.forEach(TomlSettings::noteUnknownKeys));
    }

    /** A key that seems to be missing because it is misspelt is one mistake, not two. */
    private void noteUnknown(String key) {
        String kind = table.get(List.of(key)) instanceof TomlTable ? "table" : "key";
        Suggestion.nearest(key, unused()).map(this::fullKey).ifPresent(file::isNotMissing);
        file.note(fullKey(key), lineOf(key), "Nothing reads this " + kind + ".", Suggestion.instead(key, unused()));
    }

    /** A key that is written already is not what a misspelt one was meant to be. */
    private Set<String> unused() {
        Set<String> unused = new TreeSet<>(known);
        unused.removeAll(table.keySet());
        return unused.isEmpty() ? known : unused;
    }

    @Override
    public Optional<String> text(String key) {
        return value(key, String.class, "a string", "Put it in quotes.").filter(text -> !holdsSecret(key, text));
    }

    /** A secret in a command line or a path would be visible to every process of the machine and in the log. */
    private boolean holdsSecret(String key, String text) {
        if (!SecretSource.isReferredTo(text)) {
            return false;
        }
        typeProblem(key, "No secret can stand here: the value is shown and logged.", "Pass it in env or headers.");
        return true;
    }

    @Override
    public Optional<Secret> secret(String key) {
        return value(key, String.class, "a string", "Put it in quotes.").flatMap(text -> resolved(key, key, text));
    }

    private Optional<Secret> resolved(String key, String shown, String text) {
        try {
            return Optional.of(file.resolveSecrets(text));
        } catch (UnresolvedSecretException e) {
            unreadable.add(key);
            file.note(fullKey(shown), lineOf(key), e.what(), e.fix());
            return Optional.empty();
        }
    }

    @Override
    public Optional<Long> integer(String key) {
        return value(key, Long.class, "a whole number", "Write it in digits, without quotes.");
    }

    @Override
    public Optional<Boolean> flag(String key) {
        return value(key, Boolean.class, "true or false", "Write true or false, without quotes.");
    }

    @Override
    public Optional<Duration> duration(String key) {
        String fix = "Write a number and ms, s, m, h or d, in quotes, for example \"10s\".";
        return value(key, String.class, "a duration", fix)
                .flatMap(text -> orProblem(key, Quantity.duration(text), quoted(text) + " is no duration.", fix));
    }

    @Override
    public Optional<Long> size(String key) {
        known.add(key);
        if (raw(key) instanceof Long bytes) {
            return Optional.of(bytes);
        }
        String fix = "Write a number of bytes, or for example \"64KiB\" or \"4MiB\".";
        return value(key, String.class, "a size", fix)
                .flatMap(text -> orProblem(key, Quantity.bytes(text), quoted(text) + " is no size.", fix));
    }

    @Override
    public Optional<Path> path(String key) {
        Path elsewhere = given.get(key);
        return elsewhere != null ? Optional.of(elsewhere) : text(key).flatMap(text -> asPath(key, text));
    }

    private Optional<Path> asPath(String key, String text) {
        try {
            if (text.isEmpty()) {
                throw new InvalidPathException(text, "empty");
            }
            return Optional.of(file.resolve(Path.of(text)));
        } catch (InvalidPathException e) {
            typeProblem(key, quoted(text) + " is no path.", "Write a file name or directory.");
            return Optional.empty();
        }
    }

    @Override
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        Optional<TomlArray> array =
                value(key, TomlArray.class, "an array of strings", "Write it in brackets, for example [\"a\", \"b\"].");
        array.ifPresent(found -> {
            for (int i = 0; i < found.size(); i++) {
                if (found.get(i) instanceof String text) {
                    if (!holdsSecret(key, text)) {
                        texts.add(text);
                    }
                } else {
                    elementProblem(key, found, i, "must be a string, not " + kindOf(found.get(i)), "Put it in quotes.");
                }
            }
        });
        return Collections.unmodifiableList(texts);
    }

    @Override
    public List<Path> paths(String key) {
        List<Path> elsewhere = givenPaths.get(key);
        return elsewhere != null && !table.contains(List.of(key))
                ? elsewhere
                : texts(key).stream()
                        .flatMap(text -> asPath(key, text).stream())
                        .toList();
    }

    @Override
    public Optional<Settings> table(String key) {
        return child(key).map(Settings.class::cast);
    }

    @Override
    public List<Settings> tables(String key) {
        String fix = "Write [[" + fullKey(key) + "]] before each.";
        return value(key, TomlArray.class, "an array of tables", fix)
                .map(array -> List.<Settings>copyOf(children.computeIfAbsent(key, first -> tablesOf(key, array, fix))))
                .orElse(List.of());
    }

    private List<TomlSettings> tablesOf(String key, TomlArray array, String fix) {
        List<TomlSettings> tables = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i) instanceof TomlTable found) {
                tables.add(new TomlSettings(file, fullKey(key) + "[" + i + "]", found, lineOf(key, array, i)));
            } else {
                elementProblem(key, array, i, "must be a table, not " + kindOf(array.get(i)), fix);
            }
        }
        return tables;
    }

    @Override
    public Map<String, Secret> secrets(String key) {
        Map<String, Secret> secrets = new LinkedHashMap<>();
        child(key)
                .ifPresent(found -> found.keys()
                        .forEach(inner -> found.secret(inner).ifPresent(secret -> secrets.put(inner, secret))));
        return Collections.unmodifiableMap(secrets);
    }

    @Override
    public Set<String> keys() {
        return Collections.unmodifiableSet(new LinkedHashSet<>(table.keySet()));
    }

    @Override
    public boolean isArray(String key) {
        known.add(key);
        return raw(key) instanceof TomlArray;
    }

    @Override
    public boolean isTable(String key) {
        known.add(key);
        return raw(key) instanceof TomlTable;
    }

    @Override
    public String origin() {
        return file.name() + ":" + line;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void problem(String key, String what, String fix) {
        if (key.isEmpty()) {
            givenUp = true;
            file.note(name, line, what, fix);
            return;
        }
        known.add(key);
        if (raw(key) == null) {
            file.noteMissing(fullKey(key), line, what, fix);
        } else if (!unreadable.contains(key)) {
            file.note(fullKey(key), lineOf(key), what, fix);
        }
    }

    private <T> Optional<T> value(String key, Class<T> type, String wanted, String fix) {
        known.add(key);
        Object value = raw(key);
        if (value == null || type.isInstance(value)) {
            return Optional.ofNullable(type.cast(value));
        }
        typeProblem(key, "This must be " + wanted + ", not " + kindOf(value) + ".", fix);
        return Optional.empty();
    }

    private <T> Optional<T> orProblem(String key, Optional<T> value, String what, String fix) {
        if (value.isEmpty()) {
            typeProblem(key, what, fix);
        }
        return value;
    }

    private void typeProblem(String key, String what, String fix) {
        unreadable.add(key);
        file.note(fullKey(key), lineOf(key), what, fix);
    }

    private void elementProblem(String key, TomlArray array, int index, String what, String fix) {
        unreadable.add(key);
        file.note(fullKey(key), lineOf(key, array, index), "Element " + (index + 1) + " " + what + ".", fix);
    }

    private @Nullable Object raw(String key) {
        return table.get(List.of(key));
    }

    private String fullKey(String key) {
        return name.isEmpty() ? key : name + "." + key;
    }

    private int lineOf(String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return position == null ? line : position.line();
    }

    private int lineOf(String key, TomlArray array, int index) {
        TomlPosition position = array.inputPositionOf(index);
        return position == null ? lineOf(key) : position.line();
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static String kindOf(@Nullable Object value) {
        if (value instanceof String) {
            return "a string";
        } else if (value instanceof Long) {
            return "a whole number";
        } else if (value instanceof Boolean flag) {
            return flag.toString();
        } else if (value instanceof TomlArray) {
            return "an array";
        } else if (value instanceof TomlTable) {
            return "a table";
        } else {
            return value instanceof Double ? "a number with a point" : "a date";
        }
    }
}
