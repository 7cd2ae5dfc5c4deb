package dev.ilura.gateway.cli;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.gateway.PolicyTable;
import dev.ilura.gateway.PolicyTable.Row;
import dev.ilura.text.VisibleText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ilura policy test}: calls and what has to become of them, kept beside the configuration. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = {
            "Decide the calls of a table and compare with what it expects. The table is policy-tests.toml beside the",
            "configuration unless another is named:",
            "  [[test]]",
            "  name = \"reads documents\"",
            "  call = \"files/read_text_file\"",
            "  arguments = { path = \"/srv/docs/a.md\" }",
            "  expect = \"allow\"        # allow | ask | ask high | deny",
            "  rule = \"reading\"         # may be left out",
            "Exit code: 1 if a call is decided otherwise."
        })
final class PolicyTestCommand implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private PolicyOption policy;

    @Parameters(index = "0", arity = "0..1", paramLabel = "TABLE", description = "The table of calls.")
    private @Nullable Path table;

    PolicyTestCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        GatewayConfig loaded = policy.load();
        Pod pod = policy.pod(loaded);
        Path file = table == null ? policy.file().toAbsolutePath().resolveSibling("policy-tests.toml") : table;
        List<Row> rows = PolicyTable.read(file);
        Map<String, List<Tool>> pinned = PolicyOption.pinned(loaded, pod);
        int wrong = 0;
        for (Row row : rows) {
            Decision decision = decide(loaded, pod, pinned, row);
            boolean right = row.accepts(decision);
            wrong += right ? 0 : 1;
            if (policy.json()) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("name", row.name());
                object.put("passed", right);
                object.put("expected", row.expectation());
                object.putAll(DecisionText.json(decision));
                screen.json(object);
            } else {
                print(row, decision, right);
            }
        }
        if (!policy.json()) {
            screen.line((wrong == 0 ? screen.good("passed  ") : screen.bad("failed  ")) + (rows.size() - wrong) + " of "
                    + rows.size() + " calls are decided as expected");
        }
        return wrong == 0 ? Exit.FINE : Exit.FINDING;
    }

    private static Decision decide(GatewayConfig loaded, Pod pod, Map<String, List<Tool>> pinned, Row row) {
        List<Path> roots = PolicyOption.roots(loaded, pod).getOrDefault(row.server(), List.of());
        ToolCall call = ToolCall.to(row.server(), PolicyOption.tool(pinned, row.server(), row.tool()))
                .id("test-" + row.number())
                .pod(pod.name())
                .session(row.session().orElse("test-" + row.number()))
                .roots(roots)
                .arguments(Arguments.of(row.arguments()))
                .build();
        Optional<Decision.Deny> invalid = pod.policy().validate(call);
        return invalid.isPresent()
                ? invalid.get()
                : PolicyOption.cautioned(
                        PolicyOption.own(loaded, pod), call, pod.policy().decide(call));
    }

    private void print(Row row, Decision decision, boolean right) {
        String name = screen.strong(VisibleText.oneLine(row.name())) + "  "
                + screen.faint(VisibleText.oneLine(row.server() + "/" + row.tool()));
        if (right) {
            screen.line(screen.good("ok      ") + name);
            return;
        }
        screen.line(screen.bad("wrong   ") + name);
        screen.line("        expected  " + row.expectation());
        screen.line("        decided   " + DecisionText.plain(decision) + " by " + decision.rule());
        String reason = DecisionText.reason(decision);
        if (!reason.isEmpty()) {
            screen.line("        because   " + reason);
        }
    }
}
