package dev.ilura.gateway.cli;

import dev.ilura.Decision;
import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonValue;
import dev.ilura.text.VisibleText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Mixin
    private PolicyOption policy;

    @Mixin
    private CallOption asked;

    CheckCallCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        GatewayConfig loaded = policy.load();
        Pod pod = policy.pod(loaded);
        ToolCall call = asked.by(pod, loaded, Tool.of(JsonValue.of(Map.of("name", asked.tool()))), policy);
        Decision decision = PolicyOption.cautioned(
                PolicyOption.own(loaded, pod), call, pod.policy().preview(call));
        if (policy.json()) {
            Map<String, Object> object = new LinkedHashMap<>(Map.of("target", call.target()));
            object.putAll(DecisionText.json(decision));
            screen.json(object);
        } else {
            print(call, decision);
        }
        return decision instanceof Decision.Deny ? Exit.FINDING : Exit.FINE;
    }

    private void print(ToolCall call, Decision decision) {
        screen.line(headline(decision) + "  " + screen.strong(VisibleText.oneLine(call.target())));
        screen.line("  rule    " + decision.rule());
        String reason = DecisionText.reason(decision);
        if (!reason.isEmpty()) {
            screen.line("  reason  " + reason);
        }
        for (Decision.Rewrite rewrite : DecisionText.terms(decision).rewrites()) {
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
}
