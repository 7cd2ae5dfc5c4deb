package dev.ilura.tools;

import dev.ilura.spi.Settings;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.ToolsProvider;
import dev.ilura.tools.net.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
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
        Within within = new Within(settings);
        Network network = Network.guarded()
                .reaching(addresses(settings))
                .limits(
                        within.size("max_size", 64L << 20, 5L << 20),
                        within.time("timeout", Duration.ofSeconds(30)),
                        within.count("requests_per_minute", 1_000_000, 60));
        if (!settings.flag("robots").orElse(true)) {
            network = network.ignoringRobots();
        }
        List<String> types = settings.texts("types");
        if (!types.isEmpty()) {
            network = network.types(types);
        }
        return Optional.of(throughProxy(network, settings));
    }

    private static String[] addresses(Settings settings) {
        List<String> sound = new ArrayList<>();
        for (String network : settings.texts("addresses")) {
            try {
                sound.add(new AddressRange(network).toString());
            } catch (IllegalArgumentException e) {
                settings.problem("addresses", e.getMessage() + ".", "Write a network such as \"10.1.2.0/24\".");
            }
        }
        return sound.toArray(new String[0]);
    }

    private static Network throughProxy(Network network, Settings settings) {
        Optional<String> proxy = settings.text("proxy");
        if (proxy.isEmpty()) {
            return network;
        }
        String[] parts = proxy.get().split(":", -1);
        boolean sound = parts.length == 2 && !parts[0].isEmpty() && parts[1].matches("[0-9]{1,5}");
        if (!sound || Integer.parseInt(parts[1]) > 65_535 || parts[1].matches("0+")) {
            settings.problem("proxy", "This is no proxy.", "Write \"host:port\".");
            return network;
        }
        return network.through(parts[0], Integer.parseInt(parts[1]));
    }
}
