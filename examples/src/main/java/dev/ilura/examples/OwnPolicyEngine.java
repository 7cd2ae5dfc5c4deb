package dev.ilura.examples;

import dev.ilura.Decision;
import dev.ilura.Gateway;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.PolicyEngineProvider;
import dev.ilura.spi.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How do calls get judged by my own code? By a plugin that ServiceLoader finds and {@code policy = "budget"} selects. */
public final class OwnPolicyEngine implements PolicyEngineProvider {
    public static void main(String[] args) throws IOException {
        Path notes = Notes.directory();
        Path config = notes.resolveSibling("config.toml");
        String pod = """
                [pods.default]
                policy = "budget"           # this plugin
                calls  = 2                  # its own setting
                """;
        Files.writeString(config, Notes.config(notes) + pod, StandardCharsets.UTF_8);
        try (Gateway gateway = GatewayConfig.load(config).open()) {
            for (int i = 1; i <= 3; i++) {
                System.out.println(
                        i + ": " + gateway.call("notes", "list_notes", Map.of()).summary());
            }
        }
    }

    @Override
    public String name() {
        return "budget";
    }

    @Override
    public Optional<PolicyEngine> create(Settings settings) {
        Optional<Long> calls = settings.integer("calls");
        if (calls.isEmpty()) {
            settings.problem("calls", "A budget needs a number of calls.", "Write calls = 100.");
        }
        return calls.map(Budget::new);
    }

    /** So many calls a session. What an engine throws, and null, is a denial. */
    private record Budget(long calls, Map<String, AtomicInteger> spent) implements PolicyEngine {
        Budget(long calls) {
            this(calls, new ConcurrentHashMap<>());
        }

        @Override
        public Decision decide(ToolCall call) {
            int number = spent.computeIfAbsent(call.session(), session -> new AtomicInteger())
                    .incrementAndGet();
            RuleRef rule = new RuleRef("budget", "OwnPolicyEngine");
            return number <= calls
                    ? new Decision.Allow(rule, Decision.Terms.PLAIN, List.of())
                    : new Decision.Deny(rule, "BUDGET-001", "The session spent its " + calls + " calls.", List.of());
        }

        @Override
        public String version() {
            return "budget-" + calls;
        }
    }
}
