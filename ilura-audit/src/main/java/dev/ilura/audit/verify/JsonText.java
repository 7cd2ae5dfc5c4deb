package dev.ilura.audit.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads small JSON texts that stand inside records: tickets, passkey evidence, what a browser signed. One reading or none:
 * no key twice, no lone surrogate, no depth beyond eight. Values are {@code Map}, {@code List}, {@code String},
 * {@code Boolean}, {@code Long}, or {@link Other} for null and other numbers. JDK only.
 */
final class JsonText {
    private static final int DEEPEST = 8;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /** A value that no check asks for. */
    record Other(String raw) {}

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException if the text is none
     */
    static Map<String, Object> object(String text) {
        JsonText reader = new JsonText(text);
        Object value = reader.value(0);
        reader.blank();
        if (reader.at != text.length() || !(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("not one JSON object");
        }
        Map<String, Object> typed = new LinkedHashMap<>();
        map.forEach((key, member) -> typed.put((String) key, member));
        return typed;
    }

    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw fault("nested too deep");
        }
        blank();
        char c = peek();
        return switch (c) {
            case '{' -> map(depth);
            case '[' -> list(depth);
            case '"' -> string();
            default -> literal();
        };
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        blank();
        if (peek() == '}') {
            at++;
            return map;
        }
        do {
            blank();
            String key = string();
            blank();
            expect(':');
            if (map.put(key, value(depth + 1)) != null) {
                throw fault("a key is there twice");
            }
            blank();
        } while (more('}'));
        return map;
    }

    private List<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        at++;
        blank();
        if (peek() == ']') {
            at++;
            return list;
        }
        do {
            list.add(value(depth + 1));
            blank();
        } while (more(']'));
        return list;
    }

    private boolean more(char end) {
        char c = peek();
        at++;
        if (c != ',' && c != end) {
            throw fault("a comma is missing");
        }
        return c == ',';
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw fault("a control character stands unescaped");
            }
            out.append(c == '\\' ? escaped() : c);
        }
        at++;
        String value = out.toString();
        if (value.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw fault("a lone surrogate");
        }
        return value;
    }

    private char escaped() {
        char c = peek();
        at++;
        int plain = "\"\\/bfnrt".indexOf(c);
        if (plain >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(plain);
        }
        if (c != 'u' || at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
            throw fault("an escape is none");
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private Object literal() {
        int from = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String raw = text.substring(from, at);
        if (raw.equals("true") || raw.equals("false")) {
            return raw.equals("true");
        }
        if (raw.matches("-?(0|[1-9][0-9]{0,15})")) {
            return Long.parseLong(raw);
        }
        if (!raw.equals("null") && !raw.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw fault("a value is none");
        }
        return new Other(raw);
    }

    private void blank() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw fault("it ends too early");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw fault("'" + c + "' is missing");
        }
        at++;
    }

    private static IllegalArgumentException fault(String what) {
        return new IllegalArgumentException("not strict JSON: " + what);
    }
}
