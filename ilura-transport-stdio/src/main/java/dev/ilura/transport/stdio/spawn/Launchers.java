package dev.ilura.transport.stdio.spawn;

import java.util.List;

/** The launchers that there is a grammar for. */
public final class Launchers {
    private static final List<String> NAMES = List.of(
            "node", "npx", "python", "python3", "uv", "uvx", "pipx", "docker", "podman", "java", "dotnet", "dnx",
            "deno", "bun", "bunx", "pnpm");

    private Launchers() {}

    /** Their names. */
    public static List<String> names() {
        return NAMES;
    }

    static boolean known(String name) {
        return NAMES.contains(name);
    }
}
