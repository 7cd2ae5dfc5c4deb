package dev.ilura.transport.stdio.spawn;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Packages of npm, PyPI and NuGet by name. Only the registry's own names are read; an address, a repository, a directory
 * or an alias would let its writer choose the code.
 */
final class Packages {
    private static final Pattern NPM_NAME =
            Pattern.compile("(@[a-z0-9~][a-z0-9._~-]{0,100}/)?[A-Za-z0-9~][A-Za-z0-9._~-]{0,200}");
    private static final Pattern PYPI_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,200}[A-Za-z0-9])?");
    private static final Pattern PYPI = Pattern.compile(
            "(?<name>" + PYPI_NAME + ")(\\[[A-Za-z0-9,._-]+])?((?<operator>===|==|@|~=|!=|<=|>=|<|>)(?<version>.+))?");
    private static final Pattern PYPI_COMMIT = Pattern.compile(
            "git\\+https://[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)+@(?<commit>[0-9a-f]{40})(#[A-Za-z0-9=&/._-]+)?");
    private static final Pattern NUGET = Pattern.compile("(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99})(@(?<version>.+))?");

    private static final Pattern SEMVER = Pattern.compile(
            "[0-9]{1,9}\\.[0-9]{1,9}\\.[0-9]{1,9}(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?(\\+[0-9A-Za-z.-]+)?");
    private static final Pattern NUGET_VERSION = Pattern.compile("[0-9]+\\.[0-9]+(\\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?");
    private static final Pattern PYPI_VERSION = Pattern.compile(
            "([0-9]+!)?[0-9]+(\\.[0-9]+)*((a|b|rc|alpha|beta)[0-9]+)?(\\.post[0-9]+)?(\\.dev[0-9]+)?(\\+[a-z0-9.]+)?");
    /** Tags and ranges: chosen anew at each start, but still from the registry. */
    private static final Pattern LOOSE = Pattern.compile("[A-Za-z0-9.*^~<>=!|,][A-Za-z0-9.*^~<>=!|, -]*");

    private static final Pattern NPM_TAG = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");
    private static final String COMPARATOR = "[v^~<>=]*[0-9xX*][0-9A-Za-z.+*-]*";
    private static final Pattern NPM_RANGE =
            Pattern.compile(COMPARATOR + "(( - | ?\\|\\| ?| )[ ]?" + COMPARATOR + ")*");

    /** npm reads these words after a flag as its value, so what follows would be the package. */
    private static final Set<String> SWALLOWED = Set.of("true", "false", "null");

    private Packages() {}

    static void npm(Token token, Reading reading) {
        Optional<PackageName> source = reading.source();
        if (source.isPresent()) {
            entryPoint(token, source.get(), reading);
            return;
        }
        PackageName name = npm(token);
        requireServer(token, name);
        weigh("npm", name, token, reading);
    }

    /** {@code --package}: the program to run from it is named apart, so only a pinned one with a known program will do. */
    static void npmSource(Token token, Reading reading) {
        PackageName name = npm(token);
        if (!name.pinned()) {
            throw notPinned(token);
        }
        if (reading.source().isPresent()) {
            throw new Refusal(
                    "ILR-SPAWN-014",
                    "More than one package is named, so it is open whose program runs.",
                    token,
                    "Name one package.");
        }
        requireOwnName(token, name);
        reading.source(name);
        weigh("npm", name, token, reading);
    }

    private static PackageName npm(Token token) {
        String text = token.text();
        int at = text.indexOf('@', 1);
        String name = at < 0 ? text : text.substring(0, at);
        String version = at < 0 ? "" : text.substring(at + 1);
        if (!NPM_NAME.matcher(name).matches() || SWALLOWED.contains(name)) {
            throw notFromRegistry(token, "name@1.2.3");
        }
        boolean pinned = SEMVER.matcher(version).matches();
        boolean chosen =
                NPM_TAG.matcher(version).matches() || NPM_RANGE.matcher(version).matches();
        if (!pinned && at >= 0 && !chosen) {
            throw notFromRegistry(token, "name@1.2.3");
        }
        return new PackageName(name, version, pinned);
    }

    static void pypi(Token token, Reading reading) {
        Optional<PackageName> source = reading.source();
        if (source.isPresent()) {
            entryPoint(token, source.get(), reading);
            return;
        }
        PackageName name = pypi(token);
        requireServer(token, name);
        weigh("pypi", name, token, reading);
    }

    static void pypiSource(Token token, Reading reading) {
        Matcher commit = PYPI_COMMIT.matcher(token.text());
        PackageName name;
        if (commit.matches()) {
            name = new PackageName("", commit.group("commit"), true);
            reading.artefact("git:" + token.text());
            reading.ask("ILR-SPAWN-100", "The code comes from a repository, at one commit, and not from the registry.");
        } else {
            name = pypi(token);
            weigh("pypi", name, token, reading);
        }
        reading.source(name);
    }

    /** {@code --with}: more code beside the server's. */
    static void pypiExtra(Token token, Reading reading) {
        for (String part : token.text().split(",", -1)) {
            PackageName name = pypi(token.part(part));
            if (!name.pinned()) {
                reading.ask(
                        "ILR-SPAWN-100", "The additional package " + name.name() + " is not pinned to one version.");
            }
        }
    }

    private static PackageName pypi(Token token) {
        Matcher matcher = PYPI.matcher(token.text());
        if (!matcher.matches() || token.text().endsWith(".py")) {
            throw notFromRegistry(token, "name==1.2.3");
        }
        String version = Optional.ofNullable(matcher.group("version")).orElse("");
        String operator = Optional.ofNullable(matcher.group("operator")).orElse("");
        boolean exact = operator.equals("==") || operator.equals("===") || operator.equals("@");
        boolean pinned = exact && PYPI_VERSION.matcher(version).matches();
        if (!pinned && !version.isEmpty() && !LOOSE.matcher(version).matches()) {
            throw notFromRegistry(token, "name==1.2.3");
        }
        String normal = matcher.group("name").toLowerCase(Locale.ROOT).replaceAll("[._-]+", "-");
        return new PackageName(normal, version, pinned);
    }

    static void nuget(Token token, Reading reading) {
        Matcher matcher = NUGET.matcher(token.text());
        if (!matcher.matches()) {
            throw notFromRegistry(token, "Name@1.2.3");
        }
        String version = Optional.ofNullable(matcher.group("version")).orElse("");
        boolean pinned = NUGET_VERSION.matcher(version).matches();
        if (!pinned && !version.isEmpty() && !LOOSE.matcher(version).matches()) {
            throw notFromRegistry(token, "Name@1.2.3");
        }
        PackageName name = new PackageName(matcher.group("name"), version, pinned);
        requireServer(token, name);
        weigh("nuget", name, token, reading);
    }

    /** {@code --version}: pins nothing by itself, the package is asked for; but it must not be an address. */
    static void nugetVersion(Token token) {
        if (!NUGET_VERSION.matcher(token.text()).matches()) {
            throw notFromRegistry(token, "Name@1.2.3");
        }
    }

    private static void weigh(String registry, PackageName name, Token token, Reading reading) {
        String version = name.version().isEmpty() ? "" : "@" + name.version();
        reading.artefact(registry + ":" + name.name() + version);
        if (!name.pinned()) {
            reading.ask(
                    "ILR-SPAWN-100",
                    "The package " + name.name()
                            + " is not pinned to one version: what runs is chosen anew at each start.");
        }
        String bound = reading.rules().blockedVersions().get(name.name());
        if (bound != null && name.pinned() && Versions.isWithin(bound, name.version())) {
            knownHole(token, name, bound, reading);
        }
    }

    private static void knownHole(Token token, PackageName name, String bound, Reading reading) {
        String what = "Versions " + bound + " of " + name.name() + " have a known hole.";
        if (reading.rules().refusesKnownHoles()) {
            throw new Refusal(
                    "ILR-SPAWN-023",
                    what,
                    token,
                    "Name a newer version, or set spawn.known_holes = \"ask\" if there is none.");
        }
        reading.ask("ILR-SPAWN-104", what);
    }

    /** Not the server itself but something that runs whatever its arguments say. */
    private static void requireServer(Token token, PackageName name) {
        Optional<String> kind = Programs.kind(name.name()).or(() -> Programs.kind(name.bareName()));
        if (kind.isPresent()) {
            throw new Refusal(
                    "ILR-SPAWN-014",
                    "The package is no server: it " + Programs.danger(kind.get()) + ".",
                    token,
                    "Name the package of the server itself.");
        }
        requireOwnName(token, name);
    }

    private static void requireOwnName(Token token, PackageName name) {
        Optional<String> imitated = Imitations.imitated(name.name());
        if (imitated.isPresent()) {
            throw new Refusal(
                    "ILR-SPAWN-025",
                    "The name can be taken for " + imitated.get() + ", and is another.",
                    token,
                    "Write " + imitated.get()
                            + " if that is meant; otherwise install the package under a server root.");
        }
    }

    private static void entryPoint(Token token, PackageName source, Reading reading) {
        String program = token.text();
        if (Programs.kind(program).isPresent() || !program.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
            throw foreignEntryPoint(token);
        }
        if (source.name().isEmpty() || entryPoints(reading.rules(), source).contains(normal(program))) {
            return;
        }
        throw foreignEntryPoint(token);
    }

    private static List<String> entryPoints(SpawnRules rules, PackageName source) {
        Map<String, List<String>> named = rules.entrypoints();
        List<String> listed = named.getOrDefault(source.name(), List.of());
        return java.util.stream.Stream.concat(listed.stream(), java.util.stream.Stream.of(source.bareName()))
                .map(Packages::normal)
                .toList();
    }

    private static String normal(String program) {
        return program.toLowerCase(Locale.ROOT).replaceAll("[._-]+", "-");
    }

    private static Refusal foreignEntryPoint(Token token) {
        return new Refusal(
                "ILR-SPAWN-016",
                "The program is not the one that the package is named for, so it could be any.",
                token,
                "Name the package's own program, or list it in spawn.entrypoints.");
    }

    private static Refusal notPinned(Token token) {
        return new Refusal(
                "ILR-SPAWN-014",
                "A package named apart from its program must be pinned to one version.",
                token,
                "Write name@1.2.3.");
    }

    private static Refusal notFromRegistry(Token token, String form) {
        return new Refusal(
                "ILR-SPAWN-014",
                "This is no package of the registry by name: whoever wrote it would choose the code.",
                token,
                "Write " + form + ".");
    }
}
