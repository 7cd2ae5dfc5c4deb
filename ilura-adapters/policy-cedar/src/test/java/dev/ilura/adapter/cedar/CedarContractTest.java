package dev.ilura.adapter.cedar;

import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.testkit.PolicyEngineContract;
import java.util.Map;

/** What holds for every policy engine. */
class CedarContractTest extends PolicyEngineContract {
    private static final PolicyEngine ENGINE =
            CedarPolicy.of("permit(principal, action, resource == Tool::\"files/read\");", "test.cedar");

    @Override
    protected PolicyEngine engine() {
        return ENGINE;
    }

    @Override
    protected ToolCall allowed() {
        return call("read");
    }

    @Override
    protected ToolCall denied() {
        return call("write");
    }

    private static ToolCall call(String tool) {
        return ToolCall.to("files", Tool.of(JsonValue.of(Map.of("name", tool)))).build();
    }
}
