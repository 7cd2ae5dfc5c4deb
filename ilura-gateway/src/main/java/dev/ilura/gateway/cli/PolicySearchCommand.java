package dev.ilura.gateway.cli;

import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.Policies;
import dev.ilura.policy.PolicySearch;
import dev.ilura.policy.PolicySearch.Find;
import dev.ilura.policy.PolicySearch.Kind;
import dev.ilura.policy.Rule;
import dev.ilura.policy.RulesPolicy;
import dev.ilura.policy.ToolGlob;
import dev.ilura.text.VisibleText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ilura policy search}: calls that a policy lets through and should not. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        description = {
            "Search for calls that this policy allows, or asks less about, and the one of --against did not; and for calls",
            "that no rule covers. Calls are made up from the edges of the rules' conditions and from what tools declare.",
            "What is found is a fact; that nothing is found proves nothing. Exit code: 1 if the policy is milder somewhere."
        })
final class PolicySearchCommand implements Callable<Integer> {
    private static final int SHOWN = 200;

    private final Screen screen;

    @Mixin
    private PolicyOption policy;

    @Option(names = "--against", paramLabel = "FILE", description = "The configuration that was trusted so far.")
    private @Nullable Path against;

    @Option(names = "--tries", paramLabel = "N", defaultValue = "500", description = "Calls of each tool; 500.")
    private int tries;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "The same seed finds the same calls.")
    private long seed;

    PolicySearchCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (tries < 1 || tries > 1_000_000) {
            throw policy.misused("--tries is 1 to 1000000.");
        }
        GatewayConfig loaded = policy.load();
        Pod now = policy.pod(loaded);
        Pod before = against == null ? now : policy.pod(GatewayConfig.load(against));
        Map<String, List<Tool>> tools = tools(loaded, now, before);
        PolicySearch search = PolicySearch.of(before.policy(), now.policy(), PolicyOption.roots(loaded, now), seed);
        List<Find> finds = search.run(tools, tries);
        if (policy.json()) {
            finds.forEach(find -> screen.json(json(find)));
        } else {
            print(finds, search.calls(), tools);
        }
        return finds.stream().anyMatch(find -> find.kind() == Kind.MILDER) ? Exit.FINDING : Exit.FINE;
    }

    /** What was pinned, and for servers that were never seen the tools that rules name. */
    private static Map<String, List<Tool>> tools(GatewayConfig loaded, Pod... pods) {
        Map<String, List<Tool>> tools = new LinkedHashMap<>(PolicyOption.pinned(loaded, pods[0]));
        Map<String, Map<String, Tool>> named = new LinkedHashMap<>();
        for (Pod pod : pods) {
            Policies.rulesOf(pod.policy()).ifPresent(rules -> named(rules, loaded, pod, named));
        }
        named.forEach((server, own) -> tools.computeIfAbsent(server, unseen -> List.copyOf(own.values())));
        return tools;
    }

    private static void named(RulesPolicy rules, GatewayConfig loaded, Pod pod, Map<String, Map<String, Tool>> named) {
        List<Rule> all = new ArrayList<>(rules.guards());
        all.addAll(rules.rules());
        for (Rule rule : all) {
            for (ToolGlob glob : rule.tools()) {
                String name =
                        glob.text().substring(glob.text().indexOf('/') + 1).replaceAll("[*?]", "x");
                PolicyOption.servers(loaded, pod).stream()
                        .filter(server -> glob.matches(server.name(), name))
                        .forEach(server -> named.computeIfAbsent(server.name(), first -> new LinkedHashMap<>())
                                .computeIfAbsent(name, own -> Tool.of(JsonValue.of(Map.of("name", own)))));
            }
        }
    }

    private void print(List<Find> finds, int calls, Map<String, List<Tool>> tools) {
        for (Find find : finds) {
            boolean milder = find.kind() == Kind.MILDER;
            screen.line((milder ? screen.bad("now possible  ") : screen.faint("no rule       "))
                    + screen.strong(VisibleText.oneLine(find.call().target())) + " "
                    + shown(find.call().arguments().json().raw()));
            if (milder) {
                screen.line("              before  " + DecisionText.plain(find.before()) + " by "
                        + find.before().rule());
                screen.line("              now     " + DecisionText.plain(find.after()) + " by "
                        + find.after().rule());
            }
        }
        long milder = finds.stream().filter(find -> find.kind() == Kind.MILDER).count();
        int known = tools.values().stream().mapToInt(List::size).sum();
        screen.line((milder == 0 ? screen.good("nothing milder  ") : screen.bad(milder + " milder  ")) + calls
                + " calls of " + known + " tools were tried, seed " + seed
                + (against == null ? "; compare with --against OLD.toml" : ""));
    }

    private static Map<String, Object> json(Find find) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("finding", find.kind() == Kind.MILDER ? "milder" : "not_covered");
        object.put("target", find.call().target());
        object.put("arguments", find.call().arguments().json().toJava());
        object.put("before", DecisionText.json(find.before()));
        object.put("after", DecisionText.json(find.after()));
        return object;
    }

    private static String shown(String arguments) {
        String visible = VisibleText.oneLine(arguments);
        return visible.length() <= SHOWN ? visible : visible.substring(0, SHOWN) + "...";
    }
}
