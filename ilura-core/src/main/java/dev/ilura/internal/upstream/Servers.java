package dev.ilura.internal.upstream;

import dev.ilura.IluraException;
import dev.ilura.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The servers behind the gate, in the order in which they came, and which pods reach them. Readers never wait.
 * Thread-safe.
 */
public final class Servers {
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Map<String, Place> places = Map.of();

    private record Place(Upstream upstream, Predicate<Pod> reachedFrom) {}

    /** Adds one that every pod reaches which says so. */
    public void add(Upstream upstream) {
        put(upstream, pod -> pod.reaches(upstream.name()));
    }

    /** Adds one that a single pod reaches. */
    public void add(Upstream upstream, Pod only) {
        put(upstream, only::equals);
    }

    private void put(Upstream upstream, Predicate<Pod> reachedFrom) {
        writing.lock();
        try {
            Map<String, Place> changed = new LinkedHashMap<>(places);
            if (changed.putIfAbsent(upstream.name(), new Place(upstream, reachedFrom)) != null) {
                throw new IluraException(
                        "ILR-CONF-003",
                        "There is a server called \"" + upstream.name() + "\" already.",
                        "Use another name, or take the other server out first.");
            }
            places = changed;
        } finally {
            writing.unlock();
        }
    }

    public void remove(Upstream upstream) {
        writing.lock();
        try {
            Map<String, Place> changed = new LinkedHashMap<>(places);
            changed.values().removeIf(place -> place.upstream() == upstream);
            places = changed;
        } finally {
            writing.unlock();
        }
    }

    /** The server of this name, if the pod reaches it. */
    public Optional<Upstream> find(String name, Pod pod) {
        return Optional.ofNullable(places.get(name))
                .filter(place -> place.reachedFrom().test(pod))
                .map(Place::upstream);
    }

    /** Those that a pod reaches. */
    public List<Upstream> of(Pod pod) {
        return places.values().stream()
                .filter(place -> place.reachedFrom().test(pod))
                .map(Place::upstream)
                .toList();
    }

    public List<Upstream> all() {
        return places.values().stream().map(Place::upstream).toList();
    }
}
