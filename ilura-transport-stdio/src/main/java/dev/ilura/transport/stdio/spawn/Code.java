package dev.ilura.transport.stdio.spawn;

import dev.ilura.transport.stdio.spawn.Places.Place;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Artefacts that are files of this machine, or found through them. */
final class Code {
    private static final Set<String> GENERAL_MODULES = Set.copyOf(Lists.lines("python-modules.list"));
    private static final Pattern MODULE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");
    private static final Pattern JAVA_CLASS = Pattern.compile(
            "([A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*/)?[A-Za-z_][A-Za-z0-9_]*([.$][A-Za-z_][A-Za-z0-9_]*)*");
    private static final List<String> PLATFORM = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "netscape.");
    private static final Pattern REGISTRY_VERSION =
            Pattern.compile("(?<name>@[a-z0-9-]+/[a-z0-9._-]+)(@(?<version>[^/]+))?");
    private static final Pattern EXACT = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?");
    private static final Pattern LOOSE = Pattern.compile("[A-Za-z0-9.*^~<>= -]+");

    private Code() {}

    /** A file with one of these endings. */
    static void script(Token token, List<String> endings, Reading reading) {
        String name = reading.os() == Os.WINDOWS ? token.text().toLowerCase(java.util.Locale.ROOT) : token.text();
        if (endings.stream().noneMatch(name::endsWith)) {
            throw new Refusal(
                    "ILR-SPAWN-014",
                    "This is no file of the server: it does not end with " + String.join(", ", endings) + ".",
                    token,
                    "Name the server's main file by its whole path.");
        }
        believe(reading.places().file(located(token, reading), token), reading);
    }

    private static Location located(Token token, Reading reading) {
        Optional<Location> directory = reading.directory();
        if (directory.isPresent() && !Location.isAbsolute(token.text(), reading.os())) {
            return directory.get().resolve(token);
        }
        return Location.of(token, reading.os());
    }

    private static void believe(Place place, Reading reading) {
        reading.artefact("file:" + place.real().text());
        reading.file(place.real());
        askIfOutside(place, reading);
    }

    private static void askIfOutside(Place place, Reading reading) {
        if (!place.pinned()) {
            reading.ask(
                    "ILR-SPAWN-101",
                    "The code lies outside the server roots, where every program of the user can change it: "
                            + place.real().text() + ".");
        }
    }

    static void directory(Token token, Reading reading) {
        Place place = reading.places().directory(Location.of(token, reading.os()), token);
        reading.directory(place.real());
        askIfOutside(place, reading);
    }

    static void project(Token token, Reading reading) {
        Location where = located(token, reading);
        Place place = token.text().matches(".*\\.(cs|fs|vb)proj")
                ? reading.places().file(where, token)
                : reading.places().directory(where, token);
        reading.artefact("project:" + place.real().text());
    }

    /** An installed module; which version is installed is not known here. */
    static void pythonModule(Token token, Reading reading) {
        String top = token.text().contains(".")
                ? token.text().substring(0, token.text().indexOf('.'))
                : token.text();
        if (!MODULE.matcher(token.text()).matches() || GENERAL_MODULES.contains(top)) {
            throw new Refusal(
                    "ILR-SPAWN-014",
                    "The module is no server: its arguments would be the program, or it installs, serves or reads files.",
                    token,
                    "Name the server's own module, or its file under a server root.");
        }
        reading.artefact("python-module:" + token.text());
        reading.ask("ILR-SPAWN-100", "Which version of the module " + token.text() + " is installed is not known.");
    }

    static void classPath(Token token, Reading reading) {
        String separator = reading.os() == Os.WINDOWS ? ";" : ":";
        for (String entry : token.text().split(separator, -1)) {
            boolean allJars = entry.endsWith("/*") || (reading.os() == Os.WINDOWS && entry.endsWith("\\*"));
            Token path = token.part(allJars ? entry.substring(0, entry.length() - 2) : entry);
            Location where = Location.of(path, reading.os());
            boolean jar = !allJars && entry.endsWith(".jar");
            Place place =
                    jar ? reading.places().file(where, path) : reading.places().directory(where, path);
            if (jar) {
                reading.file(place.real());
            }
            askIfOutside(place, reading);
        }
        reading.classPath();
    }

    static void mainClass(Token token, Reading reading) {
        boolean platform = PLATFORM.stream().anyMatch(token.text()::startsWith);
        if (!reading.hasClassPath()
                || platform
                || !JAVA_CLASS.matcher(token.text()).matches()) {
            throw new Refusal(
                    "ILR-SPAWN-014",
                    "This is no main class on a class path that was named, and a source file would be compiled and run.",
                    token,
                    "Write -jar with the server's jar, or -cp with its jars and the main class.");
        }
        reading.artefact("class:" + token.text());
    }

    /** A script, or a package of npm or JSR by name. */
    static void deno(Token token, List<String> endings, Reading reading) {
        String text = token.text();
        if (!text.startsWith("npm:") && !text.startsWith("jsr:")) {
            script(token, endings, reading);
            return;
        }
        if (text.startsWith("npm:")) {
            Packages.npm(token.part(text.substring(4)), reading);
            return;
        }
        java.util.regex.Matcher matcher = REGISTRY_VERSION.matcher(text.substring(4));
        String version = matcher.matches() ? matcher.group("version") : null;
        if (!matcher.matches() || (version != null && !LOOSE.matcher(version).matches())) {
            throw new Refusal(
                    "ILR-SPAWN-014",
                    "This is no package of the registry by name.",
                    token,
                    "Write jsr:@scope/name@1.2.3.");
        }
        reading.artefact(text);
        if (version == null || !EXACT.matcher(version).matches()) {
            reading.ask("ILR-SPAWN-100", "The package " + matcher.group("name") + " is not pinned to one version.");
        }
    }
}
