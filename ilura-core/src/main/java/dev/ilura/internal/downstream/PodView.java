package dev.ilura.internal.downstream;

import dev.ilura.Gateway.Listing;
import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.internal.upstream.Way;
import dev.ilura.json.Digests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
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
    private final Way way;
    private final Set<Line> used = ConcurrentHashMap.newKeySet();
    private final Map<Offer, Named> named = new ConcurrentHashMap<>();

    /**
     * A view of these servers.
     *
     * @param upstreams those that the pod reaches, in its order
     * @param executor has threads that may wait, for policies that do
     */
    public PodView(Pod pod, List<Upstream> upstreams, Executor executor) {
        this(pod, upstreams, executor, Way.shared());
    }

    private PodView(Pod pod, List<Upstream> upstreams, Executor executor, Way way) {
        this.way = way;
        this.pod = pod;
        this.upstreams = List.copyOf(upstreams);
        this.names = new ClientNames(pod.names());
        this.executor = executor;
    }

    /** Entries by the names that clients see, and the state of the servers they were derived from. */
    private record Named(long listings, Map<String, Listing> entries) {}

    public Pod pod() {
        return pod;
    }

    /** The same servers, reached in another way. */
    PodView by(Way other) {
        return new PodView(pod, upstreams, executor, other);
    }

    Way way() {
        return way;
    }

    /** The lines that were used so far. */
    Set<Line> used() {
        return used;
    }

    List<Upstream> upstreams() {
        return upstreams;
    }

    private List<Line> lines() {
        List<Line> lines = upstreams.stream().map(way::line).toList();
        used.addAll(lines);
        return lines;
    }

    /**
     * Every tool that the pod may call, servers in order and tools as their servers list them. Servers that are not
     * running are started, all at once; one that cannot be started is left out, and one that keeps failing is left alone.
     */
    public CompletableFuture<List<Listing>> tools() {
        return list(Offer.TOOLS).thenApply(tools -> List.copyOf(tools.values()));
    }

    /** Tools or prompts that the pod may call, by the names that clients see; starts what is not running. */
    CompletableFuture<Map<String, Listing>> list(Offer offer) {
        return judged(started().thenApply(all -> named(offer)), entries -> {
            Map<String, Listing> callable = new LinkedHashMap<>(entries);
            callable.values().removeIf(entry -> !mayCall(entry));
            return callable;
        });
    }

    /**
     * All tools or prompts that are known now, by the names that clients see: those that the policy never allows too, so
     * that a call to one is denied by its rule. Kept until a list changes.
     */
    Map<String, Listing> named(Offer offer) {
        long listings = lines().stream().mapToLong(Line::listings).sum();
        Named kept = named.get(offer);
        if (kept == null || kept.listings() != listings) {
            kept = new Named(
                    listings,
                    names.of(
                            known(offer), upstreams.stream().map(Upstream::name).toList()));
            named.put(offer, kept);
        }
        return kept.entries();
    }

    private List<Listing> known(Offer offer) {
        return lines().stream()
                .flatMap(line -> line.entries(offer).stream().map(entry -> new Listing(line.name(), entry)))
                .toList();
    }

    /** Asks the policy on a thread that may wait, if it may block. */
    private <T, R> CompletableFuture<R> judged(CompletableFuture<T> entries, Function<T, R> judgement) {
        return pod.policy().mayBlock() ? entries.thenApplyAsync(judgement, executor) : entries.thenApply(judgement);
    }

    /** A policy that fails hides. */
    private boolean mayCall(Listing entry) {
        try {
            return pod.policy().mayCall(entry.server(), entry.tool());
        } catch (RuntimeException e) {
            LOG.warn("the policy of pod {} failed on {}: {}", pod.name(), entry.target(), e.getMessage());
            return false;
        }
    }

    /** Resources or templates that the servers list now and the pod may ask for. */
    CompletableFuture<List<Listing>> listNow(Offer offer) {
        return started().thenCompose(all -> {
            List<CompletableFuture<List<Listing>>> lists =
                    lines().stream().map(line -> listNow(line, offer)).toList();
            return CompletableFuture.allOf(lists.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done ->
                            lists.stream().flatMap(list -> list.join().stream()).toList());
        });
    }

    private CompletableFuture<List<Listing>> listNow(Line line, Offer offer) {
        return judged(
                line.listNow(offer),
                entries -> entries.stream()
                        .map(entry -> new Listing(line.name(), entry))
                        .filter(this::mayCall)
                        .toList());
    }

    /**
     * The server that a resource belongs to: the only one that has resources, or the only one that lists it or a template
     * it may come from. Empty if that is not clear.
     */
    CompletableFuture<Optional<String>> ownerOf(String uri) {
        return started().thenCompose(all -> {
            List<Line> having = lines().stream()
                    .filter(line -> line.offers(Offer.RESOURCES))
                    .toList();
            return having.size() == 1
                    ? CompletableFuture.completedFuture(
                            Optional.of(having.get(0).name()))
                    : listNow(Offer.RESOURCES).thenCombine(listNow(Offer.TEMPLATES), (resources, templates) -> {
                        Optional<String> listed = onlyServer(resources, entry -> entry.equals(uri));
                        return listed.isPresent()
                                ? listed
                                : onlyServer(templates, template -> mayComeFrom(template, uri));
                    });
        });
    }

    private static Optional<String> onlyServer(List<Listing> listings, Predicate<String> matches) {
        List<String> servers = listings.stream()
                .filter(listing -> matches.test(
                        listing.tool().name().substring(listing.tool().name().indexOf(':') + 1)))
                .map(Listing::server)
                .distinct()
                .toList();
        return servers.size() == 1 ? Optional.of(servers.get(0)) : Optional.empty();
    }

    private static boolean mayComeFrom(String template, String uri) {
        int variable = template.indexOf('{');
        return variable > 0 ? uri.startsWith(template.substring(0, variable)) : uri.equals(template);
    }

    /** Done when each server runs or failed to start. */
    CompletableFuture<?> started() {
        List<Line> lines = lines();
        return reached(lines).thenCompose(all -> {
            List<Line> now = lines(); // which line it is may depend on what the server turned out to speak
            return now.equals(lines) ? CompletableFuture.completedFuture(null) : reached(now);
        });
    }

    private static CompletableFuture<Void> reached(List<Line> lines) {
        return CompletableFuture.allOf(lines.stream()
                .map(line -> line.reach().handle((session, failure) -> failure == null))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** One digest over the tools of a listing. */
    public static String digest(List<Tool> tools) {
        return Digests.sha256Hex(tools.stream().map(Tool::digest).sorted().collect(Collectors.joining("\n")));
    }
}
