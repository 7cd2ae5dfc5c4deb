package dev.ilura.internal.upstream;

import dev.ilura.Pod;
import dev.ilura.spi.ManifestReview;
import dev.ilura.spi.PinStore;
import java.util.Collection;

/**
 * What all servers of a gateway share about their manifests: the pins, who looks at them, and which tools stand in the
 * shadow of others. Thread-safe.
 *
 * @param store where pins are kept
 * @param review who looks at what is new
 * @param neighbours which tools are refused because another server has one that is taken for it
 */
public record Manifests(PinStore store, ManifestReview review, Neighbours neighbours) {

    public static Manifests of(
            PinStore store, ManifestReview review, Servers servers, Collection<Pod> pods, Neighbours.Watcher watcher) {
        return new Manifests(store, review, new Neighbours(servers, pods, review, watcher));
    }
}
