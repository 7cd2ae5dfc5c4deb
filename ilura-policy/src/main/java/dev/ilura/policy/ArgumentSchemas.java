package dev.ilura.policy;

import dev.ilura.Decision;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.ArgumentShape.Fault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The schemas of pinned tools, each compiled once. JSON Schema 2020-12 unless the schema names another dialect; nothing
 * is coerced and no reference is fetched. A schema that cannot be compiled denies every call of its tool, because then
 * nobody can say what is valid. Thread-safe.
 */
final class ArgumentSchemas {
    /** The arguments are no instance of the schema. */
    static final String INVALID = "ILR-POLICY-011";

    /** The schema is broken, refers to something outside, or takes too long to check. */
    static final String UNUSABLE = "ILR-POLICY-012";

    private static final RuleRef RULE = new RuleRef("schema", "built-in");

    private static final int MAX_SCHEMAS = 4096;

    private final ArgumentShape shape;
    private final Map<String, CompiledSchema> byTool = new ConcurrentHashMap<>();

    ArgumentSchemas(ArgumentLimits limits) {
        this.shape = new ArgumentShape(limits);
    }

    Optional<Decision.Deny> validate(ToolCall call) {
        JsonValue arguments = call.arguments().json();
        Optional<Fault> misshapen = shape.check(arguments);
        if (misshapen.isPresent()) {
            return deny(misshapen.get(), call);
        }
        Optional<JsonValue> schema = call.tool().inputSchema();
        if (schema.isEmpty()) {
            return Optional.empty();
        }
        CompiledSchema compiled = compiled(call.tool(), schema.get());
        return compiled.check(arguments)
                .flatMap(problem -> deny(new Fault(problem.unusable() ? UNUSABLE : INVALID, problem.what()), call));
    }

    private CompiledSchema compiled(Tool tool, JsonValue schema) {
        CompiledSchema known = byTool.get(tool.digest());
        if (known != null) {
            return known;
        }
        if (byTool.size() >= MAX_SCHEMAS) {
            byTool.clear();
        }
        return byTool.computeIfAbsent(tool.digest(), missing -> CompiledSchema.of(schema));
    }

    private static Optional<Decision.Deny> deny(Fault fault, ToolCall call) {
        String reason = "call of " + call.target() + ": " + fault.what();
        return Optional.of(new Decision.Deny(RULE, fault.code(), reason, List.of(reason)));
    }
}
