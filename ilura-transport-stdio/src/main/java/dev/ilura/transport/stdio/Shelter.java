package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.transport.stdio.confine.Confinement;
import dev.ilura.transport.stdio.confine.Confinements;
import dev.ilura.transport.stdio.confine.Profile;
import dev.ilura.transport.stdio.spawn.SpawnPlan;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Which confinement a server gets, and what it may reach in it. */
final class Shelter {
    private static final Set<String> CONTAINERS = Set.of("docker", "podman");
    private static final List<List<String>> NO_NETWORK =
            List.of(List.of("--network", "none"), List.of("--net", "none"));
    /** What marks the top directory of a program's own files. */
    private static final List<String> PROJECT_MARKS =
            List.of("package.json", "pyproject.toml", "setup.py", "pom.xml", "build.gradle", "deno.json", "pyvenv.cfg");

    private final StdioServer server;
    private final SpawnPlan plan;
    private final Optional<Path> installed;

    /**
     * @param installed where the package lies that the plan starts
     */
    Shelter(StdioServer server, SpawnPlan plan, Optional<Path> installed) {
        this.server = server;
        this.plan = plan;
        this.installed = installed;
    }

    /**
     * The confinement, as the operator chose it.
     *
     * @throws IluraException ILR-STDIO-011 if the machine lacks it, ILR-STDIO-012 if it cannot hold what is demanded
     */
    Confinement confinement(Confinements machine) {
        if (CONTAINERS.contains(plan.launcher())) {
            requireNetworkDemand(isContainerWithoutNetwork(), false);
            return Confinements.none("container");
        }
        Confinement chosen = chosen(machine);
        requireNetworkDemand(chosen.cutsNetwork(), chosen.cutsNetwork() && chosen.hasOwnFiles());
        requireLimits(machine);
        return chosen;
    }

    /**
     * The kernel does not count the processes of its administrator, and a limit that is not enforced is none.
     */
    private void requireLimits(Confinements machine) {
        if (server.limits().isEmpty()) {
            return;
        }
        if (machine.prlimit().isEmpty()) {
            throw new IluraException(
                    "ILR-STDIO-013",
                    "The server \"" + server.name() + "\" demands limits (" + server.limits()
                            + "), and prlimit is not on this machine.",
                    "Install the package util-linux (Linux), or leave limits out.");
        }
        if (server.limits().processes().isPresent() && isAdministrator()) {
            throw new IluraException(
                    "ILR-STDIO-013",
                    "The server \"" + server.name() + "\" demands a limit of processes, which Linux does not hold"
                            + " against its administrator.",
                    "Run the gateway as another user than root, or leave limits.processes out.");
        }
    }

    private static boolean isAdministrator() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Whether it gets a way out to some hosts, and to nothing else. */
    boolean namesHosts() {
        return server.network().map(Network::kind).orElse(Network.Kind.ANY) == Network.Kind.HOSTS;
    }

    /** What has to run inside the cage before the server itself. */
    List<String> prefixed(List<String> argv, PrivateDirectories directories, Confinements machine) {
        List<String> whole = new ArrayList<>();
        if (namesHosts()) {
            whole.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx32m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-cp",
                    String.join(
                            File.pathSeparator,
                            relayClasses().stream().map(Path::toString).toList()),
                    ProxyRelay.class.getName(),
                    directories.proxy().toString(),
                    "--"));
        }
        if (!server.limits().isEmpty()) {
            whole.add(machine.prlimit().orElseThrow().toString());
            whole.addAll(server.limits().options());
            whole.add("--");
        }
        whole.addAll(argv);
        return whole;
    }

    /** Where this module's classes are, and those of the core. */
    private static List<Path> relayClasses() {
        return Stream.of(ProxyRelay.class, IluraException.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(Shelter::local)
                .distinct()
                .toList();
    }

    private static Path local(URL url) {
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("classes are in no file: " + url, e);
        }
    }

    private Confinement chosen(Confinements machine) {
        return switch (server.confinement()) {
            case NONE -> Confinements.none("none");
            case BUBBLEWRAP ->
                machine.bubblewrap().orElseThrow(() -> lacking("bubblewrap", "Install the package bubblewrap"));
            case LANDLOCK ->
                machine.landlock()
                        .orElseThrow(() -> lacking("landlock", "Run on Linux 5.13 or newer with Java 22 or newer"));
            case SANDBOX_EXEC -> machine.sandboxExec().orElseThrow(() -> lacking("sandbox-exec", "Run on macOS"));
            case STRONGEST -> machine.strongest();
        };
    }

    private IluraException lacking(String what, String fix) {
        return new IluraException(
                "ILR-STDIO-011",
                "The confinement \"" + what + "\" of server \"" + server.name() + "\" is not there on this machine.",
                fix + ", or set confinement = \"strongest\".");
    }

    private void requireNetworkDemand(boolean canCut, boolean canLetThrough) {
        Network.Kind demand = server.network().map(Network::kind).orElse(Network.Kind.ANY);
        if ((demand == Network.Kind.HOSTS && !canLetThrough) || (demand == Network.Kind.NONE && !canCut)) {
            throw new IluraException(
                    "ILR-STDIO-012",
                    "The server \"" + server.name() + "\" demands network = \""
                            + server.network().orElseThrow() + "\", which cannot be enforced here.",
                    demand == Network.Kind.HOSTS
                            ? "Install the package bubblewrap (Linux), or leave it out and let a firewall hold the hosts."
                            : "Install the package bubblewrap (Linux), or start a container with --network none.");
        }
    }

    private boolean isContainerWithoutNetwork() {
        List<String> args = plan.args();
        boolean apart = NO_NETWORK.stream().anyMatch(pair -> java.util.Collections.indexOfSubList(args, pair) >= 0);
        return apart || args.contains("--network=none") || args.contains("--net=none");
    }

    /** What it may reach: its own program, what the operator gave it, and the directories made for this one start. */
    Profile profile(PrivateDirectories directories, PinnedProgram program, Path cwd) {
        List<Path> readable = new ArrayList<>();
        program(readable);
        plan.files().keySet().forEach(file -> readable.add(ownDirectory(Path.of(file))));
        plan.cwd().ifPresent(path -> readable.add(Path.of(path)));
        installed.ifPresent(readable::add);
        readable.addAll(program.shownAs().values());
        if (namesHosts()) {
            readable.addAll(relayClasses());
            readable.add(Path.of(System.getProperty("java.home")));
            readable.addAll(javaSettings());
        }
        List<Path> writable = new ArrayList<>(List.of(directories.base()));
        server.home().ifPresent(writable::add);
        server.roots().stream().filter(Files::exists).forEach(writable::add);
        boolean network = server.network().map(Network::kind).orElse(Network.Kind.ANY) == Network.Kind.ANY;
        return new Profile(readable.stream().distinct().toList(), writable, program.shownAs(), cwd, network);
    }

    private void program(List<Path> readable) {
        Path program = Path.of(plan.program());
        Path real = real(program);
        if (plan.launcher().equals("java")) {
            Optional.ofNullable(real.getParent()).map(Path::getParent).ifPresent(readable::add);
            readable.addAll(javaSettings());
        }
        for (Path path : List.of(program, real)) {
            if (!path.startsWith("/usr") && !path.startsWith("/bin")) {
                readable.add(ownDirectory(path));
            }
        }
        classPath().forEach(readable::add);
    }

    /** Debian keeps the settings of its JDKs apart from them. */
    private static List<Path> javaSettings() {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(Path.of("/etc"), "java-*")) {
            directories.forEach(found::add);
        } catch (IOException none) {
            // not on this system
        }
        return found;
    }

    private List<Path> classPath() {
        List<Path> found = new ArrayList<>();
        for (int i = 0; i + 1 < plan.args().size() && plan.launcher().equals("java"); i++) {
            if (Set.of("-cp", "-classpath", "--class-path").contains(plan.args().get(i))) {
                for (String entry : plan.args().get(i + 1).split(java.io.File.pathSeparator, -1)) {
                    found.add(Path.of(entry.endsWith("/*") ? entry.substring(0, entry.length() - 2) : entry));
                }
                return found;
            }
        }
        return found;
    }

    /**
     * The top directory of what belongs to a program file: below a server root the first directory, elsewhere the nearest
     * one that marks a project, and never a home directory itself.
     */
    private Path ownDirectory(Path file) {
        for (String root : server.spawn().serverRoots()) {
            Path base = real(Path.of(root));
            if (file.startsWith(base) && file.getNameCount() > base.getNameCount() + 1) {
                return base.resolve(file.getName(base.getNameCount()));
            }
        }
        Path home = Path.of(System.getProperty("user.home", "/"));
        for (Path at = file.getParent(); at != null && !home.startsWith(at); at = at.getParent()) {
            Path directory = at;
            if (PROJECT_MARKS.stream().anyMatch(mark -> Files.exists(directory.resolve(mark)))) {
                return directory;
            }
        }
        Path parent = file.getParent();
        return parent == null || home.startsWith(parent) ? file : parent;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException missing) {
            return path;
        }
    }
}
