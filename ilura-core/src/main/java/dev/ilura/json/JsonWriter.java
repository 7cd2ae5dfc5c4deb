package dev.ilura.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Java values to JSON bytes. Maps, lists, strings, integers and booleans, which is all the gate itself writes, are written
 * here; an application's own beans are left to Jackson, which is not even loaded before it is needed.
 */
public final class JsonWriter {
    private JsonWriter() {}

    /**
     * Writes a map, list, string, number, boolean, null or bean.
     *
     * @throws IllegalArgumentException if the value cannot be written
     */
    public static byte[] write(@Nullable Object value) {
        StringBuilder out = new StringBuilder(128);
        return append(out, value) ? out.toString().getBytes(StandardCharsets.UTF_8) : Beans.write(value);
    }

    /** A JSON string with its quotes. */
    public static byte[] string(String value) {
        StringBuilder out = new StringBuilder(value.length() + 2);
        CanonicalJson.appendString(out, value);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the value is of the kinds that are written here; if not, what was appended is of no use. */
    private static boolean append(StringBuilder out, @Nullable Object value) {
        if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            out.append(value);
            return true;
        }
        if (value instanceof String string) {
            CanonicalJson.appendString(out, string);
            return true;
        }
        if (value instanceof Map<?, ?> map) {
            return appendMembers(out, map);
        }
        return value instanceof List<?> list && appendElements(out, list);
    }

    private static boolean appendMembers(StringBuilder out, Map<?, ?> map) {
        char before = '{';
        for (Map.Entry<?, ?> member : map.entrySet()) {
            if (!(member.getKey() instanceof String key)) {
                return false;
            }
            CanonicalJson.appendString(out.append(before), key);
            if (!append(out.append(':'), member.getValue())) {
                return false;
            }
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
        return true;
    }

    private static boolean appendElements(StringBuilder out, List<?> list) {
        char before = '[';
        for (Object element : list) {
            if (!append(out.append(before), element)) {
                return false;
            }
            before = ',';
        }
        out.append(before == '[' ? "[]" : "]");
        return true;
    }

    /** The one class that knows Jackson. */
    private static final class Beans {
        /** NaN is written bare, so that the strict reading refuses it instead of passing on a string. */
        private static final ObjectMapper MAPPER = JsonMapper.builder()
                .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                .build();

        static byte[] write(@Nullable Object value) {
            try {
                return MAPPER.writeValueAsBytes(value);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
            }
        }
    }
}
