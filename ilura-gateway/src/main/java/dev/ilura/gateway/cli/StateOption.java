package dev.ilura.gateway.cli;

import dev.ilura.audit.Anchor;
import dev.ilura.gateway.GatewayConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose log: a state directory, or the one that a configuration names. */
final class StateOption {
    @Option(names = "--state", paramLabel = "DIR", description = "The state directory of a gateway.")
    private @Nullable Path state;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration that names it.")
    private @Nullable Path config;

    StateOption() {}

    Path directory() {
        if (state != null) {
            return state;
        }
        if (config == null) {
            throw new IllegalStateException("one of the two options is required");
        }
        return GatewayConfig.load(config).stateDir();
    }

    /** The places that the configuration names to remember the log; none if it was not named itself. */
    List<Anchor> anchors() {
        return config == null ? List.of() : GatewayConfig.load(config).anchors();
    }
}
