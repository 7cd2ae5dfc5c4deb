package dev.ilura.policy;

import dev.harrel.jsonschema.EvaluationContext;
import dev.harrel.jsonschema.Evaluator;
import dev.harrel.jsonschema.EvaluatorFactory;
import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.SchemaParsingContext;
import dev.ilura.policy.internal.BoundedPattern;
import dev.ilura.policy.internal.BoundedPattern.TooCostlyException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keywords {@code pattern} and {@code patternProperties} with ECMA-262 meaning and a bound on their cost. The attack:
 * a server whose schema makes every check run for minutes.
 */
final class PatternKeywords implements EvaluatorFactory {

    @Override
    public Optional<Evaluator> create(SchemaParsingContext context, String keyword, JsonNode value) {
        if (keyword.equals("pattern") && value.isString()) {
            return Optional.of(new PatternKeyword(BoundedPattern.compile(value.asString())));
        }
        if (keyword.equals("patternProperties") && value.isObject()) {
            Map<BoundedPattern, String> schemas = new LinkedHashMap<>();
            value.asObject()
                    .forEach((pattern, schema) ->
                            schemas.put(BoundedPattern.compile(pattern), context.getAbsoluteUri(schema)));
            return Optional.of(new PatternPropertiesKeyword(schemas));
        }
        return Optional.empty();
    }

    private static boolean find(BoundedPattern pattern, String text) {
        try {
            return pattern.find(text);
        } catch (TooCostlyException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private record PatternKeyword(BoundedPattern pattern) implements Evaluator {
        @Override
        public Result evaluate(EvaluationContext context, JsonNode instance) {
            boolean fits = !instance.isString() || find(pattern, instance.asString());
            return fits ? Result.success() : Result.failure("the text does not match the pattern");
        }
    }

    private record PatternPropertiesKeyword(Map<BoundedPattern, String> schemas) implements Evaluator {
        @Override
        public Result evaluate(EvaluationContext context, JsonNode instance) {
            if (!instance.isObject()) {
                return Result.success();
            }
            Set<String> evaluated = new HashSet<>();
            boolean valid = true;
            for (Map.Entry<String, JsonNode> member : instance.asObject().entrySet()) {
                for (Map.Entry<BoundedPattern, String> entry : schemas.entrySet()) {
                    if (find(entry.getKey(), member.getKey())) {
                        evaluated.add(member.getKey());
                        valid &= context.resolveInternalRefAndValidate(entry.getValue(), member.getValue());
                    }
                }
            }
            return valid ? Result.success(evaluated) : Result.failure("a property does not fit its pattern's schema");
        }
    }
}
