package dev.ilura.approval.page;

import dev.ilura.Arguments;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of a call as a list of named values, read from the bytes that would be sent. Nothing is left out: a value
 * too long to be taken in at a glance is folded, and can be opened in full. Immutable.
 */
final class ArgumentSheet {
    /** Longer ones are folded. */
    private static final int GLANCE_CHARS = 400;

    private static final int GLANCE_LINES = 12;

    /** With more values than this, all arguments are one folded text. */
    private static final int MAX_VALUES = 300;

    private final List<Value> values;
    private final List<Map<String, Object>> view;

    /** One value: where it stands in the arguments, its text, and whether it was a string there. */
    private record Value(String name, String text, boolean string, int bytes, String sha256) {
        boolean folded() {
            return text.length() > GLANCE_CHARS
                    || text.chars().filter(c -> c == '\n').count() >= GLANCE_LINES;
        }
    }

    private ArgumentSheet(List<Value> values, boolean contentCompared) {
        this.values = List.copyOf(values);
        this.view =
                this.values.stream().map(value -> view(value, contentCompared)).toList();
    }

    /** Reads a call's arguments.
     * @param contentCompared whether {@code content} is shown in full as a comparison, and need not be opened again
     */
    static ArgumentSheet of(Arguments arguments, boolean contentCompared) {
        List<Value> values = new ArrayList<>();
        walk("", arguments.json(), values);
        return new ArgumentSheet(
                values.size() > MAX_VALUES ? List.of(value("all arguments", arguments.json())) : values,
                contentCompared);
    }

    private static void walk(String name, JsonValue json, List<Value> values) {
        if (values.size() > MAX_VALUES) {
            return;
        }
        if (json.isObject() && !json.members().isEmpty()) {
            json.members().forEach((key, member) -> walk(name.isEmpty() ? key : name + "." + key, member, values));
        } else if (json.isArray() && !json.elements().isEmpty()) {
            int index = 0;
            for (JsonValue element : json.elements()) {
                walk(name + "[" + index++ + "]", element, values);
            }
        } else if (!name.isEmpty() || !json.isObject()) {
            values.add(value(name, json));
        }
    }

    private static Value value(String name, JsonValue json) {
        String text = json.isString() ? json.text() : json.raw();
        return new Value(name, text, json.isString(), json.length(), Digests.sha256Hex(json.bytes()));
    }

    /** The values for the page; a folded one comes with its beginning only. */
    List<Map<String, Object>> view() {
        return view;
    }

    private static Map<String, Object> view(Value value, boolean contentCompared) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", Shown.of(value.name()));
        line.put("string", value.string());
        line.put("folded", value.folded());
        line.put("compared", contentCompared && value.name().equals("content"));
        line.put("text", Shown.of(value.folded() ? beginning(value.text()) : value.text()));
        line.put("chars", value.text().codePointCount(0, value.text().length()));
        line.put("lines", value.text().lines().count());
        line.put("bytes", value.bytes());
        line.put("sha256", value.sha256());
        line.put("hidden", Shown.hidden(value.text()) + Shown.hidden(value.name()));
        line.put(
                "lookAlikes",
                LookAlikes.in(value.name() + " " + value.text()).stream()
                        .map(LookAlikes::marked)
                        .toList());
        return line;
    }

    /** The full text of one value. */
    Optional<List<Object>> opened(int index) {
        return index < 0 || index >= values.size()
                ? Optional.empty()
                : Optional.of(Shown.of(values.get(index).text()));
    }

    private static String beginning(String text) {
        int lines = 0;
        int end = 0;
        while (end < text.length() && end < GLANCE_CHARS / 2 && lines < 4) {
            int c = text.codePointAt(end);
            lines += c == '\n' ? 1 : 0;
            end += Character.charCount(c);
        }
        return text.substring(0, end).stripTrailing();
    }
}
