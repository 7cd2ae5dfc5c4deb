package dev.ilura.gateway;

import dev.ilura.Gateway;
import dev.ilura.IluraException;
import dev.ilura.ServerSpec;
import dev.ilura.spi.Providers;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.ToolsProvider;
import dev.ilura.tools.TimeMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code [tools]}: which of the gateway's own tools there are. */
final class ToolsReader {
    private final TomlSettings table;
    private final Providers<ToolsProvider> providers;
    private final Path stateDir;
    private final List<ServerSpec> servers;
    private final int pods;

    ToolsReader(
            TomlSettings table, Providers<ToolsProvider> providers, Path stateDir, List<ServerSpec> servers, int pods) {
        this.table = table;
        this.providers = providers;
        this.stateDir = stateDir;
        this.servers = servers;
        this.pods = pods;
    }

    /** Names that are switched on, whether or not they can be made. */
    static List<String> names(TomlSettings table) {
        return table.keys().stream()
                .filter(name -> !name.equals("roots"))
                .filter(name -> table.isTable(name) || table.flag(name).orElse(false))
                .toList();
    }

    List<ToolProvider> read() {
        List<Path> roots = table.paths("roots");
        List<ToolProvider> tools = new ArrayList<>();
        for (String name : names(table)) {
            TomlSettings own = table.isTable(name) ? table.child(name).orElseThrow() : table.without(name);
            own.giving("state_dir", stateDir);
            List<Path> given = roots.isEmpty() && name.equals("file_io") ? rootsOfServers(own) : roots;
            if (!given.isEmpty()) {
                own.givingPaths("roots", given);
            }
            select(name, own).flatMap(provider -> provider.create(own)).ifPresent(made -> {
                ToolProvider ready = made instanceof TimeMachine machine ? watching(machine, own) : made;
                check(ready, own);
                tools.add(ready);
            });
        }
        return tools;
    }

    /** With several pods, what one may reach must not become what another may. */
    private List<Path> rootsOfServers(TomlSettings own) {
        if (own.keys().contains("roots")) {
            return List.of();
        }
        List<Path> all = servers.stream()
                .flatMap(server -> server.roots().stream())
                .distinct()
                .toList();
        if (all.isEmpty() || pods > 1) {
            own.problem(
                    "roots",
                    pods > 1
                            ? "With several pods, file_io does not guess which directories it may reach."
                            : "file_io has no directory to work in: no server has roots.",
                    "Write roots = [\"/srv/docs\"] in [tools].");
        }
        return all;
    }

    private Optional<ToolsProvider> select(String name, TomlSettings own) {
        try {
            return Optional.of(providers.select(name));
        } catch (IluraException e) {
            own.leaveOut();
            table.problem(name, e.what(), e.fix());
            return Optional.empty();
        }
    }

    private ToolProvider watching(TimeMachine machine, TomlSettings own) {
        List<ServerSpec> watched = new ArrayList<>();
        for (String name : own.texts("servers")) {
            Optional<ServerSpec> server = servers.stream()
                    .filter(spec -> spec.name().equals(name) && !spec.roots().isEmpty())
                    .findFirst();
            if (server.isEmpty()) {
                own.problem(
                        "servers", "There is no server \"" + name + "\" that has roots.", "Name one, or leave it out.");
            }
            server.ifPresent(watched::add);
        }
        return machine.watching(watched.toArray(new ServerSpec[0]));
    }

    private void check(ToolProvider tools, TomlSettings own) {
        for (Path root : tools.roots()) {
            if (stateDir.startsWith(root)) {
                // the attack: an agent that writes its own permissions, or a log of its own
                own.problem("roots", "The state directory lies in the root " + root + ".", "Move one of them.");
            }
        }
        try {
            Gateway.builder().tools(tools);
        } catch (IluraException e) {
            own.problem("", e.what(), e.fix());
        }
        if (servers.stream().anyMatch(server -> server.name().equals(tools.name()))) {
            own.problem("", "A server is called \"" + tools.name() + "\" too.", "Rename the server.");
        }
    }
}
