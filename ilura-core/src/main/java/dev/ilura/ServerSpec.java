package dev.ilura;

import dev.ilura.spi.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One MCP server that a gateway may reach. Implementations are immutable values of a transport, for example
 * {@code StdioServer}; they hold what the operator wrote and do nothing by themselves.
 */
public interface ServerSpec {
    /** Letters and digits with single {@code -} or {@code _} between them, at most 32: this is how rules, records and clients know the server. */
    String name();

    /** Directories that the server and its path arguments may reach; absolute. Empty: none. */
    List<Path> roots();

    /** What happens when its tools are seen for the first time. */
    default PinMode pins() {
        return PinMode.FIRST_USE;
    }

    /**
     * What is known here about the risk of a call to it, beyond the policy. Only tools of the gateway itself know any; what
     * a server says about itself never makes a call less strict.
     */
    default Optional<Caution> caution(ToolCall call) {
        return Optional.empty();
    }

    /** The way to it. Called once per gateway; opening it is the gate's decision. */
    Transport transport();

    /** How the first sight of a tool is treated. A later change is quarantined in both modes. */
    enum PinMode {
        /** Pinned when first seen, because the operator named this server. */
        FIRST_USE,
        /** Nothing is callable until a person has looked. */
        REVIEW
    }
}
