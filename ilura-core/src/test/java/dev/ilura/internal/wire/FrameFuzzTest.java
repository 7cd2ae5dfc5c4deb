package dev.ilura.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ilura.json.JsonValue;
import dev.ilura.json.StrictGson;
import dev.ilura.json.StrictJackson;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whatever the bytes: a frame that is read keeps its bytes, has the members its kind promises, and is read alike by two other
 * parsers, or it is refused.
 */
class FrameFuzzTest {

    @FuzzTest(maxDuration = "3m")
    void aFrameIsReadOrRefused(byte[] bytes) {
        byte[] before = bytes.clone();
        Frame frame = read(bytes);
        if (!Arrays.equals(before, bytes)) {
            throw new AssertionError("reading changed the bytes");
        }
        if (frame == null) {
            return;
        }
        boolean asPromised = switch (frame.kind()) {
            case REQUEST -> frame.id().isPresent();
            case NOTIFICATION -> frame.id().isEmpty();
            case RESULT ->
                frame.id().isPresent()
                        && frame.result().isPresent()
                        && frame.error().isEmpty();
            case ERROR ->
                frame.id().isPresent()
                        && frame.error().isPresent()
                        && frame.result().isEmpty();
        };
        if (!asPromised) {
            throw new AssertionError("a " + frame.kind() + " without what it needs");
        }
        agree(frame, bytes);
        frame.param("/name");
        frame.param("/_meta/progressToken");
    }

    /** The attack: the gate judges one call, and the server's parser reads another. */
    private static void agree(Frame frame, byte[] bytes) {
        JsonNode theirs = StrictJackson.read(bytes)
                .orElseThrow(() -> new AssertionError("another parser does not read it at all"));
        boolean sameMethod = theirs.path("method")
                .asText("")
                .equals(frame.json()
                        .member("method")
                        .filter(JsonValue::isString)
                        .map(JsonValue::text)
                        .orElse(""));
        if (!sameMethod || StrictGson.readsDifferently(bytes, frame.json())) {
            throw new AssertionError("another parser reads it differently");
        }
    }

    private static @Nullable Frame read(byte[] bytes) {
        try {
            return Frame.read(bytes);
        } catch (FrameException refused) {
            return null;
        }
    }
}
