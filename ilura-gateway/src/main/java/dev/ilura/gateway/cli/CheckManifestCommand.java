package dev.ilura.gateway.cli;

import dev.ilura.RiskLane;
import dev.ilura.ServerSpec;
import dev.ilura.Tool;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.ArgumentKind;
import dev.ilura.policy.RiskTable;
import dev.ilura.policy.manifest.ManifestGuard;
import dev.ilura.policy.manifest.PinFile;
import dev.ilura.spi.ManifestReview.Remark;
import dev.ilura.spi.PinStore.Pinned;
import dev.ilura.text.VisibleText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ilura check manifest}: what a server says about its tools, what is remarkable in it, and rules to begin with. */
@Command(
        name = "manifest",
        mixinStandardHelpOptions = true,
        description = {
            "Show the tools of a server, what is remarkable in their descriptions, how risky they look, and a proposal of",
            "rules with typed arguments. It decides nothing: what you copy into the configuration does.",
            "Without --start it shows what was pinned when the server was last seen.",
            "Exit code: 1 if something is remarkable, or differs from what was pinned."
        })
final class CheckManifestCommand implements Callable<Integer> {
    private final Screen screen;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, config.toml.")
    private Path config;

    @Option(names = "--start", description = "Start the server as the configuration says, and ask it now.")
    private boolean start;

    @Option(names = "--json", description = "Print one JSON object a tool.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "SERVER", description = "The server's name in the configuration.")
    private String server;

    CheckManifestCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        GatewayConfig loaded = GatewayConfig.load(config);
        ServerSpec target = loaded.servers().stream()
                .filter(known -> known.name().equals(server))
                .findFirst()
                .orElseThrow(() -> misused("There is no server \"" + server + "\" in " + config + "."));
        Pinned pinned = PinFile.in(loaded.stateDir()).read(server);
        if (!start && pinned.entries().isEmpty()) {
            throw misused("Server \"" + server + "\" was never seen; --start starts it and asks.");
        }
        Pinned shown = start ? Looking.at(loaded, target).offered() : pinned;
        List<String> changes = start && !pinned.entries().isEmpty() ? changes(pinned, shown) : List.of();
        Map<String, List<Remark>> remarks = remarks(shown);
        List<Tool> tools = tools(shown);
        if (json) {
            tools.forEach(tool -> screen.json(json(tool, remarks.getOrDefault(tool.name(), List.of()))));
        } else {
            print(tools, remarks, changes, pinned);
        }
        return remarks.isEmpty() && changes.isEmpty() ? Exit.FINE : Exit.FINDING;
    }

    private static List<Tool> tools(Pinned shown) {
        List<Tool> tools = new ArrayList<>();
        shown.entries().forEach((name, entry) -> {
            if (!name.startsWith("@")) {
                tools.add(Tool.named(name, entry));
            }
        });
        return tools;
    }

    private Map<String, List<Remark>> remarks(Pinned shown) {
        Map<String, List<Remark>> remarks = new TreeMap<>();
        shown.entries().forEach((name, entry) -> {
            List<Remark> found = name.equals(Pinned.INSTRUCTIONS)
                    ? ManifestGuard.create().instructions(server, entry.text())
                    : ManifestGuard.create().entry(server, Tool.named(name, entry));
            if (!found.isEmpty()) {
                remarks.put(name, found);
            }
        });
        return remarks;
    }

    /** Line by line what is not as it was pinned. */
    static List<String> changes(Pinned pinned, Pinned now) {
        List<String> changes = new ArrayList<>();
        Map<String, JsonValue> all = new TreeMap<>(pinned.entries());
        now.entries().forEach(all::putIfAbsent);
        for (String name : all.keySet()) {
            JsonValue before = pinned.entries().get(name);
            JsonValue after = now.entries().get(name);
            if (before == null || after == null) {
                changes.add(name + (before == null ? " is new" : " is gone"));
            } else if (!Tool.named(name, before)
                    .digest()
                    .equals(Tool.named(name, after).digest())) {
                ManifestGuard.create().changes(before, after).forEach(line -> changes.add(name + " " + line));
            }
        }
        return changes;
    }

    private void print(List<Tool> tools, Map<String, List<Remark>> remarks, List<String> changes, Pinned pinned) {
        screen.line(screen.strong(server) + " offers " + tools.size() + " tools"
                + (start ? "" : screen.faint("  (as pinned; --start asks it now)")));
        for (String change : changes) {
            screen.line("  " + screen.bad("changed  ") + VisibleText.oneLine(change));
        }
        remarks.forEach((name, found) -> found.forEach(remark -> screen.line("  "
                + (remark.refuses() ? screen.bad("refused  ") : screen.careful("look at  ")) + screen.strong(name)
                + "  "
                + VisibleText.oneLine(remark.what()) + screen.faint("  " + remark.code()))));
        if (remarks.isEmpty()) {
            screen.line("  " + screen.good("nothing remarkable") + " in their names, descriptions and schemas");
        }
        screen.blank();
        screen.line(
                "Rules to begin with. Types are guessed from names and schemas: read them, then copy what you want.");
        screen.blank();
        new RuleProposal(server, tools).lines().forEach(screen::line);
        if (!changes.isEmpty() || pinned.entries().isEmpty()) {
            screen.blank();
            screen.line(screen.faint("If this is right: ")
                    + screen.typed("pins approve --config " + config + " " + server));
        }
    }

    private static Map<String, Object> json(Tool tool, List<Remark> remarks) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("tool", tool.name());
        object.put("digest", tool.digest());
        RiskLane lane = RiskTable.lane(tool);
        object.put("lane", lane.label());
        Map<String, String> types = new LinkedHashMap<>();
        ArgumentKind.of(tool)
                .forEach((name, kind) -> types.put(name, kind.name().toLowerCase(Locale.ROOT)));
        object.put("arguments", types);
        object.put(
                "remarks",
                remarks.stream()
                        .map(remark ->
                                Map.of("code", remark.code(), "what", remark.what(), "refuses", remark.refuses()))
                        .toList());
        return object;
    }

    private ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
