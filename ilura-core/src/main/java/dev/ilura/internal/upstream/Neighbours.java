package dev.ilura.internal.upstream;

import dev.ilura.Inventory.Quarantined;
import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.spi.ManifestReview;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tools that are taken for a tool of another server. The attack: {@code send_emai1} beside {@code send_email}. The server
 * that was configured first keeps its tool, whichever was started first; servers that no pod reaches together do not
 * meet. Thread-safe; worked out anew when a list changed.
 */
public final class Neighbours {
    private final Servers servers;
    private final Collection<Pod> pods;
    private final ManifestReview review;
    private final Watcher watcher;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong listings = new AtomicLong();
    private volatile Known known = new Known(-1, Map.of());

    Neighbours(Servers servers, Collection<Pod> pods, ManifestReview review, Watcher watcher) {
        this.servers = servers;
        this.pods = List.copyOf(pods);
        this.review = review;
        this.watcher = watcher;
    }

    /** Who wants to know. */
    public interface Watcher {
        /** A tool is refused from now on, or is worth a warning. */
        void clash(String server, Quarantined tool, boolean refused);
    }

    private record Known(long listings, Map<String, Map<String, Quarantined>> refused) {}

    /** The tools of a server that are refused, by name. */
    Map<String, Quarantined> refused(String server) {
        long seenListings = listings.get();
        Known seen = known;
        if (seen.listings() != seenListings) {
            seen = look(seenListings);
        }
        return seen.refused().getOrDefault(server, Map.of());
    }

    /** What some server offers is not what it was. */
    public void changed() {
        listings.incrementAndGet();
    }

    private Known look(long seenListings) {
        lock.lock();
        try {
            if (known.listings() == seenListings) {
                return known;
            }
            Map<String, Map<String, Quarantined>> before = known.refused();
            Map<String, Map<String, Quarantined>> refused = new HashMap<>();
            for (ManifestReview.Clash clash : clashes()) {
                if (meet(clash.earlier(), clash.later())) {
                    Quarantined tool = new Quarantined(
                            clash.tool(), clash.remark().code(), clash.remark().what());
                    if (clash.remark().refuses()) {
                        refused.computeIfAbsent(clash.later(), server -> new LinkedHashMap<>())
                                .putIfAbsent(clash.tool(), tool);
                    }
                    if (!before.getOrDefault(clash.later(), Map.of()).containsKey(clash.tool())) {
                        watcher.clash(clash.later(), tool, clash.remark().refuses());
                    }
                }
            }
            known = new Known(seenListings, refused);
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** A review that fails refuses nothing by itself: every single entry was looked at before. */
    private List<ManifestReview.Clash> clashes() {
        Map<String, List<Tool>> offered = new LinkedHashMap<>();
        servers.all().forEach(upstream -> offered.put(upstream.name(), upstream.ownTools()));
        try {
            return new ArrayList<>(review.clashes(offered));
        } catch (RuntimeException e) {
            return List.of();
        }
    }

    private boolean meet(String one, String other) {
        return pods.stream().anyMatch(pod -> pod.reaches(one) && pod.reaches(other));
    }
}
