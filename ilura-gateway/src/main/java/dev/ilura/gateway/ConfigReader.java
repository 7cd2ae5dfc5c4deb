package dev.ilura.gateway;

import dev.ilura.Gateway;
import dev.ilura.IluraException;
import dev.ilura.Limits;
import dev.ilura.Pod;
import dev.ilura.Resilience;
import dev.ilura.ServerSpec;
import dev.ilura.audit.AnchorSettings;
import dev.ilura.policy.ResultInspector;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.NamedProvider;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.Providers;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.spi.Settings;
import dev.ilura.spi.ToolProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads a whole configuration before it says what is wrong with it. Used once. */
final class ConfigReader {
    private final ConfigFile file;
    private final TomlSettings root;
    private final Plugins plugins;
    private final Map<String, String> environment;

    ConfigReader(ConfigFile file, Plugins plugins, Map<String, String> environment) {
        this.file = file;
        this.root = file.root();
        this.plugins = plugins;
        this.environment = environment;
    }

    /**
     * @throws ConfigException if there is any mistake
     */
    GatewayConfig read() {
        TomlSettings gateway = root.tableOrEmpty("gateway");
        Path stateDir = gateway.path("state_dir").orElseGet(() -> file.resolve(Path.of("state")));
        file.secretsFrom(new SecretSource(stateDir.resolve("secrets"), environment));
        List<ServerSpec> servers = servers(stateDir);
        List<ToolProvider> tools = new ToolsReader(
                        root.tableOrEmpty("tools"),
                        plugins.tools(),
                        stateDir,
                        servers,
                        root.tableOrEmpty("pods").keys().size())
                .read();
        List<Pod> pods = pods();
        GatewayConfig.Parts parts = new GatewayConfig.Parts(
                gateway.text("name").orElse("ilura"),
                stateDir,
                defaultPod(gateway),
                servers,
                tools,
                pods,
                inspectors(),
                limits(gateway),
                resilience(),
                channels(stateDir),
                sink(stateDir),
                new HttpFrontSettings(root.tableOrEmpty("http"), stateDir).read(servers),
                () -> AnchorSettings.anchors(root.tableOrEmpty("audit")));
        root.noteUnknownKeys();
        file.requireFine();
        return new GatewayConfig(file, parts);
    }

    private List<ServerSpec> servers(Path stateDir) {
        TomlSettings table = root.tableOrEmpty("servers");
        if (table.keys().isEmpty() && toolNames().isEmpty()) {
            root.problem("servers", "There is no server.", "Add [servers.NAME] with its command.");
        }
        if (table.keys().isEmpty() && root.isTable("spawn")) {
            root.tableOrEmpty("spawn").leaveOut(); // it is about servers, and there is none
        }
        List<ServerSpec> servers = new ArrayList<>();
        for (String name : table.keys()) {
            table.child(name)
                    .flatMap(settings -> server(name, settings.giving("state_dir", stateDir.toAbsolutePath())))
                    .ifPresent(servers::add);
        }
        return servers;
    }

    private List<String> toolNames() {
        return ToolsReader.names(root.tableOrEmpty("tools"));
    }

    /** What a pod can name: servers, and the gateway's own tools, which are servers to it. */
    private Set<String> reachable() {
        Set<String> all = new LinkedHashSet<>(root.tableOrEmpty("servers").keys());
        all.addAll(toolNames());
        return all;
    }

    private Optional<ServerSpec> server(String name, TomlSettings settings) {
        String transport = settings.text("transport").orElse("stdio");
        Optional<ServerSpec> server = select(plugins.transports(), transport, settings, "transport", settings)
                .flatMap(provider -> provider.create(name, settings, root));
        server.ifPresent(spec -> checkName(spec, settings));
        return server;
    }

    /** The builder knows what a name may be; it is asked here so that the answer gets a line. */
    private static void checkName(ServerSpec server, Settings settings) {
        try {
            Gateway.builder().server(server);
        } catch (IluraException e) {
            settings.problem("", e.what(), e.fix());
        }
    }

    private List<Pod> pods() {
        TomlSettings table = root.tableOrEmpty("pods");
        if (table.keys().isEmpty()) {
            root.problem(
                    "pods", "There is no pod, so nobody could call anything.", "Add [pods.default] and its rules.");
        }
        List<Pod> pods = new ArrayList<>();
        for (String name : table.keys()) {
            table.child(name).flatMap(settings -> pod(name, settings)).ifPresent(pods::add);
        }
        return pods;
    }

    private Optional<Pod> pod(String name, TomlSettings settings) {
        List<String> servers = podServers(settings);
        Pod.ToolNames names = toolNames(settings, servers);
        Optional<PolicyEngine> engine = new PodPolicy(plugins.policies()).read(settings);
        return engine.map(made -> new Pod(name, servers, made, names));
    }

    private List<String> podServers(TomlSettings settings) {
        List<String> servers = settings.texts("servers");
        Set<String> known = reachable();
        for (String server : servers) {
            if (!known.isEmpty() && !known.contains(server) && !file.mayMissTables()) {
                settings.problem(
                        "servers", "There is no server \"" + server + "\".", Suggestion.instead(server, known));
            }
        }
        return servers;
    }

    private Pod.ToolNames toolNames(TomlSettings settings, List<String> servers) {
        String names = settings.text("names").orElse("qualified");
        Optional<String> separator = settings.text("separator");
        if (names.equals("plain")) {
            int reached = servers.isEmpty() ? reachable().size() : servers.size();
            if (reached != 1) {
                settings.problem(
                        "names",
                        "Plain names need a pod with exactly one server; this one has " + reached + ".",
                        "Leave the key out, or name one server in servers.");
            }
            separator.ifPresent(unused -> settings.problem(
                    "separator", "Plain names have no separator.", "Remove separator, or names = \"plain\"."));
            return Pod.ToolNames.plain();
        }
        if (!names.equals("qualified")) {
            settings.problem(
                    "names", "\"" + names + "\" is no way to name tools.", "Write \"qualified\" or \"plain\".");
        }
        separator
                .filter(text -> !text.matches("[A-Za-z0-9_-]{1,4}"))
                .ifPresent(text -> settings.problem(
                        "separator",
                        "\"" + text
                                + "\" cannot separate server and tool: models' APIs take letters, digits, '_' and '-'.",
                        "Write one to four of these, for example \"__\"."));
        return separator.map(text -> new Pod.ToolNames(Optional.of(text))).orElseGet(Pod.ToolNames::qualified);
    }

    private String defaultPod(TomlSettings gateway) {
        Set<String> pods = root.tableOrEmpty("pods").keys();
        Optional<String> written = gateway.text("default_pod");
        String name = written.orElseGet(() -> pods.size() == 1 ? pods.iterator().next() : Pod.DEFAULT);
        if (!pods.isEmpty() && !pods.contains(name) && !file.mayMissTables()) {
            gateway.problem(
                    "default_pod",
                    written.isPresent() ? "There is no pod \"" + name + "\"." : "No pod is called \"default\".",
                    written.isPresent() ? Suggestion.instead(name, pods) : "Say which of " + pods + " it is.");
        }
        return name;
    }

    /** Read last: a server that prints a secret it was given must not hand it to the agent. */
    private List<ResponseInspector> inspectors() {
        TomlSettings table = root.tableOrEmpty("results");
        List<String> names = table.keys().contains("inspectors") ? table.texts("inspectors") : List.of("text");
        List<ResponseInspector> inspectors = new ArrayList<>();
        if (!file.secretsGiven().isEmpty()) {
            inspectors.add(ResultInspector.create().maxBytes(Integer.MAX_VALUE).hiding(file.secretsGiven()));
        }
        for (String name : names) {
            TomlSettings settings = table.tableOrEmpty(name);
            select(plugins.inspectors(), name, table, "inspectors", settings)
                    .flatMap(provider -> provider.create(settings))
                    .ifPresent(inspectors::add);
        }
        return inspectors;
    }

    private Limits limits(Settings gateway) {
        Settings resilience = root.tableOrEmpty("resilience");
        Settings approvals = root.tableOrEmpty("approvals");
        Limits plain = Limits.DEFAULTS;
        return new Limits(
                positive(resilience, "call_timeout", plain.callTimeout()),
                positive(approvals, "timeout", plain.approvalTimeout()),
                positive(resilience, "start_timeout", plain.startTimeout()),
                within(gateway, "concurrent_calls", 1, 100_000, plain.concurrentCalls()),
                within(gateway, "concurrent_calls_per_server", 1, 100_000, plain.concurrentCallsPerServer()),
                within(gateway, "waiting_calls", 0, 1_000_000, plain.waitingCalls()),
                within(approvals, "pending", 1, 10_000, plain.pendingApprovals()));
    }

    private Resilience resilience() {
        TomlSettings table = root.tableOrEmpty("resilience");
        TomlSettings breaker = table.tableOrEmpty("breaker");
        Resilience plain = Resilience.DEFAULTS;
        Optional<Duration> cache =
                table.duration("cache_read_only").filter(time -> isPositive(table, "cache_read_only", time));
        long cacheBytes = table.size("cache_size").orElse(plain.cacheBytes());
        if (cacheBytes < 0) {
            table.problem("cache_size", "This must not be negative.", "Write a size such as \"16MiB\".");
        }
        return new Resilience(
                within(breaker, "failures", 1, 1000, plain.breakerFailures()),
                positive(breaker, "cool_down", plain.breakerCoolDown()),
                cache,
                Math.max(0, cacheBytes),
                positive(table, "restart_delay", plain.restartDelay()),
                within(table, "retries", 0, 5, plain.retries()));
    }

    private List<Supplier<Optional<ApprovalHandler>>> channels(Path stateDir) {
        TomlSettings table = root.tableOrEmpty("approvals");
        List<String> names = table.keys().contains("channels") ? table.texts("channels") : List.of("terminal");
        List<Supplier<Optional<ApprovalHandler>>> channels = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                table.problem("channels", "\"" + name + "\" stands twice.", "Name each channel once.");
                continue;
            }
            TomlSettings settings = table.tableOrEmpty(name).giving("state_dir", stateDir);
            select(plugins.channels(), name, table, "channels", settings).ifPresent(provider -> {
                leaveOutIf(!provider.check(settings), settings);
                channels.add(() -> provider.create(settings));
            });
        }
        return channels;
    }

    private Supplier<Optional<AuditSink>> sink(Path stateDir) {
        TomlSettings settings = root.tableOrEmpty("audit").giving("state_dir", stateDir);
        String name = settings.text("sink").orElse("file");
        return select(plugins.sinks(), name, settings, "sink", settings)
                .<Supplier<Optional<AuditSink>>>map(provider -> {
                    leaveOutIf(!provider.check(settings), settings);
                    return () -> provider.create(settings);
                })
                .orElse(Optional::empty);
    }

    private static void leaveOutIf(boolean unchecked, TomlSettings settings) {
        if (unchecked) {
            settings.leaveOut();
        }
    }

    /**
     * @param where the table whose {@code key} holds the name
     * @param own the provider's own table; without the provider nobody knows what may stand in it
     */
    private static <P extends NamedProvider> Optional<P> select(
            Providers<P> providers, String name, TomlSettings where, String key, TomlSettings own) {
        try {
            return Optional.of(providers.select(name));
        } catch (IluraException e) {
            own.leaveOut();
            where.problem(key, e.what(), e.fix());
            return Optional.empty();
        }
    }

    private static Duration positive(Settings settings, String key, Duration otherwise) {
        return settings.duration(key)
                .filter(time -> isPositive(settings, key, time))
                .orElse(otherwise);
    }

    private static boolean isPositive(Settings settings, String key, Duration time) {
        if (time.isZero()) {
            settings.problem(key, "This must be more than nothing.", "Write a duration such as \"10s\".");
        }
        return !time.isZero();
    }

    private static int within(Settings settings, String key, int least, int most, int otherwise) {
        long value = settings.integer(key).orElse((long) otherwise);
        if (value < least || value > most) {
            settings.problem(key, value + " is out of range.", "Write " + least + " to " + most + ".");
            return otherwise;
        }
        return (int) value;
    }
}
