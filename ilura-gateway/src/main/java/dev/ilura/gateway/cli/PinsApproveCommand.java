package dev.ilura.gateway.cli;

import dev.ilura.ServerSpec;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.manifest.PinFile;
import dev.ilura.spi.PinStore.Pinned;
import dev.ilura.text.VisibleText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ilura pins approve}: what a server offers now is what it is held to from now on. */
@Command(
        name = "approve",
        mixinStandardHelpOptions = true,
        description = {
            "Start a server, show how it differs from its pins, and pin what it offers now: all of it, or the named tools.",
            "Look at it first with ilura check manifest. A running gateway counts the new pins from its next listing on."
        })
final class PinsApproveCommand implements Callable<Integer> {
    private final Screen screen;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, config.toml.")
    private Path config;

    @Parameters(index = "0", paramLabel = "SERVER", description = "The server's name in the configuration.")
    private String server;

    @Parameters(index = "1..*", paramLabel = "TOOL", description = "Only these tools.")
    private @Nullable List<String> tools;

    PinsApproveCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        GatewayConfig loaded = GatewayConfig.load(config);
        ServerSpec target = loaded.servers().stream()
                .filter(known -> known.name().equals(server))
                .findFirst()
                .orElseThrow(() -> misused("There is no server \"" + server + "\" in " + config + "."));
        Pinned offered = Looking.at(loaded, target).offered();
        PinFile file = PinFile.in(loaded.stateDir());
        Pinned before = file.read(server);
        Pinned after = tools == null ? offered : only(Set.copyOf(tools), before, offered);
        List<String> changes = CheckManifestCommand.changes(before, after);
        changes.forEach(change -> screen.line("  " + VisibleText.oneLine(change)));
        file.write(server, after);
        screen.line(screen.good("pinned  ") + server + ", " + after.entries().size() + " entries, " + changes.size()
                + " of them changed");
        return Exit.FINE;
    }

    private Pinned only(Set<String> names, Pinned before, Pinned offered) {
        Map<String, JsonValue> entries = new LinkedHashMap<>(before.entries());
        for (String name : names) {
            JsonValue entry = offered.entries().get(name);
            if (entry == null) {
                throw misused("Server \"" + server + "\" offers no \"" + VisibleText.oneLine(name) + "\".");
            }
            entries.put(name, entry);
        }
        Set<String> lists = new TreeSet<>(before.lists());
        lists.addAll(offered.lists());
        return new Pinned(entries, lists);
    }

    private ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
