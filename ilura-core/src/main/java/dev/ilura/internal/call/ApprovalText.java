package dev.ilura.internal.call;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.text.VisibleText;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What a human is shown: the whole call, read from the bytes that would be sent, every character visible. The same call
 * always gives the same text, so its digest can stand in the ticket.
 */
final class ApprovalText {
    private ApprovalText() {}

    static String of(ToolCall call) {
        StringBuilder out = new StringBuilder();
        out.append("tool       ").append(VisibleText.oneLine(call.target())).append('\n');
        out.append("server     ")
                .append(VisibleText.oneLine(call.serverIdentity()))
                .append('\n');
        out.append("caller     ")
                .append(VisibleText.oneLine(call.principal()))
                .append(", pod ")
                .append(VisibleText.oneLine(call.pod()))
                .append(", session ")
                .append(VisibleText.oneLine(call.session()))
                .append('\n');
        call.cause()
                .ifPresent(cause -> out.append("caused by  ")
                        .append(VisibleText.oneLine(cause))
                        .append('\n'));
        out.append("arguments  ")
                .append(call.arguments().json().length())
                .append(" bytes, sha256 ")
                .append(call.arguments().sha256())
                .append('\n');
        append(out, call.arguments().json(), "  ");
        return out.append('\n').toString();
    }

    private static void append(StringBuilder out, JsonValue value, String indent) {
        switch (value.kind()) {
            case OBJECT -> members(out, value.members(), indent);
            case ARRAY -> elements(out, value.elements(), indent);
            case STRING -> out.append(quoted(value.text()));
            default -> out.append(value.raw());
        }
    }

    private static void members(StringBuilder out, Map<String, JsonValue> members, String indent) {
        if (members.isEmpty()) {
            out.append("{}");
            return;
        }
        out.append("{\n");
        Iterator<Map.Entry<String, JsonValue>> each = members.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, JsonValue> member = each.next();
            out.append(indent).append(quoted(member.getKey())).append(": ");
            append(out, member.getValue(), indent + "  ");
            out.append(each.hasNext() ? ",\n" : "\n");
        }
        out.append(indent, 2, indent.length()).append('}');
    }

    private static void elements(StringBuilder out, List<JsonValue> elements, String indent) {
        if (elements.isEmpty()) {
            out.append("[]");
            return;
        }
        out.append("[\n");
        for (int i = 0; i < elements.size(); i++) {
            out.append(indent);
            append(out, elements.get(i), indent + "  ");
            out.append(i + 1 < elements.size() ? ",\n" : "\n");
        }
        out.append(indent, 2, indent.length()).append(']');
    }

    /** Quotes and backslashes are escaped too, so that a value cannot pretend to be the end of itself. */
    private static String quoted(String text) {
        return '"' + VisibleText.oneLine(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }
}
