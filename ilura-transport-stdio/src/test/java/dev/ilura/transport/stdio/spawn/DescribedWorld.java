package dev.ilura.transport.stdio.spawn;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A machine that exists in words only: launchers in their directories, servers of the operator under their root, a user
 * called maria with her work, and a few traps.
 */
final class DescribedWorld implements PathResolver {
    static final SpawnRules RULES = SpawnRules.none()
            .launchers(Launchers.names())
            .launcherDirs(List.of("/usr/bin", "/opt/homebrew/bin", "C:\\Program Files\\nodejs"))
            .serverRoots(List.of("/opt/mcp/servers", "C:\\mcp\\servers"))
            .workspaces(List.of("/home/maria/work", "/Users/maria/work", "C:\\Users\\maria\\work"))
            .untrusted(List.of("/tmp", "/dev", "/proc", "*/Downloads"))
            .blockedVersions(Map.of("leaky", "<1.0.1"))
            .registered("notes", "/opt/mcp/bin/notes", Optional.empty())
            .registered("tampered", "/opt/mcp/bin/tampered", Optional.of("0".repeat(64)));

    @Override
    public Optional<Found> file(String absolutePath) {
        return find(absolutePath);
    }

    @Override
    public Optional<Found> directory(String absolutePath) {
        return find(absolutePath);
    }

    private static Optional<Found> find(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        if (path.contains("missing") || (path.startsWith("/opt/homebrew/bin/") && !path.endsWith("/npx"))) {
            return Optional.empty();
        }
        if (path.equals("/opt/mcp/servers/out") || path.startsWith("/opt/mcp/servers/out/")) {
            return Optional.of(new Found(path.replace("/opt/mcp/servers/out", "/tmp"), Custody.ADMINISTRATOR));
        }
        if (path.equals("/opt/mcp/bin/link-to-shell")) {
            return Optional.of(new Found("/bin/sh", Custody.ADMINISTRATOR));
        }
        if (path.startsWith("/home/shared/")) {
            return Optional.of(new Found(path, Custody.OTHERS));
        }
        boolean own = List.of("/home/maria", "/users/maria", "c:\\users\\maria").stream()
                .anyMatch(lower::startsWith);
        return Optional.of(new Found(path, own ? Custody.USER : Custody.ADMINISTRATOR));
    }

    @Override
    public String digest(String realPath) {
        return "f".repeat(64);
    }
}
