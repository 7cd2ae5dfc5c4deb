package dev.ilura.policy;

import dev.harrel.jsonschema.Dialects;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.SchemaResolver;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.ilura.json.JsonValue;
import dev.ilura.text.VisibleText;
import java.net.URI;
import java.util.Comparator;
import java.util.Optional;

/** One schema, or why it cannot be used. Nothing is coerced, no reference is fetched. Thread-safe. */
final class CompiledSchema {
    private final Validator validator;
    private final Optional<URI> schema;
    private final String problem;

    private CompiledSchema(Validator validator, Optional<URI> schema, String problem) {
        this.validator = validator;
        this.schema = schema;
        this.problem = problem;
    }

    static CompiledSchema of(JsonValue schema) {
        Validator validator = new ValidatorFactory()
                .withDefaultDialect(new Dialects.Draft2020Dialect())
                .withJsonNodeFactory(new SchemaNode.Factory())
                .withEvaluatorFactory(new PatternKeywords())
                .withSchemaResolver(uri -> SchemaResolver.Result.empty())
                .createValidator();
        try {
            return new CompiledSchema(validator, Optional.of(validator.registerSchema(SchemaNode.root(schema))), "");
        } catch (RuntimeException | StackOverflowError e) {
            return new CompiledSchema(validator, Optional.empty(), VisibleText.oneLine(String.valueOf(e.getMessage())));
        }
    }

    /** What is wrong with a value; empty if nothing is. */
    Optional<Problem> check(JsonValue value) {
        if (schema.isEmpty()) {
            return Optional.of(new Problem(true, "the schema of the tool cannot be used: " + problem));
        }
        try {
            Validator.Result result = validator.validate(schema.get(), SchemaNode.root(value));
            return result.isValid() ? Optional.empty() : Optional.of(new Problem(false, describe(result)));
        } catch (RuntimeException | StackOverflowError e) {
            String why = VisibleText.oneLine(String.valueOf(e.getMessage()));
            return Optional.of(new Problem(true, "the schema of the tool cannot be used: " + why));
        }
    }

    /** The deepest error is the one that says what is wrong; those above it only repeat that something is. */
    private static String describe(Validator.Result result) {
        return result.getErrors().stream()
                .max(Comparator.comparingInt(
                        error -> error.getInstanceLocation().length()))
                .map(CompiledSchema::describe)
                .orElse("the value does not fit the schema");
    }

    private static String describe(Error error) {
        String where = error.getInstanceLocation().isEmpty() ? "the arguments" : error.getInstanceLocation();
        String what = VisibleText.oneLine(where + " does not fit the schema: " + error.getError());
        return what.length() <= 400 ? what : what.substring(0, 400) + "...";
    }

    /**
     * One thing that is wrong.
     *
     * @param unusable whether the schema is to blame
     */
    record Problem(boolean unusable, String what) {}
}
