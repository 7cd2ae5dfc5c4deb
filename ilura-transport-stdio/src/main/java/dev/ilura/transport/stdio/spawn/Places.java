package dev.ilura.transport.stdio.spawn;

import dev.ilura.transport.stdio.spawn.PathResolver.Custody;
import dev.ilura.transport.stdio.spawn.PathResolver.Found;
import java.util.List;
import java.util.Optional;

/** Judges what lies where: put there by the operator, the user's own, or anybody's. */
final class Places {
    private final SpawnRules rules;
    private final PathResolver paths;
    private final Os os;

    Places(SpawnRules rules, PathResolver paths, Os os) {
        this.rules = rules;
        this.paths = paths;
        this.os = os;
    }

    Os os() {
        return os;
    }

    SpawnRules rules() {
        return rules;
    }

    /**
     * A file that code would come from.
     *
     * @throws Refusal if it is not there or not to be believed
     */
    Place file(Location where, Token token) {
        return judge(where, token, paths.file(where.text()), "file");
    }

    /**
     * A directory that code would come from.
     *
     * @throws Refusal if it is not there or not to be believed
     */
    Place directory(Location where, Token token) {
        return judge(where, token, paths.directory(where.text()), "directory");
    }

    private Place judge(Location where, Token token, Optional<Found> found, String kind) {
        requireTrusted(where, token);
        if (found.isEmpty()) {
            throw new Refusal(
                    "ILR-SPAWN-007",
                    "There is no such " + kind + ".",
                    token,
                    "Check the path; it is read on the gateway's machine.");
        }
        Location real = Location.known(found.get().realPath(), os);
        requireTrusted(real, token);
        if (found.get().custody() == Custody.OTHERS) {
            throw new Refusal(
                    "ILR-SPAWN-008",
                    "Others can write the " + kind + " or a directory above it, and so choose what runs.",
                    token,
                    "Give it to root or to the gateway's user, and take the right to write from group and others.");
        }
        if (rules.serverRoots().stream().anyMatch(real::isUnder)) {
            return new Place(real, true);
        }
        if (found.get().custody() == Custody.USER) {
            return new Place(real, false);
        }
        throw new Refusal(
                "ILR-SPAWN-006",
                "The " + kind + " lies outside the server roots " + rules.serverRoots() + ".",
                token,
                "Move the server under a server root, or name its directory in spawn.server_roots.");
    }

    /** A root that the operator named inside an untrusted place is more precise than the rule about the place. */
    private void requireTrusted(Location where, Token token) {
        int untrusted = deepest(where, rules.untrusted());
        if (untrusted >= 0 && untrusted >= deepest(where, rules.serverRoots())) {
            throw new Refusal(
                    "ILR-SPAWN-006",
                    "The path leads to a place where anybody, or a download, can put files: " + where.text() + ".",
                    token,
                    "Install the server under a server root: " + rules.serverRoots() + ".");
        }
    }

    private static int deepest(Location where, List<String> patterns) {
        return patterns.stream().mapToInt(where::depthUnder).max().orElse(-1);
    }

    boolean isUntrusted(Location where) {
        return rules.untrusted().stream().anyMatch(where::isUnder);
    }

    boolean isWorkspace(Location where) {
        return rules.workspaces().stream().anyMatch(where::isUnder);
    }

    Optional<Found> find(Location where) {
        return paths.file(where.text());
    }

    String digest(String realPath) {
        return paths.digest(realPath);
    }

    /**
     * A judged place.
     *
     * @param real where it really is
     * @param pinned in a server root; otherwise the user's own, and a person has to agree
     */
    record Place(Location real, boolean pinned) {}
}
