package dev.ilura.policy;

import dev.harrel.jsonschema.Dialects;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.SchemaResolver;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.ilura.Decision;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.ArgumentShape.Fault;
import dev.ilura.text.VisibleText;
import java.net.URI;
import java.util.Comparator;
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
    private final Map<String, Compiled> byTool = new ConcurrentHashMap<>();

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
        Compiled compiled = compiled(call.tool(), schema.get());
        return compiled.check(arguments).flatMap(fault -> deny(fault, call));
    }

    private Compiled compiled(Tool tool, JsonValue schema) {
        Compiled known = byTool.get(tool.digest());
        if (known != null) {
            return known;
        }
        if (byTool.size() >= MAX_SCHEMAS) {
            byTool.clear();
        }
        return byTool.computeIfAbsent(tool.digest(), missing -> Compiled.of(schema));
    }

    private static Optional<Decision.Deny> deny(Fault fault, ToolCall call) {
        String reason = "call of " + call.target() + ": " + fault.what();
        return Optional.of(new Decision.Deny(RULE, fault.code(), reason, List.of(reason)));
    }

    /** One schema, or why there is none. */
    private static final class Compiled {
        private final Validator validator;
        private final Optional<URI> schema;
        private final String problem;

        private Compiled(Validator validator, Optional<URI> schema, String problem) {
            this.validator = validator;
            this.schema = schema;
            this.problem = problem;
        }

        static Compiled of(JsonValue schema) {
            Validator validator = new ValidatorFactory()
                    .withDefaultDialect(new Dialects.Draft2020Dialect())
                    .withJsonNodeFactory(new SchemaNode.Factory())
                    .withEvaluatorFactory(new PatternKeywords())
                    .withSchemaResolver(uri -> SchemaResolver.Result.empty())
                    .createValidator();
            try {
                return new Compiled(validator, Optional.of(validator.registerSchema(SchemaNode.root(schema))), "");
            } catch (RuntimeException | StackOverflowError e) {
                return new Compiled(validator, Optional.empty(), VisibleText.oneLine(String.valueOf(e.getMessage())));
            }
        }

        Optional<Fault> check(JsonValue arguments) {
            if (schema.isEmpty()) {
                return Optional.of(new Fault(UNUSABLE, "the schema of the tool cannot be used: " + problem));
            }
            try {
                Validator.Result result = validator.validate(schema.get(), SchemaNode.root(arguments));
                return result.isValid() ? Optional.empty() : Optional.of(new Fault(INVALID, describe(result)));
            } catch (RuntimeException | StackOverflowError e) {
                String why = VisibleText.oneLine(String.valueOf(e.getMessage()));
                return Optional.of(new Fault(UNUSABLE, "the schema of the tool cannot be used: " + why));
            }
        }

        /** The deepest error is the one that says what is wrong; those above it only repeat that something is. */
        private static String describe(Validator.Result result) {
            return result.getErrors().stream()
                    .max(Comparator.comparingInt(
                            error -> error.getInstanceLocation().length()))
                    .map(Compiled::describe)
                    .orElse("the arguments do not fit the schema");
        }

        private static String describe(Error error) {
            String where = error.getInstanceLocation().isEmpty() ? "the arguments" : error.getInstanceLocation();
            String what = VisibleText.oneLine(where + " does not fit the schema: " + error.getError());
            return what.length() <= 400 ? what : what.substring(0, 400) + "...";
        }
    }
}
