package dev.ilura.gateway.cli;

import dev.ilura.Tool;
import dev.ilura.policy.manifest.PinFile;
import dev.ilura.spi.PinStore.Pinned;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ilura pins list}: the pins of all servers. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Show what is pinned.")
final class PinsListCommand implements Callable<Integer> {
    private final Screen screen;

    @ArgGroup(multiplicity = "1")
    private StateOption state;

    @Option(names = "--json", description = "Print one JSON object an entry.")
    private boolean json;

    PinsListCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Map<String, Pinned> servers = PinFile.in(state.directory()).servers();
        if (servers.isEmpty() && !json) {
            screen.line(screen.faint("nothing is pinned yet"));
        }
        servers.forEach((server, pinned) -> {
            if (!json) {
                screen.line(screen.strong(server));
            }
            pinned.entries().forEach((name, entry) -> {
                String digest = Tool.named(name, entry).digest();
                if (json) {
                    screen.json(Map.of("server", server, "entry", name, "digest", digest));
                } else {
                    screen.line("  " + digest.substring(0, 12) + "  " + name);
                }
            });
        });
        return Exit.FINE;
    }
}
