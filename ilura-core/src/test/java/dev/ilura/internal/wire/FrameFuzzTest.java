package dev.ilura.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Whatever the bytes: a frame that is read keeps its bytes and has the members its kind promises, or it is refused. */
class FrameFuzzTest {

    @FuzzTest(maxDuration = "2m")
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
        frame.param("/name");
        frame.param("/_meta/progressToken");
    }

    private static @Nullable Frame read(byte[] bytes) {
        try {
            return Frame.read(bytes);
        } catch (FrameException refused) {
            return null;
        }
    }
}
