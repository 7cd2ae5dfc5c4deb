package dev.ilura.json;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value as a view over the bytes it was read from. The text was checked once, strictly; navigation skips over
 * the bytes and builds nothing it was not asked for. Immutable and thread-safe.
 *
 * <p>Equality is by bytes: {@code 1} and {@code 1.0} differ.
 */
public final class JsonValue {
    private final byte[] text;
    private final int start;
    private final int end;

    private JsonValue(byte[] text, int start, int end) {
        this.text = text;
        this.start = start;
        this.end = end;
    }

    /**
     * Reads a text that holds one value and nothing else.
     *
     * @param text UTF-8; must not be changed afterwards
     * @throws MalformedJsonException if it is not strict JSON within the limits
     */
    public static JsonValue parse(byte[] text, JsonLimits limits) {
        long span = JsonScanner.check(text, limits);
        return new JsonValue(text, (int) (span >>> 32), (int) span);
    }

    /** Reads a text within {@link JsonLimits#FRAME}. */
    public static JsonValue parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.FRAME);
    }

    /** Writes a Java value (map, list, string, number, boolean, null) as JSON. */
    public static JsonValue of(@Nullable Object value) {
        return parse(JsonWriter.write(value), JsonLimits.FRAME);
    }

    /** What it is. */
    public Kind kind() {
        return switch (text[start]) {
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case '"' -> Kind.STRING;
            case 't', 'f' -> Kind.BOOLEAN;
            case 'n' -> Kind.NULL;
            default -> Kind.NUMBER;
        };
    }

    public boolean isObject() {
        return kind() == Kind.OBJECT;
    }

    public boolean isArray() {
        return kind() == Kind.ARRAY;
    }

    public boolean isString() {
        return kind() == Kind.STRING;
    }

    public boolean isNumber() {
        return kind() == Kind.NUMBER;
    }

    public boolean isBoolean() {
        return kind() == Kind.BOOLEAN;
    }

    public boolean isNull() {
        return kind() == Kind.NULL;
    }

    /**
     * The string, unescaped.
     *
     * @throws IllegalStateException if it is none
     */
    public String text() {
        require(Kind.STRING);
        return JsonStrings.decode(text, start, end);
    }

    /**
     * The number, exactly.
     *
     * @throws IllegalStateException if it is none
     */
    public BigDecimal number() {
        require(Kind.NUMBER);
        return new BigDecimal(raw());
    }

    /** The number as a {@code long}, if it is written as an integer and fits. */
    public Optional<Long> integer() {
        if (!isNumber()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(raw()));
        } catch (NumberFormatException notALong) {
            return Optional.empty();
        }
    }

    /**
     * The boolean.
     *
     * @throws IllegalStateException if it is none
     */
    public boolean flag() {
        require(Kind.BOOLEAN);
        return text[start] == 't';
    }

    /** The member of this name; empty if there is none or this is no object. */
    public Optional<JsonValue> member(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        JsonValue[] found = new JsonValue[1];
        eachMember((key, value) -> {
            if (JsonStrings.is(text, key.start, key.end, wanted)) {
                found[0] = value;
                return false;
            }
            return true;
        });
        return Optional.ofNullable(found[0]);
    }

    /** The members in the order of the text; empty if this is no object. */
    public Map<String, JsonValue> members() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        eachMember((key, value) -> {
            members.put(key.text(), value);
            return true;
        });
        return Collections.unmodifiableMap(members);
    }

    /** The elements; empty if this is no array. */
    public List<JsonValue> elements() {
        if (!isArray()) {
            return List.of();
        }
        List<JsonValue> elements = new ArrayList<>();
        int at = space(start + 1);
        while (text[at] != ']') {
            JsonValue element = valueAt(at);
            elements.add(element);
            at = space(element.end);
            if (text[at] == ',') {
                at = space(at + 1);
            }
        }
        return Collections.unmodifiableList(elements);
    }

    /**
     * The value an RFC 6901 pointer names, from here.
     *
     * @throws IllegalArgumentException if the pointer is neither empty nor starts with {@code /}
     */
    public Optional<JsonValue> at(String pointer) {
        if (pointer.isEmpty()) {
            return Optional.of(this);
        }
        if (pointer.charAt(0) != '/') {
            throw new IllegalArgumentException("a JSON pointer starts with '/': " + pointer);
        }
        Optional<JsonValue> value = Optional.of(this);
        for (String token : pointer.substring(1).split("/", -1)) {
            String name = token.replace("~1", "/").replace("~0", "~");
            value = value.flatMap(parent -> parent.isArray() ? parent.element(name) : parent.member(name));
        }
        return value;
    }

    private Optional<JsonValue> element(String index) {
        if (!index.matches("0|[1-9][0-9]{0,8}")) {
            return Optional.empty();
        }
        List<JsonValue> elements = elements();
        int i = Integer.parseInt(index);
        return i < elements.size() ? Optional.of(elements.get(i)) : Optional.empty();
    }

    /** A copy of the bytes of this value. */
    public byte[] bytes() {
        return Arrays.copyOfRange(text, start, end);
    }

    /** How many bytes it takes. */
    public int length() {
        return end - start;
    }

    /** The text of this value as it was written. */
    public String raw() {
        return new String(text, start, end - start, StandardCharsets.UTF_8);
    }

    /** A copy of this value's bytes in which one part is replaced; see {@link #splice(List)}. */
    public byte[] splice(JsonValue part, byte[] replacement) {
        return splice(List.of(new Edit(part, replacement)));
    }

    /**
     * A copy of this value's bytes in which parts are replaced; every other byte stays.
     *
     * @param edits values reached from this one, none inside another
     * @throws IllegalArgumentException if they are not
     */
    public byte[] splice(List<Edit> edits) {
        List<Edit> ordered = new ArrayList<>(edits);
        ordered.sort(Comparator.comparingInt(edit -> edit.part.start));
        int size = length();
        int at = start;
        for (Edit edit : ordered) {
            if (!edit.part.isIn(text) || edit.part.start < at || edit.part.end > end) {
                throw new IllegalArgumentException("not a part of this value");
            }
            at = edit.part.end;
            size += edit.replacement.length - edit.part.length();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        at = start;
        for (Edit edit : ordered) {
            out.put(text, at, edit.part.start - at).put(edit.replacement);
            at = edit.part.end;
        }
        return out.put(text, at, end - at).array();
    }

    /** One replacement of a part by the bytes of another value. */
    public static final class Edit {
        private final JsonValue part;
        private final byte[] replacement;

        /**
         * Says what goes and what comes.
         *
         * @param part what goes
         * @param replacement the bytes of one JSON value; must not be changed afterwards
         */
        public Edit(JsonValue part, byte[] replacement) {
            this.part = part;
            this.replacement = replacement;
        }

        /**
         * Puts members before those that an object has.
         *
         * @param object gets them; must have no member of these names
         * @param members {@code "name":value} texts with commas between them; must not be changed afterwards
         */
        public static Edit into(JsonValue object, byte[] members) {
            object.require(Kind.OBJECT);
            int inside = object.start + 1;
            boolean empty = object.text[object.space(inside)] == '}';
            byte[] added = Arrays.copyOf(members, members.length + (empty ? 0 : 1));
            if (!empty) {
                added[members.length] = ',';
            }
            return new Edit(new JsonValue(object.text, inside, inside), added);
        }
    }

    /** This value as maps, lists, strings, {@link BigDecimal}s, booleans and nulls. */
    public @Nullable Object toJava() {
        return switch (kind()) {
            case OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                members().forEach((name, value) -> map.put(name, value.toJava()));
                yield map;
            }
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                elements().forEach(element -> list.add(element.toJava()));
                yield list;
            }
            case STRING -> text();
            case NUMBER -> number();
            case BOOLEAN -> flag();
            case NULL -> null;
        };
    }

    /** Whether this is a view over that very array; an equal one does not do. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isIn(byte[] array) {
        return text == array;
    }

    private void eachMember(BiPredicate<JsonValue, JsonValue> visit) {
        if (!isObject()) {
            return;
        }
        int at = space(start + 1);
        while (text[at] != '}') {
            JsonValue key = valueAt(at);
            at = space(space(key.end) + 1);
            JsonValue value = valueAt(at);
            if (!visit.test(key, value)) {
                return;
            }
            at = space(value.end);
            if (text[at] == ',') {
                at = space(at + 1);
            }
        }
    }

    private JsonValue valueAt(int from) {
        return new JsonValue(text, from, endOf(from));
    }

    /** Where the value that starts here ends; the text is known to be well-formed. */
    private int endOf(int from) {
        byte first = text[from];
        if (first == '"') {
            return endOfString(from);
        }
        int at = from;
        if (first == '{' || first == '[') {
            int depth = 0;
            do {
                switch (text[at]) {
                    case '{', '[' -> depth++;
                    case '}', ']' -> depth--;
                    case '"' -> at = endOfString(at) - 1;
                    default -> {
                        // part of a number, a word, or between values
                    }
                }
                at++;
            } while (depth > 0);
            return at;
        }
        while (at < end && ",]} \n\r\t".indexOf(text[at]) < 0) {
            at++;
        }
        return at;
    }

    private int endOfString(int quote) {
        int at = quote + 1;
        while (text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private int space(int from) {
        int at = from;
        while (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t') {
            at++;
        }
        return at;
    }

    private void require(Kind wanted) {
        if (kind() != wanted) {
            throw new IllegalStateException("a " + kind() + " is no " + wanted);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonValue value && Arrays.equals(text, start, end, value.text, value.start, value.end);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text[i];
        }
        return hash;
    }

    /** The text as it was written; may hold anything the peer sent. */
    @Override
    public String toString() {
        return raw();
    }

    /** The six kinds of JSON. */
    public enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL
    }
}
