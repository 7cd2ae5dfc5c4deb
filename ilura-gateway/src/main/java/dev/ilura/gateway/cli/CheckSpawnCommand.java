package dev.ilura.gateway.cli;

import dev.ilura.gateway.GatewayConfig;
import dev.ilura.text.VisibleText;
import dev.ilura.transport.stdio.StdioServer;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.PathResolver;
import dev.ilura.transport.stdio.spawn.SpawnPlan;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import dev.ilura.transport.stdio.spawn.SpawnSpec;
import dev.ilura.transport.stdio.spawn.SpawnValidator;
import dev.ilura.transport.stdio.spawn.SpawnVerdict;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ilura check spawn}: the verdict over one command line. */
@Command(
        name = "spawn",
        mixinStandardHelpOptions = true,
        description = {
            "Show whether a command line may be started as a server.",
            "Exit code: 0 allowed or asked for, 1 denied."
        })
final class CheckSpawnCommand implements Callable<Integer> {
    private final Screen screen;

    @Option(names = "--config", paramLabel = "FILE", description = "Whose [spawn] rules; the standard ones otherwise.")
    private @Nullable Path config;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments, after --.")
    private List<String> command = List.of();

    CheckSpawnCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        SpawnSpec spec = new SpawnSpec(
                command.get(0), command.subList(1, command.size()), Map.of(), Optional.empty(), Os.current());
        SpawnRules rules = rules();
        SpawnVerdict verdict = new SpawnValidator(rules, PathResolver.ofThisMachine()).judge(spec);
        if (json) {
            Map<String, Object> object = asJson(verdict);
            if (verdict instanceof SpawnVerdict.Denied) {
                rules.safeForm(command.get(0)).ifPresent(line -> object.put("safe", line));
            }
            screen.json(object);
        } else {
            print(verdict, rules);
        }
        return verdict instanceof SpawnVerdict.Denied ? Exit.FINDING : Exit.FINE;
    }

    /** One table holds for all servers of a file, so any of them has it. */
    private SpawnRules rules() {
        if (config == null) {
            return SpawnRules.standard();
        }
        return GatewayConfig.load(config).servers().stream()
                .filter(StdioServer.class::isInstance)
                .map(server -> ((StdioServer) server).spawn())
                .findFirst()
                .orElseGet(SpawnRules::standard);
    }

    private void print(SpawnVerdict verdict, SpawnRules rules) {
        if (verdict instanceof SpawnVerdict.Denied denied) {
            screen.line(screen.bad("denied, " + denied.code()));
            screen.line("  line   " + line());
            screen.line("  why    " + VisibleText.oneLine(denied.what()));
            screen.line("  found  " + VisibleText.oneLine(denied.token()) + placeOf(denied));
            screen.line("  fix    " + VisibleText.oneLine(denied.fix()));
            rules.safeForm(command.get(0))
                    .ifPresent(line ->
                            screen.line("  safe   " + line + "  " + screen.faint("and the server's own arguments")));
        } else if (verdict instanceof SpawnVerdict.Asked asked) {
            screen.line(screen.careful("asked for, " + asked.code()));
            screen.line("  why    " + VisibleText.oneLine(asked.why()));
            print(asked.plan());
        } else {
            screen.line(screen.good("allowed"));
            print(((SpawnVerdict.Allowed) verdict).plan());
        }
    }

    /** As it was read: the shell took the quotation marks away, so the borders of words have to be shown again. */
    private String line() {
        return String.join(
                " ",
                command.stream()
                        .map(VisibleText::oneLine)
                        .map(word -> word.matches("[A-Za-z0-9@%+=:,./_-]+") ? word : "'" + word + "'")
                        .toList());
    }

    private void print(SpawnPlan plan) {
        screen.line("  runs   " + VisibleText.oneLine(plan.program() + " " + String.join(" ", plan.args())));
        screen.line("  code   " + VisibleText.oneLine(plan.artefact()));
        plan.files()
                .forEach((file, digest) -> screen.line("  "
                        + screen.faint("file   " + VisibleText.oneLine(file)
                                + (digest.isEmpty() ? "" : "  sha256 " + digest))));
    }

    private static String placeOf(SpawnVerdict.Denied denied) {
        if (denied.index() < 0) {
            return "";
        }
        return denied.index() == 0 ? "  (the command)" : "  (argument " + denied.index() + ")";
    }

    private static Map<String, Object> asJson(SpawnVerdict verdict) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (verdict instanceof SpawnVerdict.Denied denied) {
            object.put("decision", "deny");
            object.put("code", denied.code());
            object.put("reason", denied.what());
            object.put("token", VisibleText.oneLine(denied.token()));
            object.put("index", denied.index());
            object.put("fix", denied.fix());
        } else if (verdict instanceof SpawnVerdict.Asked asked) {
            object.put("decision", "ask");
            object.put("code", asked.code());
            object.put("reason", asked.why());
            putPlan(object, asked.plan());
        } else {
            object.put("decision", "allow");
            putPlan(object, ((SpawnVerdict.Allowed) verdict).plan());
        }
        return object;
    }

    private static void putPlan(Map<String, Object> object, SpawnPlan plan) {
        object.put("program", plan.program());
        object.put("args", plan.args());
        object.put("artefact", plan.artefact());
        object.put("files", plan.files());
    }
}
