package dev.ilura.adapter.mcpsdk;

import dev.ilura.Pod;
import dev.ilura.ServerSpec;
import dev.ilura.spi.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * How the gate is to know the server behind a wrapped SDK transport. Immutable; every method gives a changed copy.
 *
 * @param name how rules, records and tickets call it
 * @param roots what its path arguments may reach; absolute. Empty: rules about roots allow nothing
 * @param pins what happens when its tools are seen for the first time
 * @param pod the pod that gets it
 */
public record SdkServer(String name, List<Path> roots, ServerSpec.PinMode pins, String pod) {
    /** The name of a server that was given none. */
    public static final String WRAPPED = "wrapped";

    public SdkServer {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(pins, "pins");
        Objects.requireNonNull(pod, "pod");
        roots = roots.stream().map(SdkServer::absolute).toList();
    }

    /** A server without roots, pinned on first use, in the default pod. */
    public static SdkServer named(String name) {
        return new SdkServer(name, List.of(), ServerSpec.PinMode.FIRST_USE, Pod.DEFAULT);
    }

    /**
     * What its path arguments may reach.
     *
     * @throws IllegalArgumentException if one is not absolute
     */
    public SdkServer roots(Path... changed) {
        return new SdkServer(name, List.of(changed), pins, pod);
    }

    /** How the first sight of a tool is treated. */
    public SdkServer pins(ServerSpec.PinMode changed) {
        return new SdkServer(name, roots, changed, pod);
    }

    /** The pod whose policy judges the client's calls. */
    public SdkServer inPod(String changed) {
        return new SdkServer(name, roots, pins, changed);
    }

    private static Path absolute(Path root) {
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException("a root is absolute: " + root);
        }
        return root.normalize();
    }

    ServerSpec behind(Transport transport) {
        return new Specification(this, transport);
    }

    private record Specification(SdkServer server, Transport transport) implements ServerSpec {
        @Override
        public String name() {
            return server.name();
        }

        @Override
        public List<Path> roots() {
            return server.roots();
        }

        @Override
        public PinMode pins() {
            return server.pins();
        }
    }
}
