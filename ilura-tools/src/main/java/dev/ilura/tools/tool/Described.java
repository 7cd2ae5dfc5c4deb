package dev.ilura.tools.tool;

import dev.ilura.json.JsonValue;
import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.ToolRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tool with its description, schemas and hints. Built once, then immutable. */
public final class Described implements OwnTool {
    private final JsonValue definition;
    private final Body body;

    private Described(JsonValue definition, Body body) {
        this.definition = definition;
        this.body = body;
    }

    /** What the tool does. */
    @FunctionalInterface
    public interface Body {
        ToolReply call(Args args, ToolRequest request) throws ToolException;
    }

    @Override
    public JsonValue definition() {
        return definition;
    }

    @Override
    public ToolReply call(ToolRequest request) throws ToolException {
        return body.call(new Args(request.arguments()), request);
    }

    /** Starts a description. */
    public static Builder tool(String name, String title, String description) {
        return new Builder(name, title, description);
    }

    /** Collects a description. */
    public static final class Builder {
        private final Map<String, Object> head = new LinkedHashMap<>();
        private final Map<String, Object> in = new LinkedHashMap<>();
        private final Map<String, Object> out = new LinkedHashMap<>();
        private final List<String> required = new ArrayList<>();
        private final List<String> promised = new ArrayList<>();
        private final Map<String, Object> hints = new LinkedHashMap<>();

        private Builder(String name, String title, String description) {
            head.put("name", name);
            head.put("title", title);
            head.put("description", description);
        }

        /** An argument that must be there. */
        public Builder needs(String name, Map<String, ?> schema) {
            required.add(name);
            return takes(name, schema);
        }

        /** An argument that may be there. */
        public Builder takes(String name, Map<String, ?> schema) {
            in.put(name, schema);
            return this;
        }

        /** A member of the structured result that is always there. */
        public Builder gives(String name, Map<String, ?> schema) {
            promised.add(name);
            return mayGive(name, schema);
        }

        /** A member of the structured result. */
        public Builder mayGive(String name, Map<String, ?> schema) {
            out.put(name, schema);
            return this;
        }

        /** It changes nothing. */
        public Builder reads(boolean openWorld) {
            return hint("readOnlyHint", true).hint("openWorldHint", openWorld);
        }

        /** It changes something. */
        public Builder changes(boolean destructive, boolean idempotent, boolean openWorld) {
            return hint("readOnlyHint", false)
                    .hint("destructiveHint", destructive)
                    .hint("idempotentHint", idempotent)
                    .hint("openWorldHint", openWorld);
        }

        private Builder hint(String name, boolean value) {
            hints.put(name, value);
            return this;
        }

        /** The tool. */
        public Described does(Body body) {
            Map<String, Object> definition = new LinkedHashMap<>(head);
            definition.put("inputSchema", object(in, required));
            if (!out.isEmpty()) {
                definition.put("outputSchema", object(out, promised));
            }
            definition.put("annotations", hints);
            return new Described(JsonValue.of(definition), body);
        }

        private static Map<String, Object> object(Map<String, Object> members, List<String> required) {
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "object");
            schema.put("properties", members);
            schema.put("required", required);
            schema.put("additionalProperties", false);
            return schema;
        }
    }

    /** A text. */
    public static Map<String, ?> text(String description) {
        return ordered("type", "string", "description", description);
    }

    /** One of some words. */
    public static Map<String, ?> oneOf(String description, List<String> words) {
        return ordered("type", "string", "enum", words, "description", description);
    }

    /** True or false. */
    public static Map<String, ?> flag(String description) {
        return ordered("type", "boolean", "description", description);
    }

    /** A whole number. */
    public static Map<String, ?> count(String description, long least, long most) {
        return ordered("type", "integer", "minimum", least, "maximum", most, "description", description);
    }

    /** A whole number of any size that is not negative. */
    public static Map<String, ?> number(String description) {
        return ordered("type", "integer", "minimum", 0, "description", description);
    }

    /** Texts. */
    public static Map<String, ?> texts(String description) {
        return ordered("type", "array", "items", Map.of("type", "string"), "description", description);
    }

    /** Objects of one shape. */
    public static Map<String, ?> objects(String description, Map<String, ?> members, List<String> required) {
        Map<String, Object> shape = new LinkedHashMap<>(ordered("type", "object", "properties", members));
        shape.put("required", required);
        shape.put("additionalProperties", false);
        return ordered("type", "array", "items", shape, "description", description);
    }

    /** A map with its members in the order in which they are written. */
    public static Map<String, ?> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
