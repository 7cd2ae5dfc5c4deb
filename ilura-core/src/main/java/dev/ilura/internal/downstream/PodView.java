package dev.ilura.internal.downstream;

import dev.ilura.Gateway.Listing;
import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.json.Digests;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What one pod sees of the servers. Thread-safe. */
public final class PodView {
    private final Pod pod;
    private final List<Upstream> upstreams;
    private final ClientNames names;
    private volatile Named named = new Named(-1, "", Map.of());

    /**
     * @param upstreams those that the pod reaches, in its order
     */
    public PodView(Pod pod, List<Upstream> upstreams) {
        this.pod = pod;
        this.upstreams = List.copyOf(upstreams);
        this.names = new ClientNames(pod.names());
    }

    /** Tools by the names that clients see, and what they were derived from. */
    private record Named(long listings, String policyVersion, Map<String, Listing> tools) {}

    public Pod pod() {
        return pod;
    }

    boolean shows(Upstream upstream) {
        return upstreams.contains(upstream);
    }

    /**
     * Every tool that the pod may call, servers in order and tools as their servers list them. Servers that are not
     * running are started, all at once; one that cannot be started is left out.
     */
    public CompletableFuture<List<Listing>> tools() {
        CompletableFuture<?>[] starts = upstreams.stream()
                .map(upstream -> upstream.ready().handle((session, failure) -> failure == null))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(starts).thenApply(all -> known());
    }

    private List<Listing> known() {
        return upstreams.stream()
                .flatMap(upstream -> upstream.snapshot().tools().stream()
                        .filter(tool -> pod.policy().mayCall(upstream.name(), tool))
                        .map(tool -> new Listing(upstream.name(), tool)))
                .toList();
    }

    /** The same, as far as it is known now, by the names that clients see. Kept until tools or policy change. */
    Map<String, Listing> named() {
        long listings = upstreams.stream().mapToLong(Upstream::listings).sum();
        String policyVersion = pod.policy().version();
        Named kept = named;
        if (kept.listings() != listings || !kept.policyVersion().equals(policyVersion)) {
            kept = new Named(listings, policyVersion, names.of(known()));
            named = kept;
        }
        return kept.tools();
    }

    /** One digest over the tools of a listing. */
    public static String digest(List<Tool> tools) {
        return Digests.sha256Hex(tools.stream().map(Tool::digest).sorted().collect(Collectors.joining("\n")));
    }
}
