package dev.ilura.gateway.cli;

import dev.ilura.Decision;
import dev.ilura.Pod;
import dev.ilura.ServerSpec;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.manifest.PinFile;
import dev.ilura.spi.PinStore.Pinned;
import dev.ilura.spi.ToolProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which pod of which configuration, and what is known about the tools of its servers. */
final class PolicyOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, config.toml.")
    private Path config;

    @Option(names = "--pod", paramLabel = "POD", description = "Whose policy; gateway.default_pod otherwise.")
    private @Nullable String pod;

    @Option(names = "--json", description = "Print JSON instead, one object a line.")
    private boolean json;

    PolicyOption() {}

    boolean json() {
        return json;
    }

    Path file() {
        return config;
    }

    GatewayConfig load() {
        return GatewayConfig.load(config);
    }

    /** The pod of this name, or the default one, in any configuration. */
    Pod pod(GatewayConfig loaded) {
        String name = pod == null ? loaded.defaultPod() : pod;
        return loaded.pod(name).orElseThrow(() -> misused("There is no pod \"" + name + "\" in the configuration."));
    }

    /** The servers that a pod reaches. */
    static List<ServerSpec> servers(GatewayConfig loaded, Pod pod) {
        return loaded.servers().stream()
                .filter(server -> pod.reaches(server.name()))
                .toList();
    }

    /** Its own tools that a pod reaches, as servers of their own. */
    static List<ToolProvider> own(GatewayConfig loaded, Pod pod) {
        return loaded.tools().stream()
                .filter(tools -> pod.reaches(tools.name()))
                .toList();
    }

    /** What all servers that a pod reaches are called. */
    static List<String> names(GatewayConfig loaded, Pod pod) {
        return List.copyOf(roots(loaded, pod).keySet());
    }

    /** What the gateway's own tools add to a decision about their calls. */
    static Decision cautioned(List<ToolProvider> own, ToolCall call, Decision decision) {
        return own.stream()
                .filter(tools -> tools.name().equals(call.server()))
                .findFirst()
                .flatMap(tools -> tools.caution(call))
                .map(caution -> caution.applyTo(decision))
                .orElse(decision);
    }

    static Map<String, List<Path>> roots(GatewayConfig loaded, Pod pod) {
        Map<String, List<Path>> roots = new LinkedHashMap<>();
        servers(loaded, pod).forEach(server -> roots.put(server.name(), server.roots()));
        own(loaded, pod).forEach(tools -> roots.put(tools.name(), tools.roots()));
        return roots;
    }

    /** The tools that were pinned of the servers that a pod reaches, and the gateway's own. */
    static Map<String, List<Tool>> pinned(GatewayConfig loaded, Pod pod) {
        Map<String, Pinned> pins = PinFile.in(loaded.stateDir()).servers();
        Map<String, List<Tool>> tools = new LinkedHashMap<>();
        for (ServerSpec server : servers(loaded, pod)) {
            List<Tool> own = new ArrayList<>();
            pins.getOrDefault(server.name(), Pinned.NOTHING).entries().forEach((name, entry) -> {
                if (!name.startsWith("@")) {
                    own.add(Tool.named(name, entry));
                }
            });
            if (!own.isEmpty()) {
                tools.put(server.name(), List.copyOf(own));
            }
        }
        own(loaded, pod)
                .forEach(provider -> tools.put(
                        provider.name(),
                        provider.tools().stream()
                                .map(tool -> Tool.of(tool.definition()))
                                .toList()));
        return tools;
    }

    /** A tool as it was pinned, or with nothing known but its name. */
    static Tool tool(Map<String, List<Tool>> pinned, String server, String name) {
        return find(pinned, server, name).orElseGet(() -> Tool.of(JsonValue.of(Map.of("name", name))));
    }

    static Optional<Tool> find(Map<String, List<Tool>> pinned, String server, String name) {
        return pinned.getOrDefault(server, List.of()).stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst();
    }

    ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
