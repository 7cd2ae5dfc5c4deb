package dev.ilura.internal.call;

import dev.ilura.Arguments;
import dev.ilura.ToolCall;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonValue.Edit;
import dev.ilura.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The frame that leaves for the server. A client's own frame keeps every byte but four: the id, the tool's name, the
 * arguments where the policy rewrote them, and the progress token.
 */
final class OutgoingFrame {
    private OutgoingFrame() {}

    static byte[] of(Judged judged, long id) {
        Optional<Frame> incoming = judged.pending().frame();
        return incoming.isPresent() ? spliced(judged, incoming.get(), id) : written(judged, id);
    }

    private static byte[] spliced(Judged judged, Frame frame, long id) {
        JsonValue params = frame.params().orElseThrow();
        List<Edit> edits = new ArrayList<>();
        edits.add(new Edit(frame.id().orElseThrow(), number(id)));
        edits.add(new Edit(
                params.member("name").orElseThrow(),
                JsonWriter.string(judged.call().tool().name())));
        frame.param("/_meta/progressToken").ifPresent(token -> edits.add(new Edit(token, number(id))));
        Optional<JsonValue> arguments = params.member("arguments");
        if (arguments.isPresent()) {
            edits.add(new Edit(arguments.get(), judged.call().arguments().bytes()));
        }
        return frame.json().splice(edits);
    }

    private static byte[] written(Judged judged, long id) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("name", judged.call().tool().name());
        params.put("arguments", Map.of());
        byte[] frame = Messages.request(id, "tools/call", params);
        JsonValue json = JsonValue.parse(frame, JsonLimits.FRAME);
        return json.splice(
                json.at("/params/arguments").orElseThrow(),
                judged.call().arguments().bytes());
    }

    /** The call that the bytes hold, read again as the server will read them; empty if they hold none. */
    static Optional<ToolCall> read(byte[] bytes, ToolCall judged) {
        try {
            Frame frame = Frame.read(bytes);
            Arguments arguments = frame.param("/arguments").map(Arguments::of).orElse(Arguments.empty());
            return frame.param("/name")
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .filter(name -> frame.method().equals("tools/call")
                            && name.equals(judged.tool().name()))
                    .map(name -> judged.with(arguments));
        } catch (FrameException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] number(long id) {
        return Long.toString(id).getBytes(StandardCharsets.US_ASCII);
    }
}
