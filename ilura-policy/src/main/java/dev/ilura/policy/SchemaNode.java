package dev.ilura.policy;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonNodeFactory;
import dev.harrel.jsonschema.SimpleType;
import dev.ilura.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value as the schema library sees it: the judged bytes themselves, not a copy that was parsed differently. */
final class SchemaNode implements JsonNode {
    private final JsonValue value;
    private final String pointer;
    private final SimpleType type;

    private SchemaNode(JsonValue value, String pointer) {
        this.value = value;
        this.pointer = pointer;
        this.type = typeOf(value);
    }

    static SchemaNode root(JsonValue value) {
        return new SchemaNode(value, "");
    }

    private static SimpleType typeOf(JsonValue value) {
        return switch (value.kind()) {
            case OBJECT -> SimpleType.OBJECT;
            case ARRAY -> SimpleType.ARRAY;
            case STRING -> SimpleType.STRING;
            case BOOLEAN -> SimpleType.BOOLEAN;
            case NULL -> SimpleType.NULL;
            case NUMBER -> isWhole(value.number()) ? SimpleType.INTEGER : SimpleType.NUMBER;
        };
    }

    /** In JSON Schema 1.0 is an integer. */
    private static boolean isWhole(BigDecimal number) {
        return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    }

    @Override
    public String getJsonPointer() {
        return pointer;
    }

    @Override
    public SimpleType getNodeType() {
        return type;
    }

    @Override
    public boolean asBoolean() {
        return value.flag();
    }

    @Override
    public String asString() {
        return value.isString() ? value.text() : value.raw();
    }

    @Override
    public BigInteger asInteger() {
        return value.number().toBigInteger();
    }

    @Override
    public BigDecimal asNumber() {
        return value.number();
    }

    @Override
    public List<JsonNode> asArray() {
        List<JsonNode> elements = new ArrayList<>();
        for (JsonValue element : value.elements()) {
            elements.add(new SchemaNode(element, pointer + "/" + elements.size()));
        }
        return elements;
    }

    @Override
    public Map<String, JsonNode> asObject() {
        Map<String, JsonNode> members = new LinkedHashMap<>();
        value.members()
                .forEach((name, member) ->
                        members.put(name, new SchemaNode(member, pointer + "/" + JsonNode.encodeJsonPointer(name))));
        return members;
    }

    /** Reads the library's own meta-schemas and what is handed in. */
    static final class Factory implements JsonNodeFactory {
        @Override
        public JsonNode wrap(Object node) {
            if (node instanceof SchemaNode known) {
                return known;
            }
            if (node instanceof JsonValue json) {
                return root(json);
            }
            throw new IllegalArgumentException("not a JSON value: " + node.getClass());
        }

        @Override
        public JsonNode create(String text) {
            return root(JsonValue.parse(text));
        }
    }
}
