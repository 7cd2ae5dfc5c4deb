package dev.ilura.internal.downstream;

import dev.ilura.Gateway.Listing;
import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.json.Digests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one pod sees of the servers. Thread-safe. */
public final class PodView {
    private static final Logger LOG = LoggerFactory.getLogger(PodView.class);

    private final Pod pod;
    private final List<Upstream> upstreams;
    private final ClientNames names;
    private final Executor executor;
    private volatile Named named = new Named(-1, Map.of());

    /**
     * A view of these servers.
     *
     * @param upstreams those that the pod reaches, in its order
     * @param executor has threads that may wait, for policies that do
     */
    public PodView(Pod pod, List<Upstream> upstreams, Executor executor) {
        this.pod = pod;
        this.upstreams = List.copyOf(upstreams);
        this.names = new ClientNames(pod.names());
        this.executor = executor;
    }

    /** Tools by the names that clients see, and the state of the listings that they were derived from. */
    private record Named(long listings, Map<String, Listing> tools) {}

    public Pod pod() {
        return pod;
    }

    boolean shows(Upstream upstream) {
        return upstreams.contains(upstream);
    }

    /**
     * Every tool that the pod may call, servers in order and tools as their servers list them. Servers that are not
     * running are started, all at once; one that cannot be started is left out, and one that keeps failing is left alone.
     */
    public CompletableFuture<List<Listing>> tools() {
        return offered().thenApply(tools -> List.copyOf(tools.values()));
    }

    /** The same, by the names that clients see. */
    CompletableFuture<Map<String, Listing>> offered() {
        CompletableFuture<Map<String, Listing>> started = started();
        return pod.policy().mayBlock()
                ? started.thenApplyAsync(this::callable, executor)
                : started.thenApply(this::callable);
    }

    /** Every tool of the pod's servers, by name, once those have been started that can be. */
    CompletableFuture<Map<String, Listing>> started() {
        CompletableFuture<?>[] starts = upstreams.stream()
                .map(upstream -> upstream.reach().handle((session, failure) -> failure == null))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(starts).thenApply(all -> known());
    }

    /**
     * Every tool that is known now, by name, hidden ones included: what a name stands for does not depend on who may call
     * it, and a call to a hidden tool is judged as what it is. Kept until tools change.
     */
    Map<String, Listing> known() {
        long listings = upstreams.stream().mapToLong(Upstream::listings).sum();
        Named kept = named;
        if (kept.listings() != listings) {
            kept = new Named(listings, names.of(all()));
            named = kept;
        }
        return kept.tools();
    }

    private List<Listing> all() {
        return upstreams.stream()
                .flatMap(upstream ->
                        upstream.snapshot().tools().stream().map(tool -> new Listing(upstream.name(), tool)))
                .toList();
    }

    private Map<String, Listing> callable(Map<String, Listing> tools) {
        Map<String, Listing> callable = new LinkedHashMap<>(tools);
        callable.values().removeIf(tool -> !mayCall(tool));
        return callable;
    }

    /** A policy that fails hides. */
    private boolean mayCall(Listing tool) {
        try {
            return pod.policy().mayCall(tool.server(), tool.tool());
        } catch (RuntimeException e) {
            LOG.warn("the policy of pod {} failed on {}: {}", pod.name(), tool.target(), e.getMessage());
            return false;
        }
    }

    /** One digest over the tools of a listing. */
    public static String digest(List<Tool> tools) {
        return Digests.sha256Hex(tools.stream().map(Tool::digest).sorted().collect(Collectors.joining("\n")));
    }
}
