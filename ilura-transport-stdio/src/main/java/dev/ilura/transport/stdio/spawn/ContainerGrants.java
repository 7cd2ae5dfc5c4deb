package dev.ilura.transport.stdio.spawn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a container is given of the host. Bounded pieces need a person's consent; the rest of the host is refused. */
final class ContainerGrants {
    private static final Pattern VOLUME_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");
    private static final Pattern WINDOWS_SOURCE = Pattern.compile("(?<source>[A-Za-z]:[\\\\/][^:]*):(?<rest>.*)");
    private static final Pattern INSIDE = Pattern.compile("/[A-Za-z0-9 _./-]*");
    /** A directory that a process holds open there leads out of the container (CVE-2024-21626). */
    private static final Pattern KERNEL = Pattern.compile("/+(\\./+)*(proc|sys|dev)(/.*)?|.*/\\.\\.(/.*)?");

    private static final Pattern PORT =
            Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1]):[0-9]{0,5}:[0-9]{1,5}(/(tcp|udp))?");
    private static final Set<String> MODES = Set.of("ro", "rw", "z", "Z", "readonly", "nocopy");
    private static final Set<String> MOUNT_KEYS =
            Set.of("type", "source", "src", "target", "destination", "dst", "readonly", "ro", "volume-nocopy");

    /** The parts of a host that hold its configuration, its keys, its devices or the way to its daemons. */
    private static final List<String> SYSTEM = List.of(
            "/etc",
            "/root",
            "/var",
            "/run",
            "/proc",
            "/sys",
            "/dev",
            "/boot",
            "/bin",
            "/sbin",
            "/lib",
            "/lib64",
            "/usr",
            "/tmp",
            "/opt",
            "/private",
            "/System",
            "/Library",
            "/Applications",
            "/Volumes",
            "/cores",
            "/snap",
            "/nix",
            "C:\\Windows",
            "C:\\Program Files",
            "C:\\Program Files (x86)",
            "C:\\ProgramData");

    /** Places that are too much as a whole, though pieces of them can be handed in. */
    private static final List<String> WHOLE = List.of(
            "/",
            "/home",
            "/home/*",
            "/Users",
            "/Users/*",
            "/srv",
            "/mnt",
            "/media",
            "C:\\",
            "C:\\Users",
            "C:\\Users\\*");

    private ContainerGrants() {}

    static void environment(Token token, Reading reading) {
        int equals = token.text().indexOf('=');
        String name = equals < 0 ? token.text() : token.text().substring(0, equals);
        EnvironmentRules.judge(token.part(name), reading.rules().consentEnv(), reading);
    }

    /** Directories that a runtime lets its program reach, with commas. */
    static void scope(Token token, Reading reading) {
        for (String path : token.text().split(",", -1)) {
            requireBounded(token, Location.of(token.part(path), reading.os()), reading);
        }
    }

    static void port(Token token, Reading reading) {
        if (!PORT.matcher(token.text()).matches()) {
            throw new Refusal(
                    "ILR-SPAWN-021", "The port would be open to other machines.", token, "Write 127.0.0.1:PORT:PORT.");
        }
        reading.ask("ILR-SPAWN-102", "A port of this machine is handed in: " + token.text() + ".");
    }

    static void directoryInside(Token token, Reading reading) {
        if (!INSIDE.matcher(token.text()).matches()
                || KERNEL.matcher(token.text()).matches()) {
            throw malformed(token);
        }
        reading.ask("ILR-SPAWN-102", "The program starts in another directory of the image: " + token.text() + ".");
    }

    /** {@code [SOURCE:]TARGET[:MODES]}. */
    static void volume(Token token, Reading reading) {
        Matcher windows = WINDOWS_SOURCE.matcher(token.text());
        boolean drive = reading.os() == Os.WINDOWS && windows.matches();
        String source = drive ? windows.group("source") : token.text().split(":", 2)[0];
        String rest = drive
                ? windows.group("rest")
                : token.text().substring(source.length()).replaceFirst("^:", "");
        String[] parts = rest.split(":", -1);
        if (rest.isEmpty() || parts.length > 2 || !INSIDE.matcher(parts[0]).matches()) {
            throw malformed(token);
        }
        if (parts.length == 2 && !MODES.containsAll(List.of(parts[1].split(",", -1)))) {
            throw malformed(token);
        }
        source(token, source, reading);
    }

    /** {@code type=bind,source=...,target=...}; keys in any order, and none that is not known. */
    static void mount(Token token, Reading reading) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : token.text().split(",", -1)) {
            String[] pair = field.split("=", 2);
            if (!MOUNT_KEYS.contains(pair[0]) || fields.put(pair[0], pair.length > 1 ? pair[1] : "") != null) {
                throw malformed(token);
            }
        }
        String type = fields.getOrDefault("type", "volume");
        String source = fields.getOrDefault("source", fields.getOrDefault("src", ""));
        boolean twice = fields.containsKey("source") && fields.containsKey("src");
        if (twice
                || !Set.of("bind", "volume", "tmpfs").contains(type)
                || type.equals("bind") == !isPath(source, reading)) {
            throw malformed(token);
        }
        if (!type.equals("tmpfs")) {
            source(token, source, reading);
        }
    }

    private static boolean isPath(String source, Reading reading) {
        return Location.isAbsolute(source, reading.os());
    }

    private static void source(Token token, String source, Reading reading) {
        if (isPath(source, reading)) {
            Location where = Location.of(token.part(source), reading.os());
            requireBounded(token, where, reading);
            reading.ask("ILR-SPAWN-102", "A directory or file of this machine is handed in: " + where.text() + ".");
        } else if (source.isEmpty() || VOLUME_NAME.matcher(source).matches()) {
            reading.ask("ILR-SPAWN-102", "A volume that other containers may share is handed in: " + source + ".");
        } else {
            throw malformed(token);
        }
    }

    private static void requireBounded(Token token, Location where, Reading reading) {
        boolean whole = WHOLE.stream()
                .anyMatch(
                        pattern -> where.depthUnder(pattern) == where.segments().size());
        boolean hidden = where.segments().stream().anyMatch(name -> name.startsWith("."));
        boolean ownPlace = reading.rules().serverRoots().stream().anyMatch(where::isUnder)
                || reading.places().isWorkspace(where);
        boolean system = SYSTEM.stream().anyMatch(where::isUnder) && !ownPlace;
        boolean keys = where.segments().stream().anyMatch(name -> name.equals("AppData") || name.equals("Library"));
        if (whole || hidden || system || keys || reading.places().isUntrusted(where)) {
            throw new Refusal(
                    "ILR-SPAWN-021",
                    "The container would hold a part of this machine that is no bounded piece of work.",
                    token,
                    "Hand in one project directory, read-only if it will do.");
        }
    }

    private static Refusal malformed(Token token) {
        return new Refusal(
                "ILR-SPAWN-011",
                "This cannot be read as one bounded piece of the host.",
                token,
                "Write an absolute path or a volume name, a colon and the path in the container.");
    }
}
