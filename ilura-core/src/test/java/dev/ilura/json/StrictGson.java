package dev.ilura.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.internal.Streams;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The third opinion: another parser, written by others, in its strict mode. */
public final class StrictGson {
    private StrictGson() {}

    /** Whether it accepts what we accepted, and sees the same in it. */
    public static boolean readsAlike(byte[] text, JsonValue ours) {
        return read(text).filter(theirs -> same(ours, theirs)).isPresent();
    }

    /** Whether it accepts the text and sees something else in it. It refuses whole numbers with many zeros at their end. */
    public static boolean readsDifferently(byte[] text, JsonValue ours) {
        return read(text).filter(theirs -> !same(ours, theirs)).isPresent();
    }

    private static Optional<JsonElement> read(byte[] text) {
        JsonReader reader = new JsonReader(new StringReader(new String(text, StandardCharsets.UTF_8)));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(1 << 20);
        try {
            JsonElement theirs = Streams.parse(reader);
            return reader.peek() == JsonToken.END_DOCUMENT ? Optional.of(theirs) : Optional.empty();
        } catch (IOException | JsonParseException e) {
            return Optional.empty();
        }
    }

    private static boolean same(JsonValue ours, JsonElement theirs) {
        return switch (ours.kind()) {
            case OBJECT -> theirs.isJsonObject() && sameMembers(ours.members(), theirs);
            case ARRAY -> theirs.isJsonArray() && sameElements(ours.elements(), theirs.getAsJsonArray());
            case STRING -> isPrimitive(theirs) && theirs.getAsString().equals(ours.text());
            case NUMBER -> isPrimitive(theirs) && theirs.getAsString().equals(ours.raw());
            case BOOLEAN -> isPrimitive(theirs) && theirs.getAsBoolean() == ours.flag();
            case NULL -> theirs.isJsonNull();
        };
    }

    private static boolean isPrimitive(JsonElement element) {
        return element.isJsonPrimitive();
    }

    private static boolean sameMembers(Map<String, JsonValue> ours, JsonElement theirs) {
        return List.copyOf(ours.keySet())
                        .equals(List.copyOf(theirs.getAsJsonObject().keySet()))
                && ours.entrySet().stream()
                        .allMatch(member ->
                                same(member.getValue(), theirs.getAsJsonObject().get(member.getKey())));
    }

    private static boolean sameElements(List<JsonValue> ours, JsonArray theirs) {
        if (ours.size() != theirs.size()) {
            return false;
        }
        for (int i = 0; i < ours.size(); i++) {
            if (!same(ours.get(i), theirs.get(i))) {
                return false;
            }
        }
        return true;
    }
}
