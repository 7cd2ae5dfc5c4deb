package dev.ilura.transport.stdio.spawn;

import dev.ilura.IluraException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the operator lets be started at all. Immutable: every method gives a changed copy. Paths are text in the notation
 * of the system they belong to; a {@code *} in a path stands for exactly one name.
 */
public final class SpawnRules {
    private final Draft draft;

    private SpawnRules(Draft draft) {
        this.draft = draft;
    }

    /**
     * The launchers node, npx, uvx, docker, python3 and java, looked up in system directories and never on the inherited
     * {@code PATH}, and server programs under {@code /opt/mcp/servers}.
     */
    public static SpawnRules standard() {
        return Standard.RULES;
    }

    /** Lets nothing start; a base for rules that name everything. */
    public static SpawnRules none() {
        return new SpawnRules(new Draft());
    }

    /** The programs whose command lines are read by a grammar, by name; each needs one in {@link Launchers}. */
    public SpawnRules launchers(List<String> names) {
        for (String name : names) {
            if (grammar(name).isEmpty()) {
                throw new IluraException(
                        "ILR-SPAWN-090",
                        "There is no grammar for a launcher called \"" + name + "\".",
                        "Known: " + Launchers.names() + ". Register another program as a binary.");
            }
        }
        return with(d -> d.launchers = List.copyOf(names));
    }

    /**
     * Adds a launcher that the operator describes in a file of his own, {@code NAME.grammar}, in the language of the built-in
     * ones: see the README beside them. It is looked for like the others, in {@link #launcherDirs()}.
     *
     * @throws IluraException ILR-SPAWN-091 if the file cannot be read, is open to others, says nothing, or describes a
     *     launcher that has a grammar already
     */
    public SpawnRules grammar(Path file) {
        Grammar added = GrammarFile.read(file);
        return with(d -> {
            Map<String, Grammar> grammars = new LinkedHashMap<>(d.grammars);
            grammars.put(added.name(), added);
            d.grammars = Collections.unmodifiableMap(grammars);
            d.launchers = Stream.concat(d.launchers.stream(), Stream.of(added.name()))
                    .distinct()
                    .toList();
        });
    }

    /** Where launchers are looked for, in this order; absolute directories. */
    public SpawnRules launcherDirs(List<String> dirs) {
        return with(d -> d.launcherDirs = List.copyOf(dirs));
    }

    /** Where server programs live; what stands there was put there by the operator. */
    public SpawnRules serverRoots(List<String> roots) {
        return with(d -> d.serverRoots = List.copyOf(roots));
    }

    /** Adds a program that may be started by this name. */
    public SpawnRules registered(String name, Path program) {
        return registered(name, program.toString(), Optional.empty());
    }

    /**
     * Adds a program that may be started by this name or path.
     *
     * @param sha256 hex digest that the file must have; empty: whatever stands there at the first start is pinned
     */
    public SpawnRules registered(String name, String program, Optional<String> sha256) {
        return with(d -> {
            Map<String, Binary> copy = new LinkedHashMap<>(d.registered);
            copy.put(name, new Binary(program, sha256));
            d.registered = Collections.unmodifiableMap(copy);
        });
    }

    /** Directories with a person's own projects: what runs there or is handed out of there needs a person's consent. */
    public SpawnRules workspaces(List<String> dirs) {
        return with(d -> d.workspaces = List.copyOf(dirs));
    }

    /** Directories where nothing is believed, whatever else allows it. */
    public SpawnRules untrusted(List<String> dirs) {
        return with(d -> d.untrusted = List.copyOf(dirs));
    }

    /** Names of variables that need a person's consent, besides proxies and paths of credentials. */
    public SpawnRules consentEnv(List<String> names) {
        return with(d -> d.consentEnv = List.copyOf(names));
    }

    /** Packages known to be harmful below a version: name to {@code <x.y.z}. */
    public SpawnRules blockedVersions(Map<String, String> blocked) {
        return with(d -> d.blockedVersions = Map.copyOf(blocked));
    }

    /**
     * Whether a version with a known hole is refused; otherwise a person is asked. The {@link #standard() standard} refuses.
     */
    public SpawnRules refusesKnownHoles(boolean refuses) {
        return with(d -> d.refusesKnownHoles = refuses);
    }

    /** Programs that a package brings besides the one of its own name. */
    public SpawnRules entrypoints(Map<String, List<String>> entrypoints) {
        return with(d -> d.entrypoints = Map.copyOf(entrypoints));
    }

    /**
     * How a good command line of a launcher looks.
     *
     * @param command as written; a path or a Windows suffix does not matter
     */
    public Optional<String> safeForm(String command) {
        return grammar(Launchers.called(command)).map(Grammar::safe).filter(line -> !line.isEmpty());
    }

    Optional<Grammar> grammar(String launcher) {
        return Optional.ofNullable(draft.grammars.get(launcher)).or(() -> Launchers.grammar(launcher));
    }

    public List<String> launchers() {
        return draft.launchers;
    }

    public List<String> launcherDirs() {
        return draft.launcherDirs;
    }

    public List<String> serverRoots() {
        return draft.serverRoots;
    }

    public Map<String, Binary> registered() {
        return draft.registered;
    }

    public List<String> workspaces() {
        return draft.workspaces;
    }

    public List<String> untrusted() {
        return draft.untrusted;
    }

    public List<String> consentEnv() {
        return draft.consentEnv;
    }

    public Map<String, String> blockedVersions() {
        return draft.blockedVersions;
    }

    public boolean refusesKnownHoles() {
        return draft.refusesKnownHoles;
    }

    /** Whether this version of a package is known to be harmful and refused. */
    public boolean hasKnownHole(String name, String version) {
        String bound = draft.blockedVersions.get(name);
        return draft.refusesKnownHoles && bound != null && Versions.isWithin(bound, version);
    }

    public Map<String, List<String>> entrypoints() {
        return draft.entrypoints;
    }

    private SpawnRules with(Consumer<Draft> change) {
        Draft copy = new Draft(draft);
        change.accept(copy);
        return new SpawnRules(copy);
    }

    /**
     * A registered program.
     *
     * @param path absolute
     * @param sha256 the digest it must have, hex, lower case
     */
    public record Binary(String path, Optional<String> sha256) {
        public Binary {
            Objects.requireNonNull(path, "path");
            sha256.ifPresent(digest -> {
                if (!digest.matches("[0-9a-f]{64}")) {
                    throw new IllegalArgumentException("a SHA-256 digest is 64 lower-case hex digits: " + digest);
                }
            });
        }
    }

    /** Made on first use: {@link #standard()} asks {@link Launchers}, which reads the grammars. */
    private static final class Standard {
        static final SpawnRules RULES = none().launchers(List.of("node", "npx", "uvx", "docker", "python3", "java"))
                .launcherDirs(StandardPlaces.launcherDirs())
                .serverRoots(List.of("/opt/mcp/servers"))
                .untrusted(StandardPlaces.UNTRUSTED)
                .blockedVersions(KnownHoles.VERSIONS)
                .refusesKnownHoles(true);
    }

    /** The values of one set of rules; changed only before the rules that hold it are made. */
    private static final class Draft {
        List<String> launchers = List.of();
        Map<String, Grammar> grammars = Map.of();
        List<String> launcherDirs = List.of();
        List<String> serverRoots = List.of();
        Map<String, Binary> registered = Map.of();
        List<String> workspaces = List.of();
        List<String> untrusted = List.of();
        List<String> consentEnv = List.of();
        Map<String, String> blockedVersions = Map.of();
        Map<String, List<String>> entrypoints = Map.of();
        boolean refusesKnownHoles;

        Draft() {}

        Draft(Draft other) {
            launchers = other.launchers;
            grammars = other.grammars;
            launcherDirs = other.launcherDirs;
            serverRoots = other.serverRoots;
            registered = other.registered;
            workspaces = other.workspaces;
            untrusted = other.untrusted;
            consentEnv = other.consentEnv;
            blockedVersions = other.blockedVersions;
            entrypoints = other.entrypoints;
            refusesKnownHoles = other.refusesKnownHoles;
        }
    }
}
