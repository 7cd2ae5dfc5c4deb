package dev.ilura.policy.scope;

import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.scope.Finding.Standing;

/** Scopes as tests ask them. */
final class Judging {
    private static final ToolCall CALL = ToolCall.to("server", Tool.of(JsonValue.parse("{\"name\":\"tool\"}")))
            .build();

    private Judging() {}

    static Finding judge(Scope scope, Object value) {
        return scope.judge(JsonValue.of(value), CALL);
    }

    static Standing standing(Scope scope, Object value) {
        return judge(scope, value).standing();
    }
}
