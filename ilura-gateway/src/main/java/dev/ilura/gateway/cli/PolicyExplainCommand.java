package dev.ilura.gateway.cli;

import dev.ilura.Decision;
import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.text.VisibleText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ilura policy explain}: why one call would be decided as it would be. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Show how one call would be decided, and every rule that was looked at on the way. Nothing is called.",
            "Exit code: 0 allowed or asked for, 1 denied."
        })
final class PolicyExplainCommand implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private PolicyOption policy;

    @Mixin
    private CallOption asked;

    PolicyExplainCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        GatewayConfig loaded = policy.load();
        Pod pod = policy.pod(loaded);
        Map<String, List<Tool>> pinned = PolicyOption.pinned(loaded, pod);
        ToolCall call = asked.by(pod, loaded, PolicyOption.tool(pinned, asked.server(), asked.tool()), policy);
        Optional<Decision.Deny> invalid = pod.policy().validate(call);
        Decision decision = invalid.isPresent()
                ? invalid.get()
                : PolicyOption.cautioned(
                        PolicyOption.own(loaded, pod), call, pod.policy().preview(call));
        boolean known = PolicyOption.find(pinned, asked.server(), asked.tool()).isPresent();
        if (policy.json()) {
            Map<String, Object> object = new LinkedHashMap<>(Map.of("target", call.target(), "pod", pod.name()));
            object.put("schemaKnown", known);
            object.putAll(DecisionText.json(decision));
            screen.json(object);
        } else {
            print(pod, call, decision, known, invalid.isPresent());
        }
        return decision instanceof Decision.Deny ? Exit.FINDING : Exit.FINE;
    }

    private void print(Pod pod, ToolCall call, Decision decision, boolean known, boolean invalid) {
        screen.line(screen.strong(VisibleText.oneLine(call.target())) + " would be "
                + new DecisionText(screen).verdict(decision) + screen.faint("  (pod " + pod.name() + ")"));
        String reason = DecisionText.reason(decision);
        if (!reason.isEmpty()) {
            screen.line("  because   " + reason);
        }
        screen.line("  rule      " + decision.rule());
        if (decision instanceof Decision.Deny deny) {
            screen.line("  code      " + deny.code() + screen.faint("  see docs/errors.md"));
        }
        DecisionText.terms(decision)
                .rewrites()
                .forEach(rewrite ->
                        screen.line("  sends     " + VisibleText.oneLine(rewrite.pointer() + " = " + rewrite.value())));
        screen.blank();
        screen.line("How it came to that, in order:");
        int step = 1;
        if (known && !invalid) {
            screen.line("  " + step++ + ". the arguments fit the tool's schema, as it was pinned");
        } else if (!known) {
            screen.line("  " + step++
                    + ". no tool of this name was seen at the server yet, so there was no schema to compare with");
        }
        for (String line : decision.trace()) {
            screen.line("  " + step++ + ". " + VisibleText.oneLine(line));
        }
    }
}
