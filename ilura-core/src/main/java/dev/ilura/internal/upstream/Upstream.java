package dev.ilura.internal.upstream;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.Caution;
import dev.ilura.Inventory;
import dev.ilura.Inventory.Quarantined;
import dev.ilura.Limits;
import dev.ilura.Resilience;
import dev.ilura.ServerSpec;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** One configured server as the gate sees it: its life, its inventory, and what keeps calls away from it. Thread-safe. */
public final class Upstream {
    private final ServerSpec spec;
    private final Limits limits;
    private final Resilience resilience;
    private final ServerBreaker breaker;
    private final Bulkhead bulkhead;
    private final ServerInventory inventory;
    private final ServerLife life;
    private final Manifests manifests;

    public Upstream(
            ServerSpec spec,
            Limits limits,
            Resilience resilience,
            TimeSource time,
            Executor executor,
            Transport.StartGate gate,
            Manifests manifests,
            Watcher watcher) {
        this.spec = spec;
        this.limits = limits;
        this.resilience = resilience;
        this.breaker = new ServerBreaker(spec.name(), resilience, time);
        this.bulkhead = new Bulkhead(limits.concurrentCallsPerServer(), limits.waitingCalls());
        this.manifests = manifests;
        Pins pins = new Pins(spec.name(), spec.pins(), manifests);
        this.inventory = new ServerInventory(pins, limits.callTimeout(), new ServerInventory.Watcher() {
            @Override
            public void listed(UpstreamSession session, Offer offer, Pins.Admission admission) {
                watcher.listed(
                        Upstream.this,
                        session.identity(),
                        offer,
                        List.copyOf(admission.entries().values()),
                        admission.quarantined(),
                        admission.warnings());
            }

            @Override
            public void instructions(UpstreamSession session, List<Quarantined> remarks) {
                watcher.instructions(Upstream.this, session.identity(), remarks);
            }

            @Override
            public void changed(Offer offer) {
                watcher.changed(Upstream.this, offer);
            }
        });
        this.life = new ServerLife(
                spec,
                limits,
                resilience.restartDelay(),
                time,
                executor,
                gate,
                inventory,
                (identity, why) -> watcher.ended(this, identity, why.code(), why.reason()));
    }

    /** Who wants to know what becomes of servers. */
    public interface Watcher {
        /** What is pinned was listed. */
        void listed(
                Upstream upstream,
                String identity,
                Offer offer,
                List<Tool> entries,
                List<Quarantined> quarantined,
                List<String> warnings);

        /** The server's instructions changed since they were pinned, or are worth a look. */
        void instructions(Upstream upstream, String identity, List<Quarantined> remarks);

        /** What was listed before is no longer right. */
        void changed(Upstream upstream, Offer offer);

        /** The server ended or could not be started. */
        void ended(Upstream upstream, String identity, String code, String reason);
    }

    public String name() {
        return spec.name();
    }

    public List<Path> roots() {
        return spec.roots();
    }

    /** What the server's own specification knows about the risk of a call. */
    public Optional<Caution> caution(ToolCall call) {
        return spec.caution(call);
    }

    public ServerBreaker breaker() {
        return breaker;
    }

    public Bulkhead bulkhead() {
        return bulkhead;
    }

    /**
     * The running session for a call. A server that is not running is started only if its breaker lets the attempt pass,
     * and a failed start counts. Fails with {@link UpstreamFailure}.
     */
    public CompletableFuture<UpstreamSession> reach() {
        if (life.state() == Inventory.State.READY) {
            return ready();
        }
        if (!breaker.tryPass()) {
            return CompletableFuture.failedFuture(breakerOpen());
        }
        return ready().whenComplete((session, failure) -> {
            if (failure == null) {
                breaker.neither();
            } else {
                breaker.account(failure);
            }
        });
    }

    /** Why a call fails at once while the breaker is open. */
    public UpstreamFailure breakerOpen() {
        return UpstreamFailure.ofGate(
                "ILR-CALL-005",
                "Server \"" + spec.name() + "\" failed " + resilience.breakerFailures()
                        + " times in a row; it is left alone for "
                        + resilience.breakerCoolDown().toMillis() + " ms.",
                Effect.NONE);
    }

    /** The running session, starting the server if need be. Fails with {@link UpstreamFailure}. */
    public CompletableFuture<UpstreamSession> ready() {
        return life.ready();
    }

    /** A call was answered: the server works, and its next start is not delayed. */
    public void worked() {
        life.worked();
    }

    /** What is callable under this target: a tool by its name, anything else with its prefix. */
    public Optional<Tool> tool(String target) {
        return inventory.callable(target).filter(tool -> !shadowed().containsKey(tool.name()));
    }

    /** The callable entries of something that is pinned. */
    public List<Tool> entries(Offer offer) {
        Map<String, Quarantined> refused = offer == Offer.TOOLS ? shadowed() : Map.of();
        return inventory.entries(offer).stream()
                .filter(entry -> !refused.containsKey(entry.name()))
                .toList();
    }

    /** Tools that another server's tools are taken for. */
    private Map<String, Quarantined> shadowed() {
        return manifests.neighbours().refused(spec.name());
    }

    /** The pinned tools, whatever other servers have. */
    List<Tool> ownTools() {
        return inventory.entries(Offer.TOOLS);
    }

    /** As {@link #listings}. */
    long ownListings() {
        return inventory.changes();
    }

    private List<Quarantined> refused() {
        return Stream.concat(inventory.quarantined().stream(), shadowed().values().stream())
                .toList();
    }

    /** Grows whenever the callable entries change, so that what was derived from them can be kept until then. */
    public long listings() {
        return inventory.changes();
    }

    /** Why a tool of this name is not callable, if it was listed. */
    public Optional<Quarantined> quarantined(String tool) {
        return refused().stream().filter(entry -> entry.tool().equals(tool)).findFirst();
    }

    /** Whether the running server offers it. */
    public boolean offers(Offer offer) {
        return life.offers(offer);
    }

    /** What the server lists now of something that is not pinned; nothing if it fails. */
    public CompletableFuture<List<Tool>> listNow(Offer offer) {
        return ready().thenCompose(session -> session.list(offer, limits.callTimeout()))
                .thenApply(listed -> listed.stream()
                        .map(offer::read)
                        .flatMap(Optional::stream)
                        .toList())
                .exceptionally(failure -> List.of());
    }

    /** What is known now. */
    public Inventory.Server snapshot() {
        ServerLife.Seen seen = life.seen();
        return new Inventory.Server(
                spec.name(),
                life.state(),
                Optional.of(seen.identity()).filter(identity -> !identity.isEmpty()),
                Optional.of(seen.revision()).filter(revision -> !revision.isEmpty()),
                entries(Offer.TOOLS),
                refused(),
                life.problem());
    }

    /** Stops the server, even one that starts; blocks for the transport's grace times. Idempotent. */
    public void close() {
        life.close();
    }
}
