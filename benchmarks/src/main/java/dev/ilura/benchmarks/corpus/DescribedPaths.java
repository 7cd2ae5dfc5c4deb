package dev.ilura.benchmarks.corpus;

import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.PathResolver;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The file system that the fixtures of a corpus describe: whatever is asked for is there, links lead where they are said
 * to, homes belong to their user, directories for temporary files to everybody, and the rest to the administrator.
 */
final class DescribedPaths implements PathResolver {
    private static final String LINK = "symlink -> ";
    private static final String MISSING = "missing";
    private static final String OF_OTHERS = "owned by others";

    private final Os os;
    private final Map<String, String> links = new HashMap<>();
    private final Set<String> missing = new HashSet<>();
    private final Set<String> ofOthers = new HashSet<>();

    DescribedPaths(JsonValue policy, Os os) {
        this.os = os;
        CorpusPolicy.members(policy, "fixtures").forEach((path, what) -> {
            if (what.text().startsWith(LINK)) {
                links.put(path, what.text().substring(LINK.length()));
            } else if (what.text().equals(MISSING)) {
                missing.add(path);
            } else if (what.text().equals(OF_OTHERS)) {
                ofOthers.add(path);
            }
        });
    }

    @Override
    public Optional<Found> file(String absolutePath) {
        if (isIn(missing, absolutePath)) {
            return Optional.empty();
        }
        String real = real(absolutePath);
        return Optional.of(new Found(real, custody(real)));
    }

    @Override
    public Optional<Found> directory(String absolutePath) {
        return file(absolutePath);
    }

    @Override
    public String digest(String realPath) {
        return Digests.sha256Hex(realPath);
    }

    private static boolean isIn(Set<String> places, String path) {
        return places.stream().anyMatch(place -> path.equals(place) || path.startsWith(place + "/"));
    }

    private String real(String path) {
        for (Map.Entry<String, String> link : links.entrySet()) {
            if (path.equals(link.getKey()) || path.startsWith(link.getKey() + "/")) {
                return link.getValue() + path.substring(link.getKey().length());
            }
        }
        return path;
    }

    private Custody custody(String real) {
        String path = os == Os.WINDOWS ? real.replace('\\', '/').toLowerCase(Locale.ROOT) : real;
        if (isIn(ofOthers, real)) {
            return Custody.OTHERS;
        }
        if (List.of("/tmp", "/var/tmp", "/dev/shm", "c:/windows/temp").stream().anyMatch(path::startsWith)) {
            return Custody.OTHERS;
        }
        boolean home = List.of("/home/", "/Users/", "c:/users/").stream().anyMatch(path::startsWith);
        return home ? Custody.USER : Custody.ADMINISTRATOR;
    }
}
