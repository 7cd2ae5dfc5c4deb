package dev.ilura.policy;

import dev.ilura.Secret;
import dev.ilura.spi.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A table of a configuration, from maps, lists, strings, numbers and booleans. */
final class MapSettings implements Settings {
    private final String name;
    private final Map<String, ?> values;
    private final List<String> problems;

    private MapSettings(String name, Map<String, ?> values, List<String> problems) {
        this.name = name;
        this.values = values;
        this.problems = problems;
    }

    static MapSettings pod(Map<String, ?> values) {
        return new MapSettings("pods.default", values, new ArrayList<>());
    }

    /** Key, colon, what is wrong. */
    List<String> problems() {
        return problems;
    }

    private <T> Optional<T> value(String key, Class<T> type) {
        Object value = values.get(key);
        if (value != null && !type.isInstance(value)) {
            problem(key, "wrong type", "");
            return Optional.empty();
        }
        return Optional.ofNullable(type.cast(value));
    }

    @Override
    public Optional<String> text(String key) {
        return value(key, String.class);
    }

    @Override
    public Optional<Secret> secret(String key) {
        return text(key).map(Secret::of);
    }

    @Override
    public Optional<Long> integer(String key) {
        return value(key, Integer.class).map(Integer::longValue);
    }

    @Override
    public Optional<Boolean> flag(String key) {
        return value(key, Boolean.class);
    }

    @Override
    public Optional<Duration> duration(String key) {
        return text(key).map(text -> Duration.parse("PT" + text));
    }

    @Override
    public Optional<Long> size(String key) {
        return integer(key);
    }

    @Override
    public Optional<Path> path(String key) {
        return text(key).map(Path.of("/etc/ilura")::resolve);
    }

    @Override
    public List<String> texts(String key) {
        return value(key, List.class).map(this::strings).orElse(List.of());
    }

    private List<String> strings(List<?> list) {
        return list.stream().map(String.class::cast).toList();
    }

    @Override
    public List<Path> paths(String key) {
        return texts(key).stream().map(Path.of("/etc/ilura")::resolve).toList();
    }

    @Override
    public Optional<Settings> table(String key) {
        return value(key, Map.class).map(map -> child(name + "." + key, map));
    }

    @Override
    public List<Settings> tables(String key) {
        List<Settings> tables = new ArrayList<>();
        value(key, List.class).ifPresent(list -> {
            for (Object table : list) {
                tables.add(child(name + "." + key + "[" + tables.size() + "]", (Map<?, ?>) table));
            }
        });
        return tables;
    }

    private Settings child(String childName, Map<?, ?> map) {
        Map<String, Object> typed = new LinkedHashMap<>();
        map.forEach((key, value) -> typed.put((String) key, value));
        return new MapSettings(childName, typed, problems);
    }

    @Override
    public Map<String, Secret> secrets(String key) {
        return Map.of();
    }

    @Override
    public Set<String> keys() {
        return values.keySet();
    }

    @Override
    public boolean isArray(String key) {
        return values.get(key) instanceof List<?>;
    }

    @Override
    public boolean isTable(String key) {
        return values.get(key) instanceof Map<?, ?>;
    }

    @Override
    public String origin() {
        return "config.toml:31";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void problem(String key, String what, String fix) {
        problems.add((key.isEmpty() ? name : name + "." + key) + ": " + what);
    }
}
