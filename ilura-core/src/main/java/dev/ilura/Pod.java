package dev.ilura;

import dev.ilura.spi.PolicyEngine;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The permission scope of an agent: which servers it may reach and by which policy. Immutable.
 *
 * @param name unique within a gateway
 * @param servers names of its servers, in the order in which their tools are listed; empty: all that the gateway was built
 *     with
 * @param policy what judges its calls
 * @param names how its tools are named towards clients
 */
public record Pod(String name, List<String> servers, PolicyEngine policy, ToolNames names) {
    /** The pod that {@code Gateway.call} uses unless another is asked for. */
    public static final String DEFAULT = "default";

    public Pod {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(names, "names");
        servers = List.copyOf(servers);
    }

    /** A pod over all servers with qualified tool names. */
    public static Pod named(String name, PolicyEngine policy) {
        return new Pod(name, List.of(), policy, ToolNames.qualified());
    }

    /** Whether the pod reaches the server. */
    public boolean reaches(String server) {
        return servers.isEmpty() || servers.contains(server);
    }

    /**
     * How tools are named towards clients.
     *
     * @param separator between server and tool; empty: tools keep their plain names, which needs a pod with one server
     */
    public record ToolNames(Optional<String> separator) {
        /** {@code server__tool}. */
        public static ToolNames qualified() {
            return new ToolNames(Optional.of("__"));
        }

        /** {@code tool}, for a pod with exactly one server. */
        public static ToolNames plain() {
            return new ToolNames(Optional.empty());
        }
    }
}
