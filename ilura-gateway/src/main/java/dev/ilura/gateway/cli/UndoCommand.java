package dev.ilura.gateway.cli;

import dev.ilura.Arguments;
import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.Gateway;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonValue;
import dev.ilura.text.VisibleText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ilura undo}: brings back what was there before a call, through the gate like any other call. */
@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        description = {
            "Show what undoing a call would change, then do it: contents, permissions and times.",
            "It is a call to time_machine/restore: the pod must allow it, and somebody has to agree. It can be undone.",
            "Exit code: 1 if it was not done."
        })
final class UndoCommand implements Callable<Integer> {
    private final Screen screen;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, config.toml.")
    private Path config;

    @Option(names = "--pod", paramLabel = "POD", description = "Whose rules hold; gateway.default_pod otherwise.")
    private @Nullable String pod;

    @Option(names = "--since", description = "Undo everything that came after the call too.")
    private boolean since;

    @Option(names = "--path", paramLabel = "PATH", description = "Only this file or directory.")
    private @Nullable Path path;

    @Option(names = "--preview", description = "Only show what would change.")
    private boolean preview;

    @Option(names = "--overwrite-later", description = "Even if changes of later calls to the same files are lost.")
    private boolean overwriteLater;

    @Parameters(paramLabel = "CALL", description = "The call's id, as audit trace shows it.")
    private String call;

    UndoCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        GatewayConfig loaded = GatewayConfig.load(config);
        String asking = pod == null ? loaded.defaultPod() : pod;
        try (Gateway gateway = loaded.open()) {
            Map<String, Object> selection = new LinkedHashMap<>();
            selection.put(since ? "before_call" : "call", call);
            if (path != null) {
                selection.put("path", path.toAbsolutePath().toString());
            }
            Optional<JsonValue> shown = result(gateway, asking, "preview_restore", selection);
            if (shown.isEmpty() || preview) {
                return shown.isEmpty() ? Exit.FINDING : Exit.FINE;
            }
            selection.put(
                    "plan",
                    shown.get()
                            .at("/structuredContent/plan")
                            .map(JsonValue::text)
                            .orElse(""));
            if (overwriteLater) {
                selection.put("overwrite_later", true);
            }
            return result(gateway, asking, "restore", selection).isPresent() ? Exit.FINE : Exit.FINDING;
        }
    }

    private Optional<JsonValue> result(Gateway gateway, String asking, String tool, Map<String, Object> arguments) {
        CallOutcome outcome =
                gateway.call(CallRequest.to("time_machine", tool).inPod(asking).arguments(Arguments.of(arguments)));
        if (!(outcome instanceof CallOutcome.Completed completed)) {
            screen.aside(screen.bad("not done") + "   " + VisibleText.oneLine(outcome.summary()));
            return Optional.empty();
        }
        JsonValue result = completed.result();
        String text = result.at("/content/0/text").map(JsonValue::text).orElse("");
        if (result.member("isError").isPresent()) {
            screen.aside(screen.bad("not done") + "   " + VisibleText.oneLine(text));
            return Optional.empty();
        }
        screen.line(VisibleText.block(text).stripTrailing());
        return Optional.of(result);
    }
}
