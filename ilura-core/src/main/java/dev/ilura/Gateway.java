package dev.ilura;

import dev.ilura.internal.GatewayCore;
import dev.ilura.internal.own.OwnServer;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.GatewayListener;
import dev.ilura.spi.ManifestReview;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.PinStore;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The gate between agents and MCP servers. Every call is read strictly, judged by one policy, approved by a human where
 * the policy says so, written down before it happens, carried out, inspected, and written down again.
 *
 * <p>What nobody allowed is denied. A denial is a {@link CallOutcome}, not an exception. Servers are started on first
 * use.
 *
 * <p>Thread-safe. {@link #close()} stops every server that was started.
 */
public final class Gateway implements AutoCloseable {
    private final GatewayCore core;

    private Gateway(GatewayCore core) {
        this.core = core;
    }

    /**
     * Starts building. A policy and an audit sink are needed; approvals only if the policy asks. Without servers nothing
     * can be called until one {@linkplain #join joins}.
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Calls a tool in the default pod and waits for the outcome.
     *
     * @param server the server's configured name
     * @param tool the server's own name of the tool
     * @param arguments what Jackson can write as a JSON object
     */
    public CallOutcome call(String server, String tool, Map<String, ?> arguments) {
        return call(CallRequest.to(server, tool).arguments(Arguments.of(arguments)));
    }

    /** Calls a tool and waits for the outcome; interrupting the thread cancels the call. */
    public CallOutcome call(CallRequest request) {
        return core.call(request);
    }

    /** As {@link #call(String, String, Map)}, without waiting. The stage never completes exceptionally. */
    public CompletionStage<CallOutcome> callAsync(String server, String tool, Map<String, ?> arguments) {
        return callAsync(CallRequest.to(server, tool).arguments(Arguments.of(arguments)));
    }

    /** As {@link #call(CallRequest)}, without waiting. The stage never completes exceptionally. */
    public CompletionStage<CallOutcome> callAsync(CallRequest request) {
        return core.callAsync(request);
    }

    /**
     * What would be decided about a call and why, without approval, log or effect at the server. Starts the server if its
     * tools are not known yet. The policy is only asked what it would say: nothing is counted against a budget or a rate,
     * and the session counts as having taken nothing in.
     */
    public Decision explain(CallRequest request) {
        return core.explain(request);
    }

    /** The tools that the default pod may call, in the order of its servers. Starts servers that are not running. */
    public List<Listing> tools() {
        return tools(Pod.DEFAULT);
    }

    /** The tools that a pod may call. */
    public List<Listing> tools(String pod) {
        return core.tools(pod);
    }

    /** What is known about the servers now. Starts nothing. */
    public Inventory inventory() {
        return core.inventory();
    }

    /**
     * The log's reading side.
     *
     * @throws IllegalStateException if the audit sink cannot be asked
     */
    public AuditTrail audit() {
        return core.audit();
    }

    /**
     * Serves the default pod to MCP clients until the front ends. Blocks.
     *
     * @throws IOException if the front cannot be opened
     */
    public void serve(McpFront front) throws IOException {
        serve(front, Pod.DEFAULT);
    }

    /** Serves a pod to MCP clients until the front ends. Blocks. */
    public void serve(McpFront front, String pod) throws IOException {
        core.serve(front, pod);
    }

    /**
     * Serves one server of a pod alone, its tools under their own names, as if the client talked to it directly. What the
     * pod's policy says holds. Blocks until the front ends.
     *
     * @throws IOException if the front cannot be opened
     * @throws IluraException ILR-CONF-006 if there is no such pod, ILR-CONF-007 if it does not reach the server
     */
    public void serve(McpFront front, String pod, String server) throws IOException {
        core.serve(front, pod, server);
    }

    /**
     * Adds a server to one pod of the running gateway: for a way to a server that exists only once the application runs.
     * No other pod reaches it, one over all servers neither. What the pod's policy does not allow stays denied. Fronts
     * that serve the pod already do not list it.
     *
     * @return takes it out again
     * @throws IluraException ILR-CONF-003 if the name is taken or is no server name, ILR-CONF-006 if there is no such pod,
     *     ILR-CONF-002 if the pod has plain tool names and a server already
     * @throws IllegalStateException if the gateway is closed
     */
    public Membership join(ServerSpec server, String pod) {
        return core.join(Builder.named(server), pod);
    }

    /** Cancels what is under way, stops every server, closes the log. Idempotent. */
    @Override
    public void close() {
        core.close();
    }

    /** A server's stay in a running gateway. */
    public interface Membership extends AutoCloseable {
        /** Takes the server out: its calls under way fail, and it is stopped. Idempotent. */
        @Override
        void close();
    }

    /**
     * One tool as it is offered.
     *
     * @param server the server's configured name
     * @param tool the pinned tool
     */
    public record Listing(String server, Tool tool) {
        /** {@code server/tool}. */
        public String target() {
            return server + "/" + tool.name();
        }
    }

    /** Collects the parts. Not thread-safe; used once. */
    public static final class Builder {
        private final Map<String, ServerSpec> servers = new LinkedHashMap<>();
        private final Map<String, Pod> pods = new LinkedHashMap<>();
        private final List<ToolProvider> tools = new ArrayList<>();
        private final List<ResponseInspector> inspectors = new ArrayList<>();
        private final List<GatewayListener> listeners = new ArrayList<>();
        private PinStore pins = PinStore.inMemory();
        private ManifestReview manifests = ManifestReview.none();
        private @Nullable PolicyEngine policy;
        private @Nullable ApprovalHandler approvals;
        private @Nullable AuditSink audit;
        private Limits limits = Limits.DEFAULTS;
        private Resilience resilience = Resilience.DEFAULTS;
        private TimeSource time = TimeSource.system();
        private String name = "ilura";

        private Builder() {}

        /**
         * Adds a server. Nothing of it runs before a call or a listing needs it.
         *
         * @throws IluraException ILR-CONF-003 if the name is taken or is no server name
         */
        public Builder server(ServerSpec server) {
            named(server);
            if (servers.putIfAbsent(server.name(), server) != null) {
                throw new IluraException(
                        "ILR-CONF-003", "Two servers are called \"" + server.name() + "\".", "Rename one of them.");
            }
            return this;
        }

        /** The server, if its name is one. */
        private static ServerSpec named(ServerSpec server) {
            if (server.name().length() > 32 || !server.name().matches("[A-Za-z0-9]([-_]?[A-Za-z0-9]){0,31}")) {
                throw new IluraException(
                        "ILR-CONF-003",
                        "\"" + dev.ilura.text.VisibleText.oneLine(server.name()) + "\" is no server name.",
                        "Use letters and digits with single '-' or '_' between them, at most 32.");
            }
            return server;
        }

        /**
         * Adds tools that run in this process. Each provider is a server of the gateway under its own name: what no rule
         * allows is denied. The gateway closes them.
         *
         * @throws IluraException ILR-CONF-003 if a name is taken or is no server name
         */
        public Builder tools(ToolProvider... providers) {
            for (ToolProvider provider : providers) {
                server(new OwnServer(provider));
                tools.add(provider);
            }
            return this;
        }

        /** The policy of the default pod, which reaches all servers. */
        public Builder policy(PolicyEngine policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /** Adds a pod, or replaces the default one if it is called {@link Pod#DEFAULT}. */
        public Builder pod(Pod pod) {
            if (pods.putIfAbsent(pod.name(), pod) != null) {
                throw new IluraException(
                        "ILR-CONF-003", "Two pods are called \"" + pod.name() + "\".", "Rename one of them.");
            }
            return this;
        }

        /**
         * Who is asked when a policy asks. Without one, what would be asked is denied. The gateway closes it, if it can be
         * closed.
         */
        public Builder approvals(ApprovalHandler approvals) {
            this.approvals = Objects.requireNonNull(approvals, "approvals");
            return this;
        }

        /** Where everything is written down. The gateway closes it. */
        public Builder audit(AuditSink audit) {
            this.audit = Objects.requireNonNull(audit, "audit");
            return this;
        }

        /** Adds an inspector of results; they run in this order, each on what the one before left. */
        public Builder inspector(ResponseInspector inspector) {
            inspectors.add(Objects.requireNonNull(inspector, "inspector"));
            return this;
        }

        /** Where pins are kept; forgotten with the process otherwise. */
        public Builder pins(PinStore pins) {
            this.pins = Objects.requireNonNull(pins, "pins");
            return this;
        }

        /** Who looks at what servers say about themselves before it is pinned; nobody otherwise. */
        public Builder manifests(ManifestReview manifests) {
            this.manifests = Objects.requireNonNull(manifests, "manifests");
            return this;
        }

        /** Adds a listener. */
        public Builder listener(GatewayListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /** Bounds; {@link Limits#DEFAULTS} otherwise. */
        public Builder limits(Limits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /** Breaker, cache, restarts; {@link Resilience#DEFAULTS} otherwise. */
        public Builder resilience(Resilience resilience) {
            this.resilience = Objects.requireNonNull(resilience, "resilience");
            return this;
        }

        /** The clock; {@link TimeSource#system()} otherwise. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** What tickets and records call this gateway; {@code "ilura"} otherwise. */
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Puts the parts together and opens the log; starts no server.
         *
         * @throws IluraException ILR-CONF-001 if a part is missing, ILR-CONF-002 if two parts contradict each other
         */
        public Gateway build() {
            if (policy != null) {
                if (pods.containsKey(Pod.DEFAULT)) {
                    throw new IluraException(
                            "ILR-CONF-002",
                            "policy(…) and pod(\"default\") both say what the default pod may do.",
                            "Keep one of them.");
                }
                pods.put(Pod.DEFAULT, Pod.named(Pod.DEFAULT, policy));
            }
            if (pods.isEmpty()) {
                throw missing("a policy", "Call policy(…); Policies.rules().denyOthers() allows nothing.");
            }
            AuditSink sink = audit;
            if (sink == null) {
                throw missing("an audit sink", "Call audit(AuditLog.in(directory)).");
            }
            pods.values().forEach(this::checkPod);
            return new Gateway(new GatewayCore(new GatewayCore.Parts(
                    name,
                    List.copyOf(servers.values()),
                    List.copyOf(pods.values()),
                    Optional.ofNullable(approvals),
                    sink,
                    List.copyOf(tools),
                    List.copyOf(inspectors),
                    List.copyOf(listeners),
                    pins,
                    manifests,
                    limits,
                    resilience,
                    time)));
        }

        private void checkPod(Pod pod) {
            for (String server : pod.servers()) {
                if (!servers.containsKey(server)) {
                    throw new IluraException(
                            "ILR-CONF-002",
                            "Pod \"" + pod.name() + "\" names the server \"" + server + "\", which does not exist.",
                            "Servers are " + servers.keySet() + ".");
                }
            }
            int reached =
                    pod.servers().isEmpty() ? servers.size() : pod.servers().size();
            if (pod.names().separator().isEmpty() && reached > 1) {
                throw new IluraException(
                        "ILR-CONF-002",
                        "Pod \"" + pod.name() + "\" has plain tool names and " + reached + " servers.",
                        "Plain names need a pod with one server; use qualified names.");
            }
        }

        private static IluraException missing(String part, String fix) {
            return new IluraException("ILR-CONF-001", "A gateway needs " + part + ".", fix);
        }
    }
}
