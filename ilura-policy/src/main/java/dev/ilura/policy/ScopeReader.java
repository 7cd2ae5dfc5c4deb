package dev.ilura.policy;

import dev.ilura.policy.scope.BudgetScope;
import dev.ilura.policy.scope.CommandScope;
import dev.ilura.policy.scope.HostFacts;
import dev.ilura.policy.scope.NumberScope;
import dev.ilura.policy.scope.PathScope;
import dev.ilura.policy.scope.ProgramArgument;
import dev.ilura.policy.scope.RateScope;
import dev.ilura.policy.scope.Scope;
import dev.ilura.policy.scope.SecretScope;
import dev.ilura.policy.scope.SqlDialect;
import dev.ilura.policy.scope.SqlScope;
import dev.ilura.policy.scope.TextScope;
import dev.ilura.policy.scope.UrlScope;
import dev.ilura.spi.Settings;
import dev.ilura.spi.TimeSource;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** From the table of one condition to its scope. The key {@code type} names the scope; {@code inside} alone means a path. */
final class ScopeReader {
    private final Settings table;
    private final Problems problems;
    private final Map<String, Kind> kinds = new TreeMap<>();

    ScopeReader(Settings table, Problems problems) {
        this.table = table;
        this.problems = problems;
        kinds.put("path", new Kind(List.of("inside", "except", "access", "hard_links"), this::path));
        kinds.put("url", new Kind(List.of("hosts", "schemes", "ports", "private", "resolve"), this::url));
        kinds.put("sql", new Kind(List.of("dialect", "tables"), this::sql));
        kinds.put("argv", new Kind(List.of(), () -> Optional.of(ProgramArgument.argv())));
        kinds.put("shell_word", new Kind(List.of(), () -> Optional.of(ProgramArgument.shellWord())));
        kinds.put("ref", new Kind(List.of(), () -> Optional.of(ProgramArgument.revision())));
        kinds.put("command", new Kind(List.of("starts_with"), this::command));
        kinds.put("secret", new Kind(List.of(), () -> Optional.of(SecretScope.noCredential())));
        kinds.put("number", new Kind(List.of("min", "max"), this::number));
        kinds.put("money", new Kind(List.of("limit", "per"), this::money));
        kinds.put("rate", new Kind(List.of("limit", "per"), this::rate));
        kinds.put("enum", new Kind(List.of("one_of"), this::oneOf));
        kinds.put("regex", new Kind(List.of("matches"), this::regex));
        kinds.put("text", new Kind(List.of("max_length"), this::text));
    }

    Optional<Scope> read() {
        String type = table.text("type").orElse(table.keys().contains("inside") ? "path" : "");
        if (type.isEmpty()) {
            problem(
                    "",
                    "The condition does not say what the argument must be.",
                    "Write for example { inside = \"roots\" }.");
            return Optional.empty();
        }
        Kind kind = kinds.get(type);
        if (kind == null) {
            problem(
                    "type",
                    "\"" + type + "\" is no type of argument.",
                    "Known: " + String.join(", ", kinds.keySet()) + ".");
            return Optional.empty();
        }
        return knowsAllKeys(kind) ? kind.read().get() : Optional.empty();
    }

    /** A misspelt key must not become a condition that demands less than its author thought. */
    private boolean knowsAllKeys(Kind kind) {
        boolean known = true;
        for (String key : table.keys()) {
            if (!key.equals("type") && !kind.keys().contains(key)) {
                problem(
                        key,
                        "The condition has no key \"" + key + "\".",
                        kind.keys().isEmpty()
                                ? "This type of condition has none."
                                : "Known keys: " + String.join(", ", kind.keys()) + ".");
                known = false;
            }
        }
        return known;
    }

    private Optional<Scope> path() {
        List<String> except = table.texts("except");
        String access = table.text("access").orElse("write");
        if (!access.equals("read") && !access.equals("write")) {
            problem("access", "\"" + access + "\" is no access.", "Write \"read\" or \"write\".");
            return Optional.empty();
        }
        return pathBase()
                .map(scope -> except.isEmpty() ? scope : scope.except(except))
                .map(scope -> access.equals("read") ? scope.forReading() : scope)
                .map(scope -> table.flag("hard_links").orElse(true) ? scope : scope.withOneName());
    }

    private Optional<PathScope> pathBase() {
        List<String> directories = new ArrayList<>();
        if (table.isArray("inside")) {
            table.paths("inside").forEach(path -> directories.add(path.toString()));
        } else {
            if (table.text("inside").filter("roots"::equals).isPresent()) {
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

    private Optional<Scope> url() {
        List<String> hosts = table.texts("hosts");
        if (hosts.isEmpty()) {
            problem("hosts", "The URL may lead nowhere.", "Write hosts = [\"api.example.com\"], or [\"*\"] for all.");
            return Optional.empty();
        }
        UrlScope scope = UrlScope.publicHosts().hosts(hosts);
        if (table.isArray("schemes")) {
            scope = scope.schemes(table.texts("schemes"));
        }
        List<String> ports = table.texts("ports");
        if (ports.stream().anyMatch(port -> !port.matches("[1-9][0-9]{0,4}"))) {
            problem("ports", "A port is a number in quotes.", "Write ports = [\"443\"].");
            return Optional.empty();
        }
        if (!ports.isEmpty()) {
            scope = scope.ports(ports.stream().map(Integer::valueOf).toList());
        }
        if (table.flag("private").orElse(false)) {
            scope = scope.withPrivateAddresses();
        }
        return Optional.of(table.flag("resolve").orElse(false) ? scope.knowing(HostFacts.resolvedHere()) : scope);
    }

    private Optional<Scope> sql() {
        Optional<SqlDialect> dialect = table.text("dialect").flatMap(SqlDialect::named);
        if (dialect.isEmpty()) {
            problem(
                    "dialect",
                    "Databases split statements differently, and the condition does not say which one reads this.",
                    "Write dialect = \"postgres\", \"mysql\", \"sqlite\" or \"mssql\".");
        }
        List<String> tables = table.texts("tables");
        return dialect.map(SqlScope::readOnly).map(scope -> tables.isEmpty() ? scope : scope.tables(tables));
    }

    private Optional<Scope> command() {
        return Optional.of(CommandScope.startingWith(table.texts("starts_with")));
    }

    private Optional<Scope> number() {
        Optional<Long> min = table.integer("min");
        Optional<Long> max = table.integer("max");
        if (min.isEmpty() || max.isEmpty()) {
            problem(min.isEmpty() ? "min" : "max", "A range has two ends.", "Write min = 1, max = 100.");
            return Optional.empty();
        }
        return Optional.of(NumberScope.between(BigDecimal.valueOf(min.get()), BigDecimal.valueOf(max.get())));
    }

    private Optional<Scope> money() {
        Optional<String> limit = table.text("limit").filter(text -> text.matches("[0-9]{1,15}(\\.[0-9]{1,6})?"));
        Optional<Duration> per = table.duration("per");
        if (limit.isEmpty() || per.isEmpty()) {
            problem(
                    limit.isEmpty() ? "limit" : "per",
                    "A budget has a sum and a time.",
                    "Write limit = \"100.00\", per = \"24h\".");
            return Optional.empty();
        }
        return Optional.of(BudgetScope.of(new BigDecimal(limit.get()), per.get(), TimeSource.system()));
    }

    private Optional<Scope> rate() {
        Optional<Long> limit = table.integer("limit");
        Optional<Duration> per = table.duration("per");
        if (limit.isEmpty() || per.isEmpty() || limit.get() < 1 || limit.get() > 1_000_000) {
            problem("limit", "A rate is a number of calls in a time.", "Write limit = 10 and per = \"1h\".");
            return Optional.empty();
        }
        return Optional.of(RateScope.of(limit.get().intValue(), per.get(), TimeSource.system()));
    }

    private Optional<Scope> oneOf() {
        return Optional.of(TextScope.oneOf(table.texts("one_of")));
    }

    private Optional<Scope> regex() {
        Optional<String> pattern = table.text("matches");
        if (pattern.isEmpty()) {
            problem("matches", "There is no pattern.", "Write matches = \"[a-z]+\"; it must fit the whole text.");
        }
        return pattern.map(TextScope::matching);
    }

    private Optional<Scope> text() {
        Optional<Long> length = table.integer("max_length");
        if (length.isEmpty()) {
            problem("max_length", "There is no length.", "Write max_length = 1000.");
        }
        return length.map(TextScope::atMost);
    }

    private void problem(String key, String what, String fix) {
        problems.note(table, key, what, fix);
    }

    /** One type of condition. */
    private record Kind(List<String> keys, Supplier<Optional<Scope>> read) {}

    /** Where mistakes go. */
    @FunctionalInterface
    interface Problems {
        void note(Settings table, String key, String what, String fix);
    }
}
