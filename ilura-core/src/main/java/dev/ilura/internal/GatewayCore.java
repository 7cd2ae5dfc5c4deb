package dev.ilura.internal;

import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.Decision;
import dev.ilura.Gateway;
import dev.ilura.IluraException;
import dev.ilura.Inventory;
import dev.ilura.Limits;
import dev.ilura.Pod;
import dev.ilura.Resilience;
import dev.ilura.ServerSpec;
import dev.ilura.internal.call.CallPipeline;
import dev.ilura.internal.call.Cancellation;
import dev.ilura.internal.call.Concluded;
import dev.ilura.internal.call.Consent;
import dev.ilura.internal.call.PendingCall;
import dev.ilura.internal.call.Questioning;
import dev.ilura.internal.call.RelayedMethod;
import dev.ilura.internal.downstream.ClientSession;
import dev.ilura.internal.downstream.Parking;
import dev.ilura.internal.downstream.PodView;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.KnownEras;
import dev.ilura.internal.upstream.Manifests;
import dev.ilura.internal.upstream.Servers;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.internal.upstream.Way;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.BeforeCall;
import dev.ilura.spi.GatewayListener;
import dev.ilura.spi.ManifestReview;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.PinStore;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolProvider;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a gateway is made of, and how its parts are wired. Thread-safe. */
public final class GatewayCore {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayCore.class);

    /** How long {@link #close} waits for the records of what it cancelled. */
    private static final Duration CLOSING_GRACE = Duration.ofSeconds(5);

    private final Parts parts;
    private final CallIds ids;
    private final Consent consent;
    private final ExecutorService executor = Threads.forWaiting();
    private final Servers servers = new Servers();
    private final Map<String, Pod> pods;
    private final Chronicle chronicle;
    private final Manifests manifests;
    private final KnownEras eras;
    private final CallPipeline pipeline;
    private final ClientSession.Common common;
    private final Map<Cancellation, CompletableFuture<Concluded>> underWay = new ConcurrentHashMap<>();
    private final Set<ClientSession> clients = ConcurrentHashMap.newKeySet();
    private final Set<McpFront> fronts = ConcurrentHashMap.newKeySet();
    private final Departures departures = new Departures();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock closing = new ReentrantLock();

    /** Everything the builder collected. */
    public record Parts(
            String name,
            List<ServerSpec> servers,
            List<Pod> pods,
            Optional<ApprovalHandler> approvals,
            AuditSink audit,
            List<ToolProvider> tools,
            List<ResponseInspector> inspectors,
            List<GatewayListener> listeners,
            PinStore pins,
            ManifestReview manifests,
            Limits limits,
            Resilience resilience,
            TimeSource time) {}

    public GatewayCore(Parts parts) {
        this.parts = parts;
        this.ids = new CallIds(parts.time());
        parts.approvals().ifPresent(handler -> parts.audit().trail().ifPresent(handler::reads));
        this.consent = new Consent(
                parts.name(), parts.approvals(), parts.limits(), parts.audit()::head, ids, parts.time(), executor);
        this.pods = parts.pods().stream()
                .collect(Collectors.toMap(Pod::name, Function.identity(), (one, other) -> one, LinkedHashMap::new));
        Listeners listeners = new Listeners(parts.listeners());
        this.chronicle = new Chronicle(parts.audit(), listeners, clients, this::questioning);
        this.eras = new KnownEras(parts.time());
        this.manifests = Manifests.of(parts.pins(), parts.manifests(), servers, parts.pods(), chronicle);
        parts.servers().forEach(spec -> servers.add(upstream(spec)));
        this.pipeline = new CallPipeline(new CallPipeline.Parts(
                pods,
                servers,
                consent,
                parts.audit(),
                before(),
                parts.inspectors(),
                listeners,
                parts.limits(),
                parts.resilience(),
                ids,
                parts.time(),
                executor));
        this.common = new ClientSession.Common(
                this::run,
                ids,
                parts.time(),
                new Parking(
                        ids,
                        parts.time(),
                        parts.limits().approvalTimeout(),
                        parts.limits().pendingApprovals()));
        chronicle.note(AuditEvent.of(AuditEvent.Type.GATEWAY_OPEN).fact("gateway", parts.name()));
    }

    /** The gateway's own tools get to know each other, and say what must happen before calls. */
    private List<BeforeCall> before() {
        OwnSurroundings surroundings = new OwnSurroundings(parts.tools(), parts.time(), chronicle);
        parts.tools().forEach(provider -> provider.joins(surroundings));
        return parts.tools().stream()
                .map(ToolProvider::beforeCalls)
                .flatMap(Optional::stream)
                .toList();
    }

    private Questioning questioning() {
        return pipeline.questioning();
    }

    private Upstream upstream(ServerSpec spec) {
        StartAdmission admission =
                new StartAdmission(spec.name(), consent, parts.audit(), parts.limits(), ids, parts.time());
        return new Upstream(
                spec,
                parts.limits(),
                parts.resilience(),
                parts.time(),
                executor,
                admission,
                manifests,
                eras,
                chronicle);
    }

    /** Blocks until the outcome is there; an interrupt gives the call up and is kept. */
    public CallOutcome call(CallRequest request) {
        PendingCall pending = pending(request);
        CompletableFuture<CallOutcome> outcome = start(pending);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return outcome.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    pending.cancellation().cancel();
                } catch (ExecutionException e) {
                    throw new IllegalStateException("an outcome is a value", e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public CompletionStage<CallOutcome> callAsync(CallRequest request) {
        return start(pending(request)).minimalCompletionStage();
    }

    private PendingCall pending(CallRequest request) {
        return new PendingCall(
                ids.next(),
                request,
                Optional.empty(),
                RelayedMethod.TOOL,
                Caller.inJava(request),
                Way.shared(),
                Optional.empty(),
                progress -> {},
                new Cancellation(),
                parts.time().nanos());
    }

    private CompletableFuture<CallOutcome> start(PendingCall pending) {
        return run(pending).thenApply(Concluded::outcome);
    }

    /** Every call of the gateway, whoever makes it, goes through here. */
    private CompletableFuture<Concluded> run(PendingCall pending) {
        CompletableFuture<Concluded> end = pipeline.run(pending);
        underWay.put(pending.cancellation(), end);
        return end.whenComplete((concluded, failure) -> underWay.remove(pending.cancellation()));
    }

    public Decision explain(CallRequest request) {
        return pipeline.explain(pending(request)).join();
    }

    public List<Gateway.Listing> tools(String pod) {
        return view(pod).tools().join();
    }

    public Inventory inventory() {
        return new Inventory(servers.all().stream().map(Upstream::snapshot).toList());
    }

    public AuditTrail audit() {
        return parts.audit().trail().orElseThrow(() -> new IllegalStateException("this audit sink cannot be asked"));
    }

    public void serve(McpFront front, String pod) throws IOException {
        serve(front, view(pod));
    }

    public void serve(McpFront front, String podName, String server) throws IOException {
        Pod pod = pod(podName);
        Upstream upstream = servers.find(server, pod)
                .orElseThrow(() -> new IluraException(
                        "ILR-CONF-007",
                        "Pod \"" + pod.name() + "\" has no server \"" + VisibleText.oneLine(server) + "\".",
                        "Servers are "
                                + servers.of(pod).stream().map(Upstream::name).toList() + "."));
        Pod alone = new Pod(pod.name(), List.of(server), pod.policy(), Pod.ToolNames.plain());
        serve(front, new PodView(alone, List.of(upstream), executor));
    }

    private void serve(McpFront front, PodView view) throws IOException {
        fronts.add(front);
        try {
            front.serve((connected, outbox) -> {
                String session = ids.next();
                chronicle.note(AuditEvent.of(AuditEvent.Type.SESSION_OPEN)
                        .fact("session", session)
                        .fact("pod", view.pod().name())
                        .fact("principal", VisibleText.oneLine(connected.principal())));
                ClientSession client = new ClientSession(session, connected, view, outbox, common, this::left);
                clients.add(client);
                return client;
            });
        } finally {
            fronts.remove(front);
        }
    }

    private void left(ClientSession client) {
        departures.leave(() -> {
            if (clients.remove(client)) {
                chronicle.note(AuditEvent.of(AuditEvent.Type.SESSION_CLOSE).fact("session", client.id()));
            }
        });
    }

    private PodView view(String name) {
        Pod pod = pod(name);
        return new PodView(pod, servers.of(pod), executor);
    }

    private Pod pod(String name) {
        Pod known = pods.get(name);
        if (known == null) {
            throw new IluraException(
                    "ILR-CONF-006",
                    "There is no pod \"" + VisibleText.oneLine(name) + "\".",
                    "Pods are " + pods.keySet() + ".");
        }
        return known;
    }

    public Gateway.Membership join(ServerSpec spec, String podName) {
        Pod pod = pod(podName);
        if (pod.names().separator().isEmpty() && !servers.of(pod).isEmpty()) {
            throw new IluraException(
                    "ILR-CONF-002",
                    "Pod \"" + pod.name() + "\" has plain tool names and a server already.",
                    "Plain names need a pod with one server; use qualified names.");
        }
        Upstream joined = upstream(spec);
        servers.add(joined, pod);
        Gateway.Membership membership = () -> departures.leave(() -> {
            servers.remove(joined);
            manifests.neighbours().changed();
            joined.close();
        });
        if (closed.get()) {
            membership.close();
            throw new IllegalStateException("the gateway is closed");
        }
        return membership;
    }

    /** A second caller waits for the first: the process may end as soon as it returns, and servers must not be left. */
    public void close() {
        closing.lock();
        try {
            if (closed.compareAndSet(false, true)) {
                end();
            }
        } finally {
            closing.unlock();
        }
    }

    private void end() {
        fronts.forEach(McpFront::close);
        clients.forEach(ClientSession::closed);
        List<CompletableFuture<Concluded>> ending = List.copyOf(underWay.values());
        underWay.keySet().forEach(Cancellation::cancel);
        stopServers();
        departed();
        recorded(ending);
        closeApprovals();
        parts.tools().forEach(GatewayCore::closeTools);
        executor.shutdownNow();
        chronicle.end(AuditEvent.of(AuditEvent.Type.GATEWAY_CLOSE).fact("gateway", parts.name()));
        parts.audit().close();
    }

    /** Who began to leave before is no longer among those that were stopped. */
    private void departed() {
        try {
            if (!departures.end(CLOSING_GRACE)) {
                LOG.warn("a client or a server is still leaving; the log will not tell of it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was cancelled still gets its outcome into the log. */
    private static void recorded(List<CompletableFuture<Concluded>> ending) {
        try {
            CompletableFuture.allOf(ending.toArray(CompletableFuture<?>[]::new))
                    .get(CLOSING_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn(
                    "{} calls have no recorded outcome",
                    ending.stream().filter(end -> !end.isDone()).count());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeTools(ToolProvider provider) {
        try {
            provider.close();
        } catch (RuntimeException e) {
            LOG.warn("the tools \"{}\" could not be closed in order", provider.name(), e);
        }
    }

    private void closeApprovals() {
        try {
            if (parts.approvals().orElse(null) instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (Exception e) {
            LOG.warn("the approval handler could not be closed in order", e);
        }
    }

    /** All at once: the slowest grace time, not their sum. */
    private void stopServers() {
        CompletableFuture<?>[] stops = servers.all().stream()
                .flatMap(upstream -> upstream.ends().stream())
                .map(end -> CompletableFuture.runAsync(end, executor))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(stops).join();
        } catch (CompletionException | CancellationException e) {
            LOG.warn("a server could not be stopped in order", e);
        }
    }
}
