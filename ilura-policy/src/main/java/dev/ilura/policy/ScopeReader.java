package dev.ilura.policy;

import dev.ilura.policy.scope.PathScope;
import dev.ilura.policy.scope.Scope;
import dev.ilura.spi.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** From the table of one condition to its scope. The key {@code type} names the scope; {@code inside} alone means a path. */
final class ScopeReader {
    private final Settings table;
    private final Problems problems;

    ScopeReader(Settings table, Problems problems) {
        this.table = table;
        this.problems = problems;
    }

    Optional<Scope> read() {
        String type = table.text("type").orElseGet(this::implied);
        return switch (type) {
            case "path" -> keys(Set.of("inside", "except")) ? path() : Optional.empty();
            case "" -> {
                problem(
                        "",
                        "The condition does not say what the argument must be.",
                        "Write for example { inside = \"roots\" }.");
                yield Optional.empty();
            }
            default -> {
                problem("type", "\"" + type + "\" is no type of argument.", "Known: path.");
                yield Optional.empty();
            }
        };
    }

    private String implied() {
        return table.keys().contains("inside") ? "path" : "";
    }

    /** A misspelt key must not become a condition that demands less than its author thought. */
    private boolean keys(Set<String> known) {
        boolean fine = true;
        for (String key : table.keys()) {
            if (!key.equals("type") && !known.contains(key)) {
                problem(
                        key,
                        "The condition has no key \"" + key + "\".",
                        "Known keys: " + String.join(", ", sorted(known)) + ".");
                fine = false;
            }
        }
        return fine;
    }

    private static List<String> sorted(Set<String> keys) {
        return keys.stream().sorted().toList();
    }

    private Optional<Scope> path() {
        Optional<PathScope> base = pathBase();
        List<String> except = table.texts("except");
        return base.map(scope -> except.isEmpty() ? scope : scope.except(except));
    }

    private Optional<PathScope> pathBase() {
        List<String> directories = new ArrayList<>();
        if (table.isArray("inside")) {
            table.paths("inside").forEach(path -> directories.add(path.toString()));
        } else {
            Optional<String> text = table.text("inside");
            if (text.filter("roots"::equals).isPresent()) {
                return Optional.of(PathScope.insideRoots());
            }
            table.path("inside").map(Path::toString).ifPresent(directories::add);
        }
        if (directories.isEmpty()) {
            problem("inside", "The path may be nowhere.", "Write inside = \"roots\" or inside = [\"/srv/docs\"].");
            return Optional.empty();
        }
        return Optional.of(PathScope.inside(directories));
    }

    private void problem(String key, String what, String fix) {
        problems.note(table, key, what, fix);
    }

    /** Where mistakes go. */
    @FunctionalInterface
    interface Problems {
        void note(Settings table, String key, String what, String fix);
    }
}
