package dev.ilura.tools;

import dev.ilura.spi.Settings;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.ToolsProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes {@code tools.network}. */
public final class NetworkProvider implements ToolsProvider {
    /** For {@link java.util.ServiceLoader}. */
    public NetworkProvider() {}

    @Override
    public String name() {
        return "network";
    }

    @Override
    public Optional<ToolProvider> create(Settings settings) {
        try {
            Network network = Network.guarded()
                    .reaching(settings.texts("addresses").toArray(new String[0]))
                    .limits(
                            settings.size("max_size").orElse(5L << 20),
                            settings.duration("timeout").orElse(Duration.ofSeconds(30)),
                            (int) Math.min(
                                    1_000_000,
                                    settings.integer("requests_per_minute").orElse(60L)));
            if (!settings.flag("robots").orElse(true)) {
                network = network.ignoringRobots();
            }
            List<String> types = settings.texts("types");
            if (!types.isEmpty()) {
                network = network.types(types);
            }
            Optional<String> proxy = settings.text("proxy");
            if (proxy.isPresent()) {
                String[] parts = proxy.get().split(":", -1);
                if (parts.length != 2 || !parts[1].matches("[0-9]{1,5}") || parts[0].isEmpty()) {
                    settings.problem("proxy", "This is no proxy.", "Write \"host:port\".");
                    return Optional.empty();
                }
                network = network.through(parts[0], Integer.parseInt(parts[1]));
            }
            return Optional.of(network);
        } catch (IllegalArgumentException e) {
            settings.problem("", "network cannot be set up so: " + e.getMessage() + ".", "Correct it.");
            return Optional.empty();
        }
    }
}
