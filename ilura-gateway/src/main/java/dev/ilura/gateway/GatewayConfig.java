package dev.ilura.gateway;

import dev.ilura.Gateway;
import dev.ilura.Limits;
import dev.ilura.Pod;
import dev.ilura.Resilience;
import dev.ilura.ServerSpec;
import dev.ilura.approval.Approvals;
import dev.ilura.audit.Anchor;
import dev.ilura.policy.Policies;
import dev.ilura.policy.manifest.ManifestGuard;
import dev.ilura.policy.manifest.PinFile;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.ManifestReview;
import dev.ilura.spi.PinStore;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.Transport;
import dev.ilura.transport.sse.HttpFront;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A gateway as {@code config.toml} describes it. Loading reads and checks everything and opens nothing; {@link #open()}
 * makes the gateway.
 *
 * <pre>{@code
 * try (Gateway gateway = GatewayConfig.load(Path.of("config.toml")).open()) {
 *     gateway.serve(StdioFront.onSystemStreams());
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class GatewayConfig {
    private final ConfigFile file;
    private final Parts parts;

    GatewayConfig(ConfigFile file, Parts parts) {
        this.file = file;
        this.parts = parts;
    }

    /** What was read. Channels and sink are made only when the gateway is opened. */
    record Parts(
            String name,
            Path stateDir,
            String defaultPod,
            List<ServerSpec> servers,
            List<ToolProvider> tools,
            List<Pod> pods,
            List<ResponseInspector> inspectors,
            Limits limits,
            Resilience resilience,
            List<Supplier<Optional<ApprovalHandler>>> channels,
            Supplier<Optional<AuditSink>> sink,
            HttpFrontSettings.Parts http,
            Supplier<List<Anchor>> anchors) {}

    /**
     * Reads a file. Relative paths in it are seen from its directory; {@code ${secret:name}} is looked up in the state
     * directory and in the environment.
     *
     * @throws ConfigException with every mistake in the file
     */
    public static GatewayConfig load(Path file) {
        return new ConfigReader(ConfigFile.read(file), Plugins.find(), System.getenv()).read();
    }

    /**
     * Opens the log and the approval channels and builds the gateway, which closes them. Servers start on first use.
     *
     * @throws ConfigException if a channel or the log finds a mistake in its settings only now
     * @throws dev.ilura.IluraException if the log cannot be opened
     */
    public Gateway open() {
        return open(builder -> {});
    }

    /**
     * As {@link #open()}, with what no file can say.
     *
     * @param more adds parts written in code, such as listeners, or sets one in place of the file's
     */
    public Gateway open(Consumer<Gateway.Builder> more) {
        StateDirectory.create(parts.stateDir());
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            AuditSink sink = parts.sink().get().map(made -> noted(made, opened)).orElseThrow(this::unusable);
            List<ApprovalHandler> channels = new ArrayList<>();
            for (Supplier<Optional<ApprovalHandler>> channel : parts.channels()) {
                channels.add(channel.get().map(made -> noted(made, opened)).orElseThrow(this::unusable));
            }
            file.requireFine();
            Gateway.Builder builder = builder(channels, sink);
            more.accept(builder);
            return builder.build();
        } catch (RuntimeException e) {
            opened.forEach(part -> close(part, e));
            throw e;
        }
    }

    private static <T> T noted(T made, List<AutoCloseable> opened) {
        if (made instanceof AutoCloseable closeable) {
            opened.add(closeable);
        }
        return made;
    }

    private static void close(AutoCloseable part, RuntimeException reason) {
        try {
            part.close();
        } catch (Exception e) {
            reason.addSuppressed(e);
        }
    }

    /** A provider that makes nothing has noted why. */
    private RuntimeException unusable() {
        file.requireFine();
        return new IllegalStateException("a provider made nothing and noted no mistake");
    }

    private Gateway.Builder builder(List<ApprovalHandler> channels, AuditSink sink) {
        Gateway.Builder builder = Gateway.builder()
                .name(parts.name())
                .approvals(channels.isEmpty() ? Approvals.none() : Approvals.firstOf(channels))
                .audit(sink)
                .limits(parts.limits())
                .resilience(parts.resilience());
        parts.servers().forEach(builder::server);
        parts.tools().forEach(builder::tools);
        parts.pods().forEach(builder::pod);
        parts.inspectors().forEach(builder::inspector);
        builder.pins(PinFile.in(parts.stateDir())).manifests(ManifestGuard.create());
        return builder;
    }

    /**
     * An HTTP front as {@code [http]} describes it.
     *
     * @param host where it listens; see {@link HttpFront#on}
     * @param port 0 for any that is free
     * @param tls whether it speaks TLS: with the certificate of the file, or else with one that is made and kept in
     *     {@code tls/} of the state directory
     */
    public HttpFront httpFront(String host, int port, boolean tls) {
        return parts.http().front(host, port, tls);
    }

    /**
     * A gateway over one of the servers alone that calls nothing, to look at what the server says about itself. It starts
     * the server as the file says, and the log notes it.
     *
     * @param pins where the first sight is kept instead of the state directory
     * @param review who looks
     */
    public Gateway openToLook(ServerSpec server, PinStore pins, ManifestReview review) {
        StateDirectory.create(parts.stateDir());
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            AuditSink sink = parts.sink().get().map(made -> noted(made, opened)).orElseThrow(this::unusable);
            file.requireFine();
            return Gateway.builder()
                    .name(parts.name())
                    .server(new FirstSight(server))
                    .policy(Policies.rules().denyOthers())
                    .approvals(Approvals.none())
                    .audit(sink)
                    .limits(parts.limits())
                    .pins(pins)
                    .manifests(review)
                    .build();
        } catch (RuntimeException e) {
            opened.forEach(part -> close(part, e));
            throw e;
        }
    }

    /** The server as if nobody had to look first: somebody does. */
    private record FirstSight(ServerSpec server) implements ServerSpec {
        @Override
        public String name() {
            return server.name();
        }

        @Override
        public List<Path> roots() {
            return server.roots();
        }

        @Override
        public Transport transport() {
            return server.transport();
        }
    }

    /** The same with these policies, by pod. */
    GatewayConfig withPolicies(Map<String, ? extends PolicyEngine> policies) {
        List<Pod> pods = parts.pods().stream()
                .map(pod -> policies.containsKey(pod.name())
                        ? new Pod(pod.name(), pod.servers(), policies.get(pod.name()), pod.names())
                        : pod)
                .toList();
        return new GatewayConfig(
                file,
                new Parts(
                        parts.name(),
                        parts.stateDir(),
                        parts.defaultPod(),
                        parts.servers(),
                        parts.tools(),
                        pods,
                        parts.inspectors(),
                        parts.limits(),
                        parts.resilience(),
                        parts.channels(),
                        parts.sink(),
                        parts.http(),
                        parts.anchors()));
    }

    /** Where the log, keys, pins and grants are; absolute. */
    public Path stateDir() {
        return parts.stateDir();
    }

    /** The places outside that remember the checkpoints of the log; asked by nobody yet. */
    public List<Anchor> anchors() {
        return parts.anchors().get();
    }

    /** The pod that is served when none is named. */
    public String defaultPod() {
        return parts.defaultPod();
    }

    /** The servers in the order of the file. */
    public List<ServerSpec> servers() {
        return parts.servers();
    }

    /** The gateway's own tools in the order of the file. */
    public List<ToolProvider> tools() {
        return parts.tools();
    }

    /** The pods in the order of the file. */
    public List<Pod> pods() {
        return parts.pods();
    }

    /** What looks at results, in this order. */
    public List<ResponseInspector> inspectors() {
        return parts.inspectors();
    }

    /** The pod of this name. */
    public Optional<Pod> pod(String name) {
        return parts.pods().stream().filter(pod -> pod.name().equals(name)).findFirst();
    }
}
