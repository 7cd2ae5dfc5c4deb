package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.Secret;
import dev.ilura.ServerSpec;
import dev.ilura.spi.Settings;
import dev.ilura.spi.TransportProvider;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@code [servers.NAME]} with {@code transport = "stdio"}, and {@code [spawn]}. */
public final class StdioTransportProvider implements TransportProvider {
    /** For {@link java.util.ServiceLoader}. */
    public StdioTransportProvider() {}

    @Override
    public String name() {
        return "stdio";
    }

    @Override
    public Optional<ServerSpec> create(String server, Settings settings, Settings root) {
        Reading reading = new Reading(settings);
        StdioServer made = reading.server(server);
        Optional<Settings> spawn = root.table("spawn");
        Reading rules = new Reading(spawn.orElse(settings));
        if (spawn.isPresent()) {
            made = rules.spawn(made);
        }
        return reading.failed || rules.failed ? Optional.empty() : Optional.of(made);
    }

    /** One pass over one table; notes every mistake and goes on. */
    private static final class Reading {
        private final Settings settings;
        private boolean failed;

        Reading(Settings settings) {
            this.settings = settings;
        }

        StdioServer server(String name) {
            StdioServer server = attempt(
                    "", "Use letters, digits, - and _.", name, StdioServer::named, StdioServer.named("unnamed"));
            Optional<String> command = settings.text("command");
            if (command.isEmpty()) {
                problem("command", "A stdio server needs a command.", "Write command = \"node\", for example.");
            }
            List<String> args = settings.texts("args");
            for (Map.Entry<String, Secret> variable : settings.secrets("env").entrySet()) {
                server = server.env(variable.getKey(), variable.getValue());
            }
            for (String key : List.of("cwd", "home")) {
                server = directory(server, key);
            }
            server = server.command(command.orElse(""), args);
            server = attempt("roots", "Write absolute paths.", settings.paths("roots"), server::roots, server);
            server = directory(server, "state_dir");
            return pins(network(limits(resources(server))));
        }

        private StdioServer directory(StdioServer server, String key) {
            Optional<Path> path = settings.path(key);
            if (path.isEmpty()) {
                return server;
            }
            return switch (key) {
                case "cwd" -> server.cwd(path.get());
                case "home" -> server.home(path.get());
                default -> server.state(path.get());
            };
        }

        /** {@code limits = { memory = "1GiB", processes = 64, open_files = 1024 }}. */
        private StdioServer resources(StdioServer server) {
            Optional<Settings> table = settings.table("limits");
            if (table.isEmpty()) {
                return server;
            }
            Reading reading = new Reading(table.get());
            StdioServer limited = reading.attempt(
                    "",
                    "Write memory of at least 16MiB, processes of 1 to 100000, open_files of 16 to 1000000.",
                    table.get(),
                    limits -> server.limits(new ResourceLimits(
                            limits.size("memory").map(OptionalLong::of).orElseGet(OptionalLong::empty),
                            whole(limits, "processes"),
                            whole(limits, "open_files"))),
                    server);
            failed |= reading.failed;
            return limited;
        }

        private static OptionalInt whole(Settings table, String key) {
            return table.integer(key)
                    .map(value -> OptionalInt.of(Math.toIntExact(value)))
                    .orElseGet(OptionalInt::empty);
        }

        private StdioServer limits(StdioServer server) {
            StdioServer graced =
                    settings.duration("stop_grace").map(server::stopGrace).orElse(server);
            Optional<Long> line = settings.size("line_limit");
            return line.isEmpty()
                    ? graced
                    : attempt(
                            "line_limit",
                            "Write 1KiB to 1GiB.",
                            line.get(),
                            bytes -> graced.lineLimit(Math.toIntExact(bytes)),
                            graced);
        }

        private StdioServer network(StdioServer server) {
            if (settings.isArray("network")) {
                return attempt(
                        "network",
                        "Write host names, for example [\"api.example.com\"].",
                        settings.texts("network"),
                        hosts -> server.network(Network.hosts(hosts)),
                        server);
            }
            Optional<String> word = settings.text("network");
            if (word.isEmpty()) {
                return server;
            }
            if (word.get().equals("none")) {
                return server.network(Network.NONE);
            }
            if (!word.get().equals("any")) {
                problem("network", "This is no kind of network.", "Write \"none\", \"any\" or a list of host names.");
            }
            return server.network(Network.ANY);
        }

        private StdioServer pins(StdioServer server) {
            String word = settings.text("pins").orElse("first-use");
            if (word.equals("review")) {
                return server.pins(ServerSpec.PinMode.REVIEW);
            }
            if (!word.equals("first-use")) {
                problem("pins", "This is no way to pin.", "Write \"first-use\" or \"review\".");
            }
            return server;
        }

        StdioServer spawn(StdioServer server) {
            SpawnRules rules = server.spawn();
            List<String> launchers = settings.texts("launchers");
            if (!launchers.isEmpty()) {
                rules = attempt("launchers", "Leave it out or register it.", launchers, rules::launchers, rules);
            }
            for (Path grammar : settings.paths("grammars")) {
                rules = attempt("grammars", "Name NAME.grammar files.", grammar, rules::grammar, rules);
            }
            rules = absolute("launcher_dirs", rules, rules::launcherDirs);
            rules = absolute("server_roots", rules, rules::serverRoots);
            rules = absolute("workspaces", rules, rules::workspaces);
            return packages(confinement(server.spawn(knownHoles(registered(rules)))));
        }

        private SpawnRules knownHoles(SpawnRules rules) {
            Optional<String> word = settings.text("known_holes");
            if (word.isEmpty()) {
                return rules;
            }
            if (!word.get().equals("ask") && !word.get().equals("refuse")) {
                problem("known_holes", "This is no way to treat known holes.", "Write \"refuse\" or \"ask\".");
            }
            return rules.refusesKnownHoles(!word.get().equals("ask"));
        }

        private StdioServer packages(StdioServer server) {
            StdioServer chosen = settings.text("npm_registry")
                    .map(address ->
                            attempt("npm_registry", "Write https://HOST/.", address, server::npmRegistry, server))
                    .orElse(server);
            String word = settings.text("packages").orElse("install");
            if (!word.equals("install") && !word.equals("launcher")) {
                problem("packages", "This is no way to treat packages.", "Write \"install\" or \"launcher\".");
            }
            return chosen.packages(word.equals("launcher") ? PackageChoice.LAUNCHER : PackageChoice.INSTALL);
        }

        private SpawnRules absolute(String key, SpawnRules rules, Function<List<String>, SpawnRules> use) {
            List<Path> paths = settings.paths(key);
            return paths.isEmpty()
                    ? rules
                    : use.apply(paths.stream().map(Path::toString).toList());
        }

        /** {@code registered = { name = "/path" }} or {@code { name = { path = "/path", sha256 = "..." } }}. */
        private SpawnRules registered(SpawnRules rules) {
            Optional<Settings> table = settings.table("registered");
            if (table.isEmpty()) {
                return rules;
            }
            SpawnRules extended = rules;
            Reading reading = new Reading(table.get());
            for (String name : table.get().keys()) {
                extended = reading.binary(name, extended);
            }
            failed |= reading.failed;
            return extended;
        }

        private SpawnRules binary(String name, SpawnRules rules) {
            Settings details = settings.isTable(name) ? settings.table(name).orElse(null) : null;
            Optional<Path> path = details == null ? settings.path(name) : details.path("path");
            Optional<String> digest = details == null ? Optional.empty() : details.text("sha256");
            if (path.isEmpty()) {
                problem(name, "A registered program needs a path.", "Write " + name + " = \"/absolute/path\".");
                return rules;
            }
            return attempt(
                    name,
                    "Write the digest as sha256sum prints it.",
                    digest,
                    sha256 -> rules.registered(name, path.get().toString(), sha256),
                    rules);
        }

        private StdioServer confinement(StdioServer server) {
            Optional<String> word = settings.text("confinement");
            if (word.isEmpty()) {
                return server;
            }
            for (ConfinementChoice choice : ConfinementChoice.values()) {
                if (choice.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word.get())) {
                    return server.confinement(choice);
                }
            }
            problem(
                    "confinement",
                    "This is no confinement.",
                    "Write strongest, landlock, bubblewrap, sandbox-exec or none.");
            return server;
        }

        private <A, B> B attempt(String key, String fix, A value, Function<A, B> use, B otherwise) {
            try {
                return use.apply(value);
            } catch (IllegalArgumentException | ArithmeticException e) {
                problem(key, sentence(e.getMessage()), fix);
            } catch (IluraException e) {
                problem(key, e.what(), e.fix());
            }
            return otherwise;
        }

        private void problem(String key, String what, String fix) {
            failed = true;
            settings.problem(key, what, fix);
        }

        private static String sentence(@Nullable String message) {
            return message == null ? "The value is not allowed." : message;
        }
    }
}
