package dev.ilura.internal.upstream;

import dev.ilura.Inventory;
import dev.ilura.Inventory.Quarantined;
import dev.ilura.Tool;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One way to a server: a connection that is opened when it is needed, and again after it ended, and what the server offers
 * over it. Thread-safe.
 */
public final class Line {
    private final Upstream upstream;
    private final ServerInventory inventory;
    private final ServerLife life;
    private final Watches watches;
    private final Optional<Caller> owner;
    private volatile Optional<Agreement> agreement = Optional.empty();

    /**
     * @param owner the only client that it is for; empty if several share it
     */
    Line(Upstream upstream, Optional<Caller> owner) {
        this.upstream = upstream;
        this.owner = owner;
        this.inventory =
                new ServerInventory(upstream.pins(), upstream.limits().callTimeout(), new ServerInventory.Watcher() {
                    @Override
                    public void listed(UpstreamSession session, Offer offer, Pins.Admission admission) {
                        upstream.listingsChanged();
                        upstream.watcher()
                                .listed(
                                        upstream,
                                        session.identity(),
                                        offer,
                                        List.copyOf(admission.entries().values()),
                                        admission.quarantined(),
                                        admission.warnings());
                    }

                    @Override
                    public void instructions(UpstreamSession session, List<Quarantined> remarks) {
                        upstream.watcher().instructions(upstream, session.identity(), remarks);
                    }

                    @Override
                    public void changed(Offer offer) {
                        upstream.watcher().changed(Line.this, offer);
                    }
                });
        this.watches = new Watches(this, upstream.limits().callTimeout());
        this.life = upstream.life(inventory, owner, new Events());
    }

    private final class Events implements ServerLife.Watcher {
        @Override
        public boolean makesHandshakes(UpstreamSession session) {
            return upstream.makesHandshakes(session);
        }

        @Override
        public void mistaken(UpstreamSession session) {
            upstream.mistaken(session);
        }

        @Override
        public void started(UpstreamSession session) {
            agreement = Optional.of(session.agreement());
            upstream.started(session);
            watches.begin(session);
            owner.flatMap(Caller::logLevel).ifPresent(level -> level(session, level));
        }

        @Override
        public void updated(Frame notification) {
            watches.updated(notification);
        }

        @Override
        public CompletableFuture<Caller.Said> asked(UpstreamSession session, Caller caller, Frame question) {
            return upstream.watcher().asked(Line.this, session.identity(), caller, question);
        }

        @Override
        public void ended(String identity, UpstreamFailure why) {
            if (why.serverAtFault()) {
                upstream.ended(); // a connection that the gate itself closes says nothing about the others
            }
            upstream.watcher().ended(upstream, identity, why.code(), why.reason());
        }
    }

    public Upstream upstream() {
        return upstream;
    }

    public String name() {
        return upstream.name();
    }

    /**
     * The running session for a call. A server that is not running is started only if its breaker lets the attempt pass,
     * and a failed start counts. Fails with {@link UpstreamFailure}.
     */
    public CompletableFuture<UpstreamSession> reach() {
        if (life.state() == Inventory.State.READY) {
            return ready();
        }
        if (!upstream.breaker().tryPass()) {
            return CompletableFuture.failedFuture(upstream.breakerOpen());
        }
        return ready().whenComplete((session, failure) -> {
            if (failure == null) {
                upstream.breaker().neither();
            } else {
                upstream.breaker().account(failure);
            }
        });
    }

    /** The running session, starting the server if need be. Fails with {@link UpstreamFailure}. */
    public CompletableFuture<UpstreamSession> ready() {
        return life.ready();
    }

    /** A call was answered: the server works, and its next start is not delayed. */
    public void worked() {
        life.worked();
    }

    /** What was agreed when it ran last; empty before its first start. */
    public Optional<Agreement> agreement() {
        return agreement;
    }

    /** What the transport verified when it ran last; empty before its first start. */
    public Optional<String> identity() {
        return Optional.of(life.seen().identity()).filter(identity -> !identity.isEmpty());
    }

    /** What is callable under this target: a tool by its name, anything else with its prefix. */
    public Optional<Tool> tool(String target) {
        return inventory.callable(target).filter(tool -> !upstream.shadowed().containsKey(tool.name()));
    }

    /** The callable entries of something that is pinned. */
    public List<Tool> entries(Offer offer) {
        Map<String, Quarantined> refused = offer == Offer.TOOLS ? upstream.shadowed() : Map.of();
        return inventory.entries(offer).stream()
                .filter(entry -> !refused.containsKey(entry.name()))
                .toList();
    }

    /** The pinned tools, whatever other servers have. */
    List<Tool> ownTools() {
        return inventory.entries(Offer.TOOLS);
    }

    private List<Quarantined> refused() {
        return Stream.concat(inventory.quarantined().stream(), upstream.shadowed().values().stream())
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
        return ready().thenCompose(session ->
                        new Listing(session).all(offer, upstream.limits().callTimeout()))
                .thenApply(listed -> listed.stream()
                        .map(offer::read)
                        .flatMap(Optional::stream)
                        .toList())
                .exceptionally(failure -> List.of());
    }

    /** Tells the watcher whenever the resource changes. Fails with {@link UpstreamFailure} if it cannot be watched. */
    public CompletableFuture<Void> watch(String uri, Consumer<Frame> watcher) {
        return watches.add(uri, watcher);
    }

    /** The opposite of {@link #watch}. */
    public void unwatch(String uri, Consumer<Frame> watcher) {
        watches.remove(uri, watcher);
    }

    /** From now on the server is to send log messages of this level and above; only for lines of one client. */
    public void level(String level) {
        if (life.state() == Inventory.State.READY) {
            ready().thenAccept(session -> level(session, level));
        }
    }

    private void level(UpstreamSession session, String level) {
        Agreement agreed = session.agreement();
        if (owner.isPresent() && agreed.era() == Era.HANDSHAKE && agreed.offers("logging")) {
            session.exchange(
                    "logging/setLevel",
                    Map.of("level", level),
                    upstream.limits().callTimeout());
        }
    }

    /** Passes on a notification of the only client that this line is for. */
    public void pass(Frame notification) {
        boolean handshake =
                agreement.filter(agreed -> agreed.era() == Era.HANDSHAKE).isPresent();
        if (owner.isPresent() && handshake && life.state() == Inventory.State.READY) {
            ready().thenAccept(session -> session.pass(notification));
        }
    }

    /** What the server declared when it ran last. */
    public Optional<JsonValue> capabilities() {
        return agreement.flatMap(Agreement::capabilities);
    }

    Inventory.State state() {
        return life.state();
    }

    Inventory.Server snapshot() {
        ServerLife.Seen seen = life.seen();
        return new Inventory.Server(
                name(),
                life.state(),
                identity(),
                Optional.of(seen.revision()).filter(revision -> !revision.isEmpty()),
                entries(Offer.TOOLS),
                refused(),
                life.problem());
    }

    /** Stops the server, even one that starts; blocks for the transport's grace times. Idempotent. */
    void close() {
        life.close();
    }
}
