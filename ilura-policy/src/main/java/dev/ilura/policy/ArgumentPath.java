package dev.ilura.policy;

import dev.ilura.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names arguments of a call: a plain name ({@code path}), all of them as one object ({@code *}), or an RFC 6901 pointer in which {@code *} stands for every
 * element or member ({@code /edits/*}{@code /path}).
 */
final class ArgumentPath {
    private final String text;
    private final List<String> tokens;

    private ArgumentPath(String text, List<String> tokens) {
        this.text = text;
        this.tokens = tokens;
    }

    /**
     * @throws IllegalArgumentException if the text is blank
     */
    static ArgumentPath of(String text) {
        Objects.requireNonNull(text, "text");
        if (text.isBlank() || text.equals("/")) {
            throw new IllegalArgumentException("an argument needs a name");
        }
        if (text.equals("*")) {
            return new ArgumentPath(text, List.of());
        }
        if (text.charAt(0) != '/') {
            return new ArgumentPath(text, List.of(text));
        }
        List<String> tokens = new ArrayList<>();
        for (String token : text.substring(1).split("/", -1)) {
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        return new ArgumentPath(text, List.copyOf(tokens));
    }

    /** The name of the top-level argument it starts with; empty if it names all of them. */
    String topLevel() {
        return tokens.isEmpty() ? "" : tokens.get(0);
    }

    /** Arguments with a value where it points; {@code *} becomes the one element of an array. */
    @Nullable
    Object around(@Nullable Object value) {
        Object built = value;
        for (int i = tokens.size() - 1; i >= 0; i--) {
            built = tokens.get(i).equals("*")
                    ? Collections.singletonList(built)
                    : Collections.singletonMap(tokens.get(i), built);
        }
        return built;
    }

    /** What it names in these arguments. */
    List<Selected> select(JsonValue arguments) {
        List<Selected> selected = List.of(new Selected("", arguments));
        for (String token : tokens) {
            List<Selected> next = new ArrayList<>(2);
            for (Selected parent : selected) {
                descend(parent, token, next);
            }
            selected = next;
        }
        return selected;
    }

    private static void descend(Selected parent, String token, List<Selected> into) {
        if (token.equals("*")) {
            into.addAll(parent.children());
        } else if (parent.value().isObject()) {
            parent.value().member(token).ifPresent(value -> into.add(parent.child(token, value)));
        } else {
            parent.value()
                    .at("/" + token.replace("~", "~0").replace("/", "~1"))
                    .ifPresent(value -> into.add(parent.child(token, value)));
        }
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * One value in the arguments.
     *
     * @param pointer RFC 6901, from the arguments
     */
    record Selected(String pointer, JsonValue value) {

        Selected child(String token, JsonValue child) {
            return new Selected(pointer + "/" + token.replace("~", "~0").replace("/", "~1"), child);
        }

        /** The elements of an array or the members of an object. */
        List<Selected> children() {
            List<Selected> children = new ArrayList<>();
            List<JsonValue> elements = value.elements();
            for (int i = 0; i < elements.size(); i++) {
                children.add(child(Integer.toString(i), elements.get(i)));
            }
            for (Map.Entry<String, JsonValue> member : value.members().entrySet()) {
                children.add(child(member.getKey(), member.getValue()));
            }
            return children;
        }
    }
}
