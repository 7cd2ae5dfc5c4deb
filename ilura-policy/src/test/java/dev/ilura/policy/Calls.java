package dev.ilura.policy;

import dev.ilura.Arguments;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Calls as tests write them. */
final class Calls {
    private Calls() {}

    static ToolCall call(String target, Map<String, ?> arguments, Path... roots) {
        String[] parts = target.split("/", 2);
        return ToolCall.to(parts[0], tool(parts[1]))
                .arguments(Arguments.of(arguments))
                .roots(List.of(roots))
                .build();
    }

    static ToolCall call(String server, Tool tool, String arguments) {
        return ToolCall.to(server, tool)
                .arguments(Arguments.of(JsonValue.parse(arguments)))
                .build();
    }

    static Tool tool(String name) {
        return Tool.of(JsonValue.of(Map.of("name", name)));
    }

    static Tool tool(String name, String schema) {
        return Tool.of(JsonValue.parse("{\"name\":\"" + name + "\",\"inputSchema\":" + schema + "}"));
    }
}
