package dev.ilura.gateway.cli;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.Pod;
import dev.ilura.ServerSpec;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.ToolProvider;
import dev.ilura.text.VisibleText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ilura check call}: the verdict over one call. */
@Command(
        name = "call",
        mixinStandardHelpOptions = true,
        description = {
            "Show what the policy says about one call.",
            "The arguments are not checked against the tool's schema, because no server is started to ask for it.",
            "Exit code: 0 allowed or asked for, 1 denied."
        })
final class CheckCallCommand implements Callable<Integer> {
    private final Screen screen;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, config.toml.")
    private Path config;

    @Option(names = "--pod", paramLabel = "POD", description = "Who would call; gateway.default_pod otherwise.")
    private @Nullable String pod;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "SERVER", description = "The server's name in the configuration.")
    private String server;

    @Parameters(index = "1", paramLabel = "TOOL", description = "The server's own name of the tool.")
    private String tool;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "JSON",
            defaultValue = "{}",
            description = "The arguments, a JSON object.")
    private String arguments;

    CheckCallCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        GatewayConfig loaded = GatewayConfig.load(config);
        String name = pod == null ? loaded.defaultPod() : pod;
        Pod asking = loaded.pod(name).orElseThrow(() -> misused("There is no pod \"" + name + "\" in " + config + "."));
        Optional<ToolProvider> own = loaded.tools().stream()
                .filter(tools -> tools.name().equals(server) && asking.reaches(server))
                .findFirst();
        List<Path> roots = own.map(ToolProvider::roots)
                .or(() -> loaded.servers().stream()
                        .filter(spec -> spec.name().equals(server) && asking.reaches(server))
                        .findFirst()
                        .map(ServerSpec::roots))
                .orElseThrow(() -> misused("Pod \"" + name + "\" has no server \"" + server + "\"."));
        ToolCall call = ToolCall.to(server, Tool.of(JsonValue.of(Map.of("name", tool))))
                .pod(name)
                .roots(roots)
                .arguments(parsed())
                .build();
        Decision verdict = asking.policy().decide(call);
        Decision decision = own.flatMap(tools -> tools.caution(call))
                .map(caution -> caution.applyTo(verdict))
                .orElse(verdict);
        if (json) {
            screen.json(asJson(call, decision));
        } else {
            print(call, decision);
        }
        return decision instanceof Decision.Deny ? Exit.FINDING : Exit.FINE;
    }

    private Arguments parsed() {
        try {
            return Arguments.of(JsonValue.parse(arguments.getBytes(StandardCharsets.UTF_8), JsonLimits.ARGUMENTS));
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw misused("The arguments are no JSON object: " + e.getMessage() + ".");
        }
    }

    private void print(ToolCall call, Decision decision) {
        screen.line(headline(decision) + "  " + screen.strong(VisibleText.oneLine(call.target())));
        screen.line("  rule    " + decision.rule());
        String reason = reasonOf(decision);
        if (!reason.isEmpty()) {
            screen.line("  reason  " + VisibleText.oneLine(reason));
        }
        for (Decision.Rewrite rewrite : termsOf(decision).rewrites()) {
            screen.line("  sends   " + VisibleText.oneLine(rewrite.pointer() + " = " + rewrite.value()));
        }
        for (String step : decision.trace()) {
            screen.line("  " + screen.faint("looked  " + VisibleText.oneLine(step)));
        }
        screen.line("  " + screen.faint("not     the tool's schema, which is known once its server runs"));
    }

    private String headline(Decision decision) {
        if (decision instanceof Decision.Allow) {
            return screen.good("allowed");
        } else if (decision instanceof Decision.Ask ask) {
            return screen.careful("asked for, lane " + ask.lane().label());
        } else {
            return screen.bad("denied, " + ((Decision.Deny) decision).code());
        }
    }

    private static Map<String, Object> asJson(ToolCall call, Decision decision) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("target", call.target());
        object.put("decision", decision.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
        if (decision instanceof Decision.Ask ask) {
            object.put("lane", ask.lane().label());
        }
        if (decision instanceof Decision.Deny deny) {
            object.put("code", deny.code());
        }
        object.put("reason", reasonOf(decision));
        object.put("rule", decision.rule().id());
        object.put("origin", decision.rule().origin());
        Map<String, String> sends = new LinkedHashMap<>();
        termsOf(decision).rewrites().forEach(rewrite -> sends.put(rewrite.pointer(), rewrite.value()));
        object.put("rewrites", sends);
        object.put("trace", decision.trace());
        return object;
    }

    private static String reasonOf(Decision decision) {
        if (decision instanceof Decision.Ask ask) {
            return ask.reason();
        }
        return decision instanceof Decision.Deny deny ? deny.reason() : "";
    }

    private static Decision.Terms termsOf(Decision decision) {
        if (decision instanceof Decision.Ask ask) {
            return ask.terms();
        }
        return decision instanceof Decision.Allow allow ? allow.terms() : Decision.Terms.PLAIN;
    }

    private ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
