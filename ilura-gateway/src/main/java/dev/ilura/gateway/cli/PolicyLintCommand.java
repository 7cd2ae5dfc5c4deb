package dev.ilura.gateway.cli;

import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.policy.Policies;
import dev.ilura.policy.PolicyLint;
import dev.ilura.policy.RulesPolicy;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ilura policy lint}: rules that do not do what their author thought. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = {
            "Find rules that do not do what their author thought: rules that never match, rules that a guard makes",
            "pointless, names of servers, tools and arguments that do not exist.",
            "Tools are known once their server was started through the gate. Exit code: 1 if anything was found."
        })
final class PolicyLintCommand implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private PolicyOption policy;

    PolicyLintCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        GatewayConfig loaded = policy.load();
        Pod pod = policy.pod(loaded);
        Optional<RulesPolicy> rules = Policies.rulesOf(pod.policy());
        if (rules.isEmpty()) {
            throw policy.misused("Pod \"" + pod.name() + "\" has no rules to look at; its policy is another engine.");
        }
        Map<String, List<Tool>> tools = PolicyOption.pinned(loaded, pod);
        List<String> servers = PolicyOption.names(loaded, pod);
        List<PolicyLint.Note> notes = new ArrayList<>(PolicyLint.check(rules.get(), tools));
        notes.addAll(PolicyLint.servers(rules.get(), servers));
        if (policy.json()) {
            notes.forEach(note -> screen.json(
                    Map.of("rule", note.rule().id(), "origin", note.rule().origin(), "finding", note.what())));
        } else {
            print(pod, rules.get(), notes, tools, servers);
        }
        return notes.isEmpty() ? Exit.FINE : Exit.FINDING;
    }

    private void print(
            Pod pod,
            RulesPolicy rules,
            List<PolicyLint.Note> notes,
            Map<String, List<Tool>> tools,
            List<String> servers) {
        for (PolicyLint.Note note : notes) {
            screen.line(screen.careful("look at  ") + screen.strong(note.rule().id()) + "  "
                    + screen.faint(note.rule().origin()));
            screen.line("         " + VisibleText.oneLine(note.what()));
        }
        screen.line((notes.isEmpty() ? screen.good("fine     ") : screen.bad(notes.size() + " found  ")) + "pod "
                + pod.name() + ": " + rules.rules().size() + " rules, "
                + rules.guards().size() + " guards");
        List<String> unknown =
                servers.stream().filter(server -> !tools.containsKey(server)).toList();
        if (!unknown.isEmpty()) {
            screen.line(
                    screen.faint("not seen yet, so their tools could not be compared: " + String.join(", ", unknown)));
        }
    }
}
