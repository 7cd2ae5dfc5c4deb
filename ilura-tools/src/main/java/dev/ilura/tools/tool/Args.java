package dev.ilura.tools.tool;

import dev.ilura.Arguments;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ToolException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arguments of a call, read once more: a policy need not check schemas. Immutable. */
public final class Args {
    private final JsonValue json;

    public Args(Arguments arguments) {
        this(arguments.json());
    }

    private Args(JsonValue json) {
        this.json = json;
    }

    /** Whether the argument is there. */
    public boolean has(String name) {
        return json.member(name)
                .filter(value -> value.kind() != JsonValue.Kind.NULL)
                .isPresent();
    }

    /** A text that must be there. */
    public String text(String name) throws ToolException {
        return optionalText(name).orElseThrow(() -> wrong(name, "a text"));
    }

    /** A text. */
    public Optional<String> optionalText(String name) throws ToolException {
        if (!has(name)) {
            return Optional.empty();
        }
        return Optional.of(json.member(name)
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElseThrow(() -> wrong(name, "a text")));
    }

    /** True or false. */
    public boolean flag(String name) throws ToolException {
        return has(name)
                && json.member(name)
                        .filter(JsonValue::isBoolean)
                        .map(JsonValue::flag)
                        .orElseThrow(() -> wrong(name, "true or false"));
    }

    /** A whole number within bounds. */
    public long integer(String name, long otherwise, long least, long most) throws ToolException {
        if (!has(name)) {
            return otherwise;
        }
        return json.member(name)
                .flatMap(JsonValue::integer)
                .filter(value -> value >= least && value <= most)
                .orElseThrow(() -> wrong(name, "a whole number from " + least + " to " + most));
    }

    /** Texts; none if it is not there. */
    public List<String> texts(String name) throws ToolException {
        List<String> texts = new ArrayList<>();
        for (JsonValue element : elements(name)) {
            if (!element.isString()) {
                throw wrong(name, "a list of texts");
            }
            texts.add(element.text());
        }
        return texts;
    }

    /** Objects; none if it is not there. */
    public List<Args> objects(String name) throws ToolException {
        List<Args> objects = new ArrayList<>();
        for (JsonValue element : elements(name)) {
            if (!element.isObject()) {
                throw wrong(name, "a list of objects");
            }
            objects.add(new Args(element));
        }
        return objects;
    }

    /** An object whose members are all texts; empty if it is not there. */
    public Map<String, String> members(String name) throws ToolException {
        Map<String, String> members = new LinkedHashMap<>();
        if (!has(name)) {
            return members;
        }
        JsonValue object = json.member(name).filter(JsonValue::isObject).orElseThrow(() -> wrong(name, "an object"));
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
            if (!member.getValue().isString()) {
                throw wrong(name, "an object of texts");
            }
            members.put(member.getKey(), member.getValue().text());
        }
        return members;
    }

    private List<JsonValue> elements(String name) throws ToolException {
        if (!has(name)) {
            return List.of();
        }
        return json.member(name)
                .filter(JsonValue::isArray)
                .map(JsonValue::elements)
                .orElseThrow(() -> wrong(name, "a list"));
    }

    private static ToolException wrong(String name, String what) {
        return new ToolException("ILR-TOOLS-005", "The argument \"" + name + "\" must be " + what + ".", "Send that.");
    }
}
