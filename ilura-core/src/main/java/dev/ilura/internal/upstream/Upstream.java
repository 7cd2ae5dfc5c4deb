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
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One configured server as the gate sees it: the ways to it, what is pinned of it, and what keeps calls away from it.
 * Thread-safe.
 */
public final class Upstream {
    private final ServerSpec spec;
    private final Limits limits;
    private final Resilience resilience;
    private final TimeSource time;
    private final Executor executor;
    private final Transport.StartGate gate;
    private final Watcher watcher;
    private final ServerBreaker breaker;
    private final Bulkhead bulkhead;
    private final Manifests manifests;
    private final KnownEras eras;
    private final Pins pins;
    private final Lines lines;
    private volatile Known known = Known.NOTHING;

    public Upstream(
            ServerSpec spec,
            Limits limits,
            Resilience resilience,
            TimeSource time,
            Executor executor,
            Transport.StartGate gate,
            Manifests manifests,
            KnownEras eras,
            Watcher watcher) {
        this.spec = spec;
        this.limits = limits;
        this.resilience = resilience;
        this.time = time;
        this.executor = executor;
        this.gate = gate;
        this.watcher = watcher;
        this.breaker = new ServerBreaker(spec.name(), resilience, time);
        this.bulkhead = new Bulkhead(limits.concurrentCallsPerServer(), limits.waitingCalls());
        this.manifests = manifests;
        this.eras = eras;
        this.pins = new Pins(spec.name(), spec.pins(), manifests);
        this.lines = new Lines(this);
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
        void changed(Line line, Offer offer);

        /** The server asks a client something; never fails but by being cancelled. */
        CompletableFuture<Caller.Said> asked(Line line, String identity, Caller caller, Frame question);

        /** The server ended or could not be started. */
        void ended(Upstream upstream, String identity, String code, String reason);
    }

    /** What is known of the program while it runs. */
    private record Known(String place, Optional<Era> era, boolean mixesLogs) {
        static final Known NOTHING = new Known("", Optional.empty(), false);
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

    /** The ways to it. */
    public Lines lines() {
        return lines;
    }

    Pins pins() {
        return pins;
    }

    /** Tools that another server's tools are taken for, by name. */
    Map<String, Quarantined> shadowed() {
        return manifests.neighbours().refused(spec.name());
    }

    /** The pinned tools, whatever other servers have. */
    List<Tool> ownTools() {
        return lines.best().ownTools();
    }

    /** What is listed over one of its lines is not what it was. */
    void listingsChanged() {
        manifests.neighbours().changed();
    }

    Limits limits() {
        return limits;
    }

    TimeSource time() {
        return time;
    }

    Executor executor() {
        return executor;
    }

    Watcher watcher() {
        return watcher;
    }

    boolean opensSeveral() {
        return spec.transport().opensSeveral();
    }

    ServerLife life(ServerInventory inventory, Optional<Caller> owner, ServerLife.Watcher events) {
        return new ServerLife(spec, limits, resilience.restartDelay(), time, executor, gate, inventory, owner, events);
    }

    /** What the program speaks, as far as it is known; forgotten when it ends, because what starts next may be newer. */
    Optional<Era> era() {
        return known.era();
    }

    /** Whether what it logs for one call cannot be told from what it logs for another on one connection. */
    boolean mixesLogs() {
        return known.mixesLogs();
    }

    boolean makesHandshakes(UpstreamSession session) {
        return eras.makesHandshakes(session.place());
    }

    void started(UpstreamSession session) {
        Era era = session.agreement().era();
        known = new Known(session.place(), Optional.of(era), session.mixesLogs());
        eras.found(session.place(), era);
    }

    /** It ended by itself, or could not be started. */
    void ended() {
        eras.doubt(known.place());
        known = Known.NOTHING;
    }

    /** What was believed about the server was wrong. */
    void mistaken(UpstreamSession session) {
        eras.doubt(session.place());
        known = Known.NOTHING;
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

    /** What is known now. */
    public Inventory.Server snapshot() {
        return lines.best().snapshot();
    }

    /** Stops the server, even one that starts; blocks for the transport's grace times. Idempotent. */
    public void close() {
        ends().forEach(Runnable::run);
    }

    /** The same in parts that can run at once, one for each connection. */
    public List<Runnable> ends() {
        return lines.end();
    }
}
