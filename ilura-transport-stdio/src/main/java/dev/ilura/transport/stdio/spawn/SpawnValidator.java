package dev.ilura.transport.stdio.spawn;

import dev.ilura.transport.stdio.spawn.Places.Place;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Judges whether a command line may be started: a pure function of the line, the rules and what the file system holds.
 * Everything that is not known to be right is refused. Immutable and thread-safe.
 *
 * <p>The order is text, program, arguments up to the artefact, variables, working directory; the first thing that is
 * wrong names the reason. What comes after the artefact belongs to the server and is not read: no shell ever sees it.
 */
public final class SpawnValidator {
    private static final Pattern BATCH_SIGNS = Pattern.compile(".*[&|<>^%!\"\\r\\n].*", Pattern.DOTALL);

    private final SpawnRules rules;
    private final PathResolver paths;

    /** A judge over one set of rules and one file system. */
    public SpawnValidator(SpawnRules rules, PathResolver paths) {
        this.rules = rules;
        this.paths = paths;
    }

    /** The verdict; starts nothing and changes nothing. */
    public SpawnVerdict judge(SpawnSpec spec) {
        Reading reading = new Reading(new Places(rules, paths, spec.os()));
        try {
            TextGate.pass(spec);
            Optional<Location> cwd = spec.cwd().map(text -> workingDirectory(Token.aside(text), reading));
            Program program = isBatchWrapper(spec) ? unwrapped(spec, reading) : program(spec, reading);
            for (String name : spec.env().keySet()) {
                EnvironmentRules.judge(Token.aside(name), rules.consentEnv(), reading);
            }
            return verdict(spec, program, cwd, reading);
        } catch (Refusal refusal) {
            return refusal.denied();
        }
    }

    private static SpawnVerdict verdict(SpawnSpec spec, Program program, Optional<Location> cwd, Reading reading) {
        SpawnPlan plan = new SpawnPlan(
                program.kind(),
                program.path().text(),
                program.args(),
                new TreeSet<>(spec.env().keySet()),
                cwd.map(Location::text),
                reading.artefact().orElseThrow(),
                reading.files(),
                reading.serverArgs());
        return reading.consent()
                .<SpawnVerdict>map(consent -> new SpawnVerdict.Asked(plan, consent.code(), allReasons(reading)))
                .orElseGet(() -> new SpawnVerdict.Allowed(plan));
    }

    private static String allReasons(Reading reading) {
        return String.join(
                " ",
                reading.consents().stream().map(Reading.Consent::why).distinct().toList());
    }

    /** The directory decides what relative names and the launchers' own settings files mean. */
    private Location workingDirectory(Token token, Reading reading) {
        Location where = Location.of(token, reading.os());
        Place place = reading.places().directory(where, token);
        if (!place.pinned()) {
            if (!reading.places().isWorkspace(place.real())) {
                throw new Refusal(
                        "ILR-SPAWN-020",
                        "The working directory is neither under a server root nor in a workspace.",
                        token,
                        "Leave cwd out: the server gets a private empty directory. Or name the workspace in spawn.workspaces.");
            }
            reading.ask(
                    "ILR-SPAWN-101",
                    "Files of the working directory can change what runs: "
                            + place.real().text() + ".");
        }
        reading.directory(place.real());
        return place.real();
    }

    private static boolean isBatchWrapper(SpawnSpec spec) {
        return spec.os() == Os.WINDOWS
                && withoutSuffix(spec.command(), spec.os()).equals("cmd");
    }

    /** {@code cmd /c npx ...}, the form that many documents show for Windows, is read as {@code npx ...}. */
    private Program unwrapped(SpawnSpec spec, Reading reading) {
        List<String> args = spec.args();
        if (args.size() < 2 || !args.get(0).equalsIgnoreCase("/c")) {
            throw shell(new Token(spec.command(), 0), "shell");
        }
        requireNoBatchSigns(args, 1);
        Program inner = launcher(new Token(args.get(1), 2), args.subList(2, args.size()), 3, reading)
                .orElseThrow(() -> unknownProgram(new Token(args.get(1), 2)));
        reading.ask("ILR-SPAWN-106", "The command was written with cmd /c; it will be started without.");
        return inner;
    }

    private Program program(SpawnSpec spec, Reading reading) {
        Token command = new Token(spec.command(), 0);
        return registered(command, spec.args(), reading)
                .or(() -> launcher(command, spec.args(), 1, reading))
                .or(() -> ownProgram(command, spec.args(), reading))
                .orElseThrow(() -> unknownProgram(command));
    }

    /** A program that the operator named, by its name or its path. */
    private Optional<Program> registered(Token command, List<String> args, Reading reading) {
        for (Map.Entry<String, SpawnRules.Binary> entry : rules.registered().entrySet()) {
            if (!Location.isAbsolute(entry.getValue().path(), reading.os())) {
                continue;
            }
            Location where = Location.known(entry.getValue().path(), reading.os());
            if (isCalled(command, entry.getKey(), where, reading.os())) {
                return Optional.of(binary(where, entry.getValue().sha256(), command, args, reading));
            }
        }
        return Optional.empty();
    }

    private static boolean isCalled(Token command, String name, Location where, Os os) {
        boolean byName = os == Os.WINDOWS
                ? command.text().equalsIgnoreCase(name)
                : command.text().equals(name);
        return byName
                || (Location.isAbsolute(command.text(), os)
                        && Location.of(command, os).same(where));
    }

    private Program binary(Location where, Optional<String> sha256, Token command, List<String> args, Reading reading) {
        PathResolver.Found found = reading.places()
                .find(where)
                .orElseThrow(() -> new Refusal(
                        "ILR-SPAWN-007",
                        "The registered program is not there.",
                        command,
                        "Install it at " + where + "."));
        if (found.custody() == PathResolver.Custody.OTHERS) {
            throw new Refusal(
                    "ILR-SPAWN-008",
                    "Others can write the program or a directory above it, and so choose what runs.",
                    command,
                    "Take the right to write from group and others: " + where + ".");
        }
        if (sha256.isPresent() && !sha256.get().equals(reading.places().digest(found.realPath()))) {
            throw new Refusal(
                    "ILR-SPAWN-009",
                    "The program is not the one that was registered: its digest differs.",
                    command,
                    "If the change is yours, register the new digest.");
        }
        Location real = Location.known(found.realPath(), reading.os());
        reading.artefact("file:" + real.text());
        reading.file(real);
        return new Program("binary", real, args);
    }

    /** A launcher, by name or by the path where that name leads. */
    private Optional<Program> launcher(Token command, List<String> args, int offset, Reading reading) {
        Optional<Program> program = findLauncher(command, args, offset, reading);
        program.ifPresent(found -> {
            Grammar grammar = rules.grammar(found.kind()).orElseThrow();
            if (reading.os() == Os.WINDOWS && grammar.batch()) {
                requireNoBatchSigns(args, offset - 1);
            }
            new CommandLine(grammar, args, offset, reading).read();
        });
        return program;
    }

    private Optional<Program> findLauncher(Token command, List<String> args, int offset, Reading reading) {
        Os os = reading.os();
        if (Location.isAbsolute(command.text(), os)) {
            return launcherAt(Location.of(command, os), command, args, reading);
        }
        String name = withoutSuffix(command.text(), os);
        if (!rules.launchers().contains(name)) {
            return Optional.empty();
        }
        return Optional.of(inLauncherDirs(name, os)
                .map(path -> new Program(name, path, args))
                .orElseThrow(() -> missingLauncher(name, command, args, offset, reading)));
    }

    /** What is wrong with the line itself is said first, so that an attack is called one where the launcher is missing too. */
    private Refusal missingLauncher(String name, Token command, List<String> args, int offset, Reading reading) {
        new CommandLine(rules.grammar(name).orElseThrow(), args, offset, new Reading(reading.places())).read();
        return new Refusal(
                "ILR-SPAWN-007",
                "The launcher is in none of the directories " + rules.launcherDirs() + ".",
                command,
                "Install it there, or name its directory in spawn.launcher_dirs.");
    }

    /** By path: where a launcher's name leads, or a launcher of its own that a server or a project brings along. */
    private Optional<Program> launcherAt(Location path, Token command, List<String> args, Reading reading) {
        String name = withoutSuffix(path.name(), reading.os());
        if (rules.launchers().contains(name)) {
            boolean official = rules.launcherDirs().stream()
                    .anyMatch(dir ->
                            path.parent().depthUnder(dir) == path.segments().size() - 1);
            return Optional.of(new Program(name, official ? path : brought(path, command, reading), args));
        }
        return sameFile(path, reading.os()).map(found -> new Program(found.kind(), found.path(), args));
    }

    /** An interpreter in a virtual environment, for example; it runs as itself, whatever its link leads to. */
    private static Location brought(Location path, Token command, Reading reading) {
        boolean inRoot = reading.rules().serverRoots().stream().anyMatch(path::isUnder);
        Place parent = reading.places().directory(path.parent(), command);
        if (!inRoot || !parent.pinned()) {
            reading.ask("ILR-SPAWN-101", "The launcher lies outside the directories for launchers: " + path + ".");
        }
        return path;
    }

    /** Where the launcher of this name is on this machine, if it is there and guarded. */
    public Optional<String> launcherPath(String name) {
        return inLauncherDirs(name, Os.current()).map(Location::text);
    }

    private Optional<Location> inLauncherDirs(String name, Os os) {
        List<String> suffixes = os == Os.WINDOWS ? List.of(".exe", ".cmd") : List.of("");
        return rules.launcherDirs().stream()
                .filter(dir -> Location.isAbsolute(dir, os) && dir.indexOf('*') < 0)
                .map(dir -> Location.known(dir, os))
                .flatMap(dir -> suffixes.stream().map(suffix -> dir.resolve(Token.aside(name + suffix))))
                .filter(path -> isGuardedFile(path))
                .findFirst();
    }

    private boolean isGuardedFile(Location path) {
        return paths.file(path.text())
                .filter(found -> found.custody() != PathResolver.Custody.OTHERS)
                .isPresent();
    }

    /** Another path to a launcher, {@code /usr/bin/python3.11} for {@code python3}; it is started by its known path. */
    private Optional<Program> sameFile(Location path, Os os) {
        Optional<String> real = paths.file(path.text()).map(PathResolver.Found::realPath);
        if (real.isEmpty()) {
            return Optional.empty();
        }
        for (String name : rules.launchers()) {
            Optional<Location> known = inLauncherDirs(name, os);
            if (known.flatMap(where -> paths.file(where.text()))
                    .map(PathResolver.Found::realPath)
                    .equals(real)) {
                return known.map(where -> new Program(name, where, List.of()));
            }
        }
        return Optional.empty();
    }

    /** A program of its own under a server root, or one of the user's, by its whole path. */
    private Optional<Program> ownProgram(Token command, List<String> args, Reading reading) {
        if (!Location.isAbsolute(command.text(), reading.os())) {
            return Optional.empty();
        }
        Location path = Location.of(command, reading.os());
        if (reading.os() == Os.WINDOWS && !path.name().toLowerCase(Locale.ROOT).endsWith(".exe")) {
            throw new Refusal(
                    "ILR-SPAWN-022",
                    "On Windows this is no program but a file that another program is started for.",
                    command,
                    "Name an .exe, or start the file with its launcher, for example node and the .js file.");
        }
        Place place = reading.places().file(path, command);
        for (Location name : List.of(path, place.real())) {
            Optional<String> kind = Programs.kind(name.name());
            if (kind.isPresent()) {
                throw shell(command, kind.get());
            }
        }
        reading.artefact("file:" + place.real().text());
        reading.file(place.real());
        if (!place.pinned()) {
            reading.ask(
                    "ILR-SPAWN-101",
                    "The program lies outside the server roots, where every program of the user can change it: "
                            + place.real().text() + ".");
        }
        return Optional.of(new Program("binary", place.real(), args));
    }

    private static String withoutSuffix(String name, Os os) {
        if (os != Os.WINDOWS) {
            return name;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".exe") || lower.endsWith(".cmd") ? lower.substring(0, lower.length() - 4) : lower;
    }

    /** A batch file's arguments are read a second time, by {@code cmd.exe} (CVE-2024-24576). */
    private static void requireNoBatchSigns(List<String> args, int offset) {
        for (int i = 0; i < args.size(); i++) {
            if (BATCH_SIGNS.matcher(args.get(i)).matches()) {
                throw new Refusal(
                        "ILR-SPAWN-022",
                        "On Windows the argument would be read again by cmd.exe, which gives this sign a meaning.",
                        new Token(args.get(i), offset + i + 1),
                        "Leave out & | < > ^ % ! and quotation marks, or start the server with node and its file.");
            }
        }
    }

    private Refusal unknownProgram(Token command) {
        String name = command.text().substring(command.text().lastIndexOf('/') + 1);
        Optional<String> kind = Programs.kind(withoutSuffix(name, Os.WINDOWS));
        if (kind.isPresent()) {
            return shell(command, kind.get());
        }
        return new Refusal(
                "ILR-SPAWN-003",
                "The command is neither a launcher nor a registered program.",
                command,
                "Launchers: " + rules.launchers() + ". Register another program under spawn.registered with its path.");
    }

    private static Refusal shell(Token command, String kind) {
        return new Refusal(
                "ILR-SPAWN-004",
                "The command " + Programs.danger(kind) + ".",
                command,
                "Start the server itself: a launcher with the server's pinned package or file, or a registered program.");
    }

    /** The program that would run, and with which arguments. */
    private record Program(String kind, Location path, List<String> args) {}
}
