package dev.ilura;

import java.util.List;
import java.util.Optional;

/**
 * What a gateway knows about its servers at one moment. Immutable.
 *
 * @param servers in configured order
 */
public record Inventory(List<Server> servers) {
    public Inventory {
        servers = List.copyOf(servers);
    }

    /** The server of this name. */
    public Optional<Server> server(String name) {
        return servers.stream().filter(server -> server.name().equals(name)).findFirst();
    }

    /**
     * One server.
     *
     * @param state what it is doing
     * @param identity what was verified about it when it was last started; empty before that
     * @param revision the protocol revision that was agreed; empty before that
     * @param tools the callable tools, as pinned
     * @param quarantined tools that are not callable, and why
     * @param problem what went wrong last, if it is not running
     */
    public record Server(
            String name,
            State state,
            Optional<String> identity,
            Optional<String> revision,
            List<Tool> tools,
            List<Quarantined> quarantined,
            Optional<String> problem) {
        public Server {
            tools = List.copyOf(tools);
            quarantined = List.copyOf(quarantined);
        }
    }

    /** A tool that is not callable. */
    public record Quarantined(String tool, String code, String reason) {}

    /** What a server is doing. */
    public enum State {
        /** Not started yet, or stopped. */
        IDLE,
        /** On its way. */
        STARTING,
        /** Its tools are known and it takes calls. */
        READY,
        /** It ended or could not be started; the next call tries again after the restart delay. */
        FAILED
    }
}
