package dev.ilura.gateway;

import dev.ilura.Gateway;
import dev.ilura.Limits;
import dev.ilura.Pod;
import dev.ilura.Resilience;
import dev.ilura.ServerSpec;
import dev.ilura.approval.Approvals;
import dev.ilura.audit.Anchor;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.ResponseInspector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            List<Pod> pods,
            List<ResponseInspector> inspectors,
            Limits limits,
            Resilience resilience,
            List<Supplier<Optional<ApprovalHandler>>> channels,
            Supplier<Optional<AuditSink>> sink,
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
        parts.pods().forEach(builder::pod);
        parts.inspectors().forEach(builder::inspector);
        return builder;
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
