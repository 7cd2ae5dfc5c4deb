package dev.ilura.tools;

import dev.ilura.Arguments;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.ToolRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A call of one tool with no gateway around it, which is given up after so many steps were reported. */
final class Asked implements ToolRequest {
    final List<Long> progress = new ArrayList<>();
    private final ToolCall call;
    private final int patience;
    private boolean cancelled;

    private Asked(ToolCall call, int patience) {
        this.call = call;
        this.patience = patience;
    }

    /** A call that is never given up. */
    static Asked of(String tool, Map<String, ?> arguments) {
        return givenUpAfter(Integer.MAX_VALUE, tool, arguments);
    }

    static Asked givenUpAfter(int reports, String tool, Map<String, ?> arguments) {
        JsonValue definition = JsonValue.of(Map.of("name", tool, "inputSchema", Map.of("type", "object")));
        return new Asked(
                ToolCall.to("own", Tool.of(definition))
                        .arguments(Arguments.of(arguments))
                        .build(),
                reports);
    }

    ToolReply of(ToolProvider provider) throws ToolException {
        OwnTool tool = provider.tools().stream()
                .filter(one -> one.definition()
                        .member("name")
                        .orElseThrow()
                        .text()
                        .equals(call.tool().name()))
                .findFirst()
                .orElseThrow();
        return tool.call(this);
    }

    @Override
    public ToolCall call() {
        return call;
    }

    @Override
    public void progress(long done, long total, String message) {
        progress.add(done);
        cancelled |= progress.size() >= patience;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        // nobody gives up from another thread
    }
}
