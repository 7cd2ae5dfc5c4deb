package dev.ilura.gateway.cli;

import dev.ilura.Arguments;
import dev.ilura.Pod;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** A call that is asked about and not made. */
final class CallOption {
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

    CallOption() {}

    String server() {
        return server;
    }

    String tool() {
        return tool;
    }

    /**
     * The call as a pod would make it.
     *
     * @param known the tool as far as it is known
     */
    ToolCall by(Pod pod, GatewayConfig loaded, Tool known, PolicyOption policy) {
        List<Path> roots = PolicyOption.roots(loaded, pod).get(server);
        if (roots == null) {
            throw policy.misused("Pod \"" + pod.name() + "\" reaches no server \"" + server + "\". It reaches "
                    + PolicyOption.names(loaded, pod) + ".");
        }
        return ToolCall.to(server, known)
                .pod(pod.name())
                .roots(roots)
                .arguments(parsed(policy))
                .build();
    }

    private Arguments parsed(PolicyOption policy) {
        try {
            return Arguments.of(JsonValue.parse(arguments.getBytes(StandardCharsets.UTF_8), JsonLimits.ARGUMENTS));
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw policy.misused("The arguments are no JSON object: " + e.getMessage() + ".");
        }
    }
}
