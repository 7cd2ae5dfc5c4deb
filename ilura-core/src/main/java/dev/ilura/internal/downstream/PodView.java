package dev.ilura.internal.downstream;

import dev.ilura.Gateway.Listing;
import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.json.Digests;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What one pod sees of the servers. Thread-safe. */
public final class PodView {
    private final Pod pod;
    private final List<Upstream> upstreams;

    /**
     * @param upstreams those that the pod reaches, in its order
     */
    public PodView(Pod pod, List<Upstream> upstreams) {
        this.pod = pod;
        this.upstreams = List.copyOf(upstreams);
    }

    Pod pod() {
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

    /** The same, as far as it is known now. */
    List<Listing> known() {
        return upstreams.stream()
                .flatMap(upstream -> upstream.snapshot().tools().stream()
                        .filter(tool -> pod.policy().mayCall(upstream.name(), tool))
                        .map(tool -> new Listing(upstream.name(), tool)))
                .toList();
    }

    /** One digest over the tools of a listing. */
    public static String digest(List<Tool> tools) {
        return Digests.sha256Hex(tools.stream().map(Tool::digest).sorted().collect(Collectors.joining("\n")));
    }
}
