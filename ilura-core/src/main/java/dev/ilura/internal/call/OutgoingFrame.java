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
import dev.ilura.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The frame that leaves for the server. A client's own frame keeps every byte but these: the id, the progress token,
 * the name towards clients, and what the policy rewrote.
 */
final class OutgoingFrame {
    private OutgoingFrame() {}

    static byte[] of(Judged judged, long id) {
        Optional<Frame> incoming = judged.pending().frame();
        return incoming.isPresent() ? spliced(judged, incoming.get(), id) : written(judged, id);
    }

    private static byte[] spliced(Judged judged, Frame frame, long id) {
        List<Edit> edits = new ArrayList<>();
        edits.add(new Edit(frame.id().orElseThrow(), number(id)));
        frame.param("/_meta/progressToken").ifPresent(token -> edits.add(new Edit(token, number(id))));
        RelayedMethod method = judged.pending().method();
        Arguments arguments = judged.call().arguments();
        if (method.isNamed()) {
            edits.add(new Edit(frame.param("/name").orElseThrow(), JsonWriter.string(ownName(judged.call()))));
            frame.param("/arguments").ifPresent(old -> edits.add(new Edit(old, arguments.bytes())));
        } else {
            for (String name : method.judged()) {
                frame.param("/" + name)
                        .ifPresent(old -> edits.add(new Edit(
                                old, arguments.at("/" + name).orElseThrow().bytes())));
            }
        }
        return frame.json().splice(edits);
    }

    /** The name that the server itself uses. */
    private static String ownName(ToolCall call) {
        return call.tool()
                .json()
                .member("name")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse(call.tool().name());
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
    static Optional<ToolCall> read(byte[] bytes, Judged judged) {
        try {
            Frame frame = Frame.read(bytes);
            RelayedMethod method = judged.pending().method();
            boolean sameSubject = !method.isNamed()
                    || frame.param("/name")
                            .filter(JsonValue::isString)
                            .map(JsonValue::text)
                            .filter(ownName(judged.call())::equals)
                            .isPresent();
            return sameSubject && frame.method().equals(method.method())
                    ? Optional.of(judged.call().with(method.arguments(frame)))
                    : Optional.empty();
        } catch (FrameException | IllegalArgumentException | MalformedJsonException e) {
            return Optional.empty();
        }
    }

    private static byte[] number(long id) {
        return Long.toString(id).getBytes(StandardCharsets.US_ASCII);
    }
}
