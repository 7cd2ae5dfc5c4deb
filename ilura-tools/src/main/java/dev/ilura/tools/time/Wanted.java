package dev.ilura.tools.time;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How things shall be again: what several snapshots say together, the oldest counting most. Not thread-safe.
 *
 * <p>Below each top everything is known: what is not here was not there.
 */
final class Wanted {
    private final NavigableMap<Path, Entry> entries = new TreeMap<>();
    private final TreeSet<Path> tops = new TreeSet<>();
    private final Map<Path, Entry> parents = new TreeMap<>();

    /** Goes one snapshot further back. */
    void before(Snapshot snapshot) {
        for (Path top : snapshot.tops()) {
            cut(top);
            // older entries know these directories better than newer neighbours did
            parents.keySet().removeIf(path -> path.startsWith(top));
            for (Path up = top.getParent(); up != null; up = up.getParent()) {
                Entry above = entries.get(up);
                if (above != null && above.kind() != Entry.Kind.DIRECTORY) {
                    // what is wanted below makes it a directory; which, its own parent entry says
                    entries.remove(up);
                    tops.remove(up);
                }
            }
            if (!isCovered(top)) {
                tops.add(top);
            }
        }
        snapshot.entries().forEach(entry -> {
            if (entry.kind() != Entry.Kind.ABSENT || tops.contains(entry.path())) {
                entries.put(entry.path(), entry);
            }
        });
        snapshot.parents().forEach(parent -> parents.put(parent.path(), parent));
    }

    private void cut(Path top) {
        below(top).keySet().forEach(entries::remove);
        List<Path> gone = new ArrayList<>();
        for (Path inner : tops.tailSet(top, true)) {
            if (!inner.toString().startsWith(top.toString())) {
                break;
            }
            if (inner.startsWith(top)) {
                gone.add(inner);
            }
        }
        tops.removeAll(gone);
    }

    /** Whether an outer top says all about it already. */
    private boolean isCovered(Path top) {
        for (Path up = top.getParent(); up != null; up = up.getParent()) {
            if (tops.contains(up)) {
                return true;
            }
        }
        return false;
    }

    /** The same for what is at or below a path only. */
    Wanted at(Path path) {
        Wanted part = new Wanted();
        for (Path top : tops) {
            if (top.startsWith(path)) {
                part.tops.add(top);
            } else if (path.startsWith(top)) {
                part.tops.add(path);
                part.entries.put(path, entries.getOrDefault(path, Entry.absent(path)));
            }
        }
        entries.forEach((at, entry) -> {
            if (at.startsWith(path)) {
                part.entries.put(at, entry);
            }
        });
        parents.forEach((at, entry) -> {
            if (at.startsWith(path) || at.equals(path.getParent())) {
                part.parents.put(at, entry);
            }
        });
        return part;
    }

    List<Path> tops() {
        return new ArrayList<>(tops);
    }

    /** At and below a top, in order. */
    NavigableMap<Path, Entry> below(Path top) {
        NavigableMap<Path, Entry> below = new TreeMap<>();
        for (Map.Entry<Path, Entry> each : entries.tailMap(top, true).entrySet()) {
            if (!each.getKey().toString().startsWith(top.toString())) {
                break; // names are sorted, so what begins alike stands together
            }
            if (each.getKey().startsWith(top)) {
                below.put(each.getKey(), each.getValue());
            }
        }
        return below;
    }

    /** The directories around, whose times are wanted back too. */
    Map<Path, Entry> parents() {
        return parents;
    }
}
