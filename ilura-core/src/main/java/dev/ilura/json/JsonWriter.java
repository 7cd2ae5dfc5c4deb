package dev.ilura.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Java values to JSON bytes. The one class that knows Jackson. */
public final class JsonWriter {
    /** NaN is written bare, so that the strict reading refuses it instead of passing on a string. */
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

    private JsonWriter() {}

    /**
     * Writes a map, list, string, number, boolean, null or bean.
     *
     * @throws IllegalArgumentException if the value cannot be written
     */
    public static byte[] write(@Nullable Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A JSON string with its quotes. */
    public static byte[] string(String value) {
        StringBuilder out = new StringBuilder(value.length() + 2);
        CanonicalJson.appendString(out, value);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
