package dev.ilura.transport.stdio.spawn;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a value or an artefact must be; the names are those that stand in the grammar files. */
@FunctionalInterface
interface ValueKind {
    Map<String, ValueKind> BY_NAME = Map.ofEntries(
            Map.entry("npm", (token, details, reading) -> Packages.npm(token, reading)),
            Map.entry("npm-package", (token, details, reading) -> Packages.npmSource(token, reading)),
            Map.entry("pypi", (token, details, reading) -> Packages.pypi(token, reading)),
            Map.entry("pypi-package", (token, details, reading) -> Packages.pypiSource(token, reading)),
            Map.entry("pypi-extra", (token, details, reading) -> Packages.pypiExtra(token, reading)),
            Map.entry("nuget", (token, details, reading) -> Packages.nuget(token, reading)),
            Map.entry("nuget-version", (token, details, reading) -> Packages.nugetVersion(token)),
            Map.entry("image", (token, details, reading) -> Images.judge(token, reading)),
            Map.entry("container-env", (token, details, reading) -> ContainerGrants.environment(token, reading)),
            Map.entry("container-volume", (token, details, reading) -> ContainerGrants.volume(token, reading)),
            Map.entry("container-mount", (token, details, reading) -> ContainerGrants.mount(token, reading)),
            Map.entry("container-port", (token, details, reading) -> ContainerGrants.port(token, reading)),
            Map.entry("container-path", (token, details, reading) -> ContainerGrants.directoryInside(token, reading)),
            Map.entry("script", Code::script),
            Map.entry("deno", Code::deno),
            Map.entry("python-module", (token, details, reading) -> Code.pythonModule(token, reading)),
            Map.entry("jar", (token, details, reading) -> Code.script(token, List.of(".jar"), reading)),
            Map.entry("classpath", (token, details, reading) -> Code.classPath(token, reading)),
            Map.entry("class", (token, details, reading) -> Code.mainClass(token, reading)),
            Map.entry("project", (token, details, reading) -> Code.project(token, reading)),
            Map.entry("scope", (token, details, reading) -> ContainerGrants.scope(token, reading)),
            Map.entry("directory", (token, details, reading) -> Code.directory(token, reading)));

    /**
     * Judges a value.
     *
     * @param details what the grammar says besides the kind, for example the endings of a file name
     * @throws Refusal if it is none of this kind
     */
    void judge(Token token, List<String> details, Reading reading);

    /** The kind of this name, or of values that match {@code /expression/} as a whole. */
    static ValueKind of(String name) {
        if (name.length() > 2 && name.startsWith("/") && name.endsWith("/")) {
            return matching(Pattern.compile(name.substring(1, name.length() - 1)));
        }
        ValueKind kind = BY_NAME.get(name);
        if (kind == null) {
            throw new IllegalStateException("a grammar names an unknown kind of value: " + name);
        }
        return kind;
    }

    private static ValueKind matching(Pattern pattern) {
        return (token, details, reading) -> {
            if (!pattern.matcher(token.text()).matches()) {
                throw new Refusal(
                        "ILR-SPAWN-011",
                        "The flag may not have this value.",
                        token,
                        "Leave the flag out, or give it a value of the form " + pattern + ".");
            }
        };
    }
}
