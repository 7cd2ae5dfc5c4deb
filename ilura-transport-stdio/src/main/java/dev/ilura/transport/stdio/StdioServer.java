package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.Secret;
import dev.ilura.ServerSpec;
import dev.ilura.spi.Transport;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server that is a child process and speaks over its standard input and output. Immutable: every method gives a
 * changed copy.
 *
 * <pre>{@code
 * StdioServer.named("files").command("node", "/opt/mcp/servers/fs/index.js", "/srv/docs").roots(Path.of("/srv/docs"))
 * }</pre>
 *
 * <p>Nothing is checked until {@link #transport()} is opened; then the {@link SpawnRules rules} decide whether it may start
 * at all. The child inherits nothing: neither environment nor working directory.
 */
public final class StdioServer implements ServerSpec {
    /** The longest line a server may send unless said otherwise, in bytes: 16 MiB. */
    public static final int DEFAULT_LINE_LIMIT = 16 << 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]+([-_][A-Za-z0-9]+)*");

    private static final Pattern REGISTRY = Pattern.compile(
            "(https://[A-Za-z0-9.-]+|http://(localhost|127\\.0\\.0\\.1))(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?");

    private final Draft draft;

    private StdioServer(Draft draft) {
        this.draft = draft;
    }

    /**
     * A server without a command yet.
     *
     * @param name letters and digits with single {@code -} or {@code _} between them, at most 32
     * @throws IllegalArgumentException if it is not
     */
    public static StdioServer named(String name) {
        if (name.length() > 32 || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a server name is letters and digits with single - or _ between them, at most 32: " + name);
        }
        return new StdioServer(new Draft(name));
    }

    /**
     * What to start: a launcher or registered binary by name, or an absolute path, and its arguments. No shell reads
     * them, so nothing in them needs quoting.
     */
    public StdioServer command(String command, String... args) {
        return command(command, List.of(args));
    }

    /** As {@link #command(String, String...)}. */
    public StdioServer command(String command, List<String> args) {
        List<String> copy = List.copyOf(args);
        return with(d -> {
            d.command = Objects.requireNonNull(command, "command");
            d.args = copy;
        });
    }

    /** The directories that the server and its path arguments may reach. */
    public StdioServer roots(Path... roots) {
        return roots(List.of(roots));
    }

    /**
     * As {@link #roots(Path...)}.
     *
     * @throws IllegalArgumentException if one is not absolute
     */
    public StdioServer roots(List<Path> roots) {
        List<Path> copy = roots.stream().map(Path::normalize).toList();
        copy.forEach(root -> requireAbsolute("root", root));
        return with(d -> d.roots = copy);
    }

    /** Adds a variable to the child's environment. */
    public StdioServer env(String name, String value) {
        return env(name, Secret.of(value));
    }

    /** Adds a variable whose value must not be seen. */
    public StdioServer env(String name, Secret value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        return with(d -> {
            Map<String, Secret> copy = new TreeMap<>(d.env);
            copy.put(name, value);
            d.env = Collections.unmodifiableMap(copy);
        });
    }

    /** Adds variables. */
    public StdioServer env(Map<String, Secret> variables) {
        StdioServer server = this;
        for (Map.Entry<String, Secret> variable : variables.entrySet()) {
            server = server.env(variable.getKey(), variable.getValue());
        }
        return server;
    }

    /** The working directory. Default: a fresh, private, empty one, so that no file found there can change what runs. */
    public StdioServer cwd(Path directory) {
        return with(d -> d.cwd = requireAbsolute("cwd", directory));
    }

    /**
     * The home directory, kept between starts, so that package caches survive. Default: a fresh one for every start.
     */
    public StdioServer home(Path directory) {
        return with(d -> d.home = requireAbsolute("home", directory));
    }

    /** A demand on the network; refused at start where it cannot be enforced. */
    public StdioServer network(Network network) {
        return with(d -> d.network = Objects.requireNonNull(network, "network"));
    }

    /** How the first sight of a tool is treated. */
    public StdioServer pins(PinMode pins) {
        return with(d -> d.pins = Objects.requireNonNull(pins, "pins"));
    }

    /** What may be started at all. Default: {@link SpawnRules#standard()}. */
    public StdioServer spawn(SpawnRules rules) {
        return with(d -> d.rules = Objects.requireNonNull(rules, "rules"));
    }

    /** How far the child is shut in. Default: {@link ConfinementChoice#STRONGEST}. */
    public StdioServer confinement(ConfinementChoice choice) {
        return with(d -> d.confinement = Objects.requireNonNull(choice, "choice"));
    }

    /** What it may use up at most; refused at start where it cannot be enforced. Default: {@link ResourceLimits#NONE}. */
    public StdioServer limits(ResourceLimits limits) {
        return with(d -> d.limits = Objects.requireNonNull(limits, "limits"));
    }

    /**
     * The gateway's own directory, where it keeps what was agreed to about this server's start, and installed packages.
     * Default: none; what was agreed to is then forgotten with the transport, and packages are left to their launchers.
     */
    public StdioServer state(Path directory) {
        return with(d -> d.state = requireAbsolute("state directory", directory));
    }

    /** Whether packages are installed before they are agreed to. Default: {@link PackageChoice#INSTALL}. */
    public StdioServer packages(PackageChoice choice) {
        return with(d -> d.packages = Objects.requireNonNull(choice, "choice"));
    }

    /**
     * Another registry than npm's own.
     *
     * @throws IllegalArgumentException if it is no https address, or http on this machine
     */
    public StdioServer npmRegistry(String address) {
        if (!REGISTRY.matcher(address).matches()) {
            throw new IllegalArgumentException("a registry is an https address: " + address);
        }
        return with(d -> d.npmRegistry = address);
    }

    /** How long the server may take to end after its input was closed, before it is told to and then killed. Default: 2 s. */
    public StdioServer stopGrace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a grace is not negative: " + grace);
        }
        return with(d -> d.stopGrace = grace);
    }

    /** The longest line it may send, in bytes; a longer one is skipped and reported. */
    public StdioServer lineLimit(int bytes) {
        if (bytes < 1024) {
            throw new IllegalArgumentException("a line limit is at least 1024 bytes: " + bytes);
        }
        return with(d -> d.lineLimit = bytes);
    }

    /** How much of the end of its standard error is kept, in bytes. Default: 8 KiB. */
    public StdioServer stderrLimit(int bytes) {
        if (bytes < 0 || bytes > 1 << 20) {
            throw new IllegalArgumentException("a stderr limit is 0 to 1 MiB: " + bytes);
        }
        return with(d -> d.stderrLimit = bytes);
    }

    @Override
    public String name() {
        return draft.name;
    }

    @Override
    public List<Path> roots() {
        return draft.roots;
    }

    @Override
    public PinMode pins() {
        return draft.pins;
    }

    /**
     * @throws IluraException ILR-STDIO-010 if no command was given
     */
    @Override
    public Transport transport() {
        if (draft.command == null) {
            throw new IluraException(
                    "ILR-STDIO-010",
                    "The server \"" + draft.name + "\" has no command.",
                    "Call command(...) on it, or set command in servers." + draft.name + ".");
        }
        return new StdioTransport(this, Host.THIS);
    }

    /** The command as written; empty if none was given. */
    public Optional<String> command() {
        return Optional.ofNullable(draft.command);
    }

    /** The arguments as written. */
    public List<String> args() {
        return draft.args;
    }

    /** The rules it starts under. */
    public SpawnRules spawn() {
        return draft.rules;
    }

    Map<String, Secret> env() {
        return draft.env;
    }

    Optional<Path> cwd() {
        return Optional.ofNullable(draft.cwd);
    }

    Optional<Path> home() {
        return Optional.ofNullable(draft.home);
    }

    Optional<Network> network() {
        return Optional.ofNullable(draft.network);
    }

    ConfinementChoice confinement() {
        return draft.confinement;
    }

    ResourceLimits limits() {
        return draft.limits;
    }

    Optional<Path> state() {
        return Optional.ofNullable(draft.state);
    }

    PackageChoice packages() {
        return draft.packages;
    }

    Optional<String> npmRegistry() {
        return Optional.ofNullable(draft.npmRegistry);
    }

    Duration stopGrace() {
        return draft.stopGrace;
    }

    int lineLimit() {
        return draft.lineLimit;
    }

    int stderrLimit() {
        return draft.stderrLimit;
    }

    private StdioServer with(Consumer<Draft> change) {
        Draft copy = new Draft(draft);
        change.accept(copy);
        return new StdioServer(copy);
    }

    private static Path requireAbsolute(String what, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("a " + what + " is absolute: " + path);
        }
        return path;
    }

    @Override
    public String toString() {
        return "StdioServer[" + draft.name + "]";
    }

    /** The values of one server; changed only before the server that holds it is made. */
    private static final class Draft {
        final String name;

        @Nullable
        String command;

        List<String> args = List.of();
        List<Path> roots = List.of();
        Map<String, Secret> env = Map.of();

        @Nullable
        Path cwd;

        @Nullable
        Path home;

        @Nullable
        Network network;

        @Nullable
        Path state;

        @Nullable
        String npmRegistry;

        PackageChoice packages = PackageChoice.INSTALL;
        ResourceLimits limits = ResourceLimits.NONE;
        PinMode pins = PinMode.FIRST_USE;
        SpawnRules rules = SpawnRules.standard();
        ConfinementChoice confinement = ConfinementChoice.STRONGEST;
        Duration stopGrace = Duration.ofSeconds(2);
        int lineLimit = DEFAULT_LINE_LIMIT;
        int stderrLimit = 8 << 10;

        Draft(String name) {
            this.name = name;
        }

        Draft(Draft other) {
            name = other.name;
            command = other.command;
            args = other.args;
            roots = other.roots;
            env = other.env;
            cwd = other.cwd;
            home = other.home;
            network = other.network;
            pins = other.pins;
            state = other.state;
            npmRegistry = other.npmRegistry;
            packages = other.packages;
            limits = other.limits;
            rules = other.rules;
            confinement = other.confinement;
            stopGrace = other.stopGrace;
            lineLimit = other.lineLimit;
            stderrLimit = other.stderrLimit;
        }
    }
}
