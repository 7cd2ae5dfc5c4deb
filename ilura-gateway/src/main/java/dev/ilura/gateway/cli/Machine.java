package dev.ilura.gateway.cli;

import dev.ilura.transport.stdio.MachineConfinement;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the machine that Ilura runs on offers. */
final class Machine {
    /** Where MCP clients keep their list of servers, seen from the home directory. */
    private static final Map<String, List<String>> CLIENTS = clients();

    private final Path root;
    private final Path home;
    private final boolean person;

    /**
     * @param root of the file system
     * @param home of the user
     * @param person whether somebody sits before the terminal
     */
    Machine(Path root, Path home, boolean person) {
        this.root = root;
        this.home = home;
        this.person = person;
    }

    static Machine behind(Screen screen) {
        return new Machine(Path.of("/"), Path.of(System.getProperty("user.home", "/")), screen.hasPerson());
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.fine("ilura", Version.ofThisBuild()));
        findings.add(java());
        findings.add(Finding.fine(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch")));
        findings.add(landlock());
        findings.add(bubblewrap());
        findings.add(confinement());
        findings.add(launchers());
        findings.add(terminal());
        findings.addAll(clientsFound());
        return findings;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String found = "Java " + Runtime.version() + ", " + System.getProperty("java.vendor", "unknown vendor");
        return version >= 21
                ? Finding.fine("java", found + ": virtual threads")
                : Finding.weak("java", found + ": no virtual threads", "Java 21 or newer carries more waiting calls.");
    }

    private Finding landlock() {
        int version = Runtime.version().feature();
        if (version < 22) {
            return Finding.weak(
                    "landlock",
                    "Java " + version + " cannot call it",
                    "Run Ilura on Java 22 or newer, or install bubblewrap.");
        }
        try {
            String modules = Files.readString(root.resolve("sys/kernel/security/lsm"), StandardCharsets.UTF_8);
            return modules.contains("landlock")
                    ? Finding.fine("landlock", "in the kernel, and this Java can call it")
                    : Finding.weak(
                            "landlock", "not in the kernel", "On Linux 5.13 or newer: boot with lsm=...,landlock.");
        } catch (IOException hidden) {
            return Finding.weak(
                    "landlock",
                    "the kernel does not say whether it has it",
                    "Look at the start of a server: it says what was reached.");
        }
    }

    private Finding bubblewrap() {
        return firstIn(List.of("usr/bin", "bin", "usr/local/bin"), "bwrap")
                .map(path -> Finding.fine("bubblewrap", path.toString()))
                .orElseGet(() -> Finding.weak(
                        "bubblewrap", "not found: servers can be shut in less", "Install the package bubblewrap."));
    }

    /** By trying, not by looking: an installed program may still be forbidden. */
    private static Finding confinement() {
        MachineConfinement here = MachineConfinement.strongest();
        return here.advice().isEmpty()
                ? Finding.fine("confinement", here.summary())
                : Finding.weak("confinement", here.summary(), here.advice());
    }

    private Finding launchers() {
        List<String> places = SpawnRules.standard().launcherDirs();
        List<String> found = SpawnRules.standard().launchers().stream()
                .filter(launcher -> places.stream().anyMatch(place -> Files.isExecutable(Path.of(place, launcher))))
                .toList();
        return found.isEmpty()
                ? Finding.weak(
                        "launchers",
                        "none in " + String.join(", ", places),
                        "Install one there (PATH is never searched), or set spawn.launcher_dirs.")
                : Finding.fine("launchers", String.join(", ", found));
    }

    private Finding terminal() {
        return person
                ? Finding.fine("terminal", "a person can be asked here")
                : Finding.weak(
                        "terminal",
                        "none: nobody can be asked in this session",
                        "Start the gateway from a terminal where calls need approval.");
    }

    private List<Finding> clientsFound() {
        List<Finding> found = new ArrayList<>();
        CLIENTS.forEach((client, places) -> places.stream()
                .map(home::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .ifPresent(file -> found.add(Finding.fine("client", client + ": " + file))));
        return found.isEmpty() ? List.of(Finding.fine("client", "no MCP client's configuration found")) : found;
    }

    private Optional<Path> firstIn(List<String> directories, String program) {
        return directories.stream()
                .map(directory -> root.resolve(directory).resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Map<String, List<String>> clients() {
        Map<String, List<String>> clients = new LinkedHashMap<>();
        clients.put(
                "Claude Desktop",
                List.of(
                        "Library/Application Support/Claude/claude_desktop_config.json",
                        "AppData/Roaming/Claude/claude_desktop_config.json",
                        ".config/Claude/claude_desktop_config.json"));
        clients.put("Claude Code", List.of(".claude.json"));
        clients.put("Cursor", List.of(".cursor/mcp.json"));
        clients.put(
                "VS Code",
                List.of(
                        "Library/Application Support/Code/User/mcp.json",
                        "AppData/Roaming/Code/User/mcp.json",
                        ".config/Code/User/mcp.json"));
        clients.put("Zed", List.of(".config/zed/settings.json", "AppData/Roaming/Zed/settings.json"));
        return clients;
    }

    /** Whether something is as it should be. */
    enum State {
        /** As it should be. */
        FINE,
        /** It works, with less. */
        WEAK,
        /** It does not work. */
        WRONG
    }

    /** One thing that was looked at; {@code fix} is empty if there is nothing to do. */
    record Finding(String part, State state, String what, String fix) {
        Finding {
            Objects.requireNonNull(part, "part");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(what, "what");
            Objects.requireNonNull(fix, "fix");
        }

        static Finding fine(String part, String what) {
            return new Finding(part, State.FINE, what, "");
        }

        static Finding weak(String part, String what, String fix) {
            return new Finding(part, State.WEAK, what, fix);
        }

        static Finding wrong(String part, String what, String fix) {
            return new Finding(part, State.WRONG, what, fix);
        }

        boolean needsMending() {
            return state == State.WRONG;
        }

        String label() {
            return state.name().toLowerCase(Locale.ROOT);
        }
    }
}
