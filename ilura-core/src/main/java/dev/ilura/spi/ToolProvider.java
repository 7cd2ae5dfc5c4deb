package dev.ilura.spi;

import dev.ilura.Caution;
import dev.ilura.ToolCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tools that run inside the gateway's own process. A gateway treats them as the server of that {@link #name()}: every call
 * is judged, approved, recorded and inspected like one to any other server. Thread-safe; calls run at the same time.
 */
public interface ToolProvider extends AutoCloseable {
    /** The server's name in rules and records, for example {@code file_io}; see {@link dev.ilura.ServerSpec#name()}. */
    String name();

    /** What it offers; the same for the whole life of the gateway. */
    List<OwnTool> tools();

    /** Directories that the tools may reach; absolute. Empty: none. */
    default List<Path> roots() {
        return List.of();
    }

    /**
     * What the tools themselves know about the risk of a call. Asked after the policy, about the arguments that would be
     * sent; the stricter of both holds. An exception denies.
     */
    default Optional<Caution> caution(ToolCall call) {
        return Optional.empty();
    }

    /** What has to happen before calls, to whichever server. */
    default Optional<BeforeCall> beforeCalls() {
        return Optional.empty();
    }

    /** Called once, before anything else, when the gateway is built. */
    default void joins(Surroundings surroundings) {}

    /** The gateway is closed. */
    @Override
    default void close() {}

    /** What providers of one gateway know of each other and of it. */
    interface Surroundings {
        /** All providers of the gateway, in the order in which they were added. */
        List<ToolProvider> providers();

        /** The gateway's clock. */
        TimeSource time();

        /**
         * Has something written into the log that the log's reader must know, for example that what a record points to is
         * gone. Does not wait.
         *
         * @param facts values are ASCII and hold no secret
         */
        void note(Map<String, String> facts);
    }
}
