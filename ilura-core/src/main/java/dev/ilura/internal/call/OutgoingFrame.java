package dev.ilura.internal.call;

import dev.ilura.Arguments;
import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Outgoing;
import dev.ilura.internal.upstream.UpstreamSession;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.McpHeaders;
import dev.ilura.internal.wire.Messages;
import dev.ilura.internal.wire.Metadata;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonValue.Edit;
import dev.ilura.json.JsonWriter;
import dev.ilura.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The frame that leaves for the server. A client's own frame keeps every byte but these: the id, the progress token,
 * the name towards clients, what the policy rewrote, and the metadata where client and server speak different eras.
 */
final class OutgoingFrame {
    /** What a handshake client gets that has not said what it wants. */
    private static final String UNASKED_LEVEL = "info";

    private final Judged judged;
    private final UpstreamSession session;
    private final Optional<Replied> replied;

    /**
     * @param replied what the client said to the server's questions; empty at the first attempt
     */
    OutgoingFrame(Judged judged, UpstreamSession session, Optional<Replied> replied) {
        this.judged = judged;
        this.session = session;
        this.replied = replied;
    }

    /**
     * Answers for a server that had asked instead of answering.
     *
     * @param state its own {@code requestState}, which it gets back byte for byte
     * @param responses an object with the answers by their keys
     */
    record Replied(Optional<JsonValue> state, JsonValue responses) {}

    Outgoing of(long id) {
        Optional<Frame> incoming = judged.pending().frame();
        byte[] bytes = incoming.isPresent() ? spliced(incoming.get(), id) : written(id);
        String method = judged.pending().method().method();
        return Outgoing.of(bytes, method, session.hasHeaders() ? headers(bytes, method) : Map.of());
    }

    private Map<String, String> headers(byte[] bytes, String method) {
        JsonValue frame = JsonValue.parse(bytes, JsonLimits.FRAME);
        Optional<String> name = Era.namedBy(method)
                .flatMap(pointer -> frame.at("/params" + pointer))
                .filter(JsonValue::isString)
                .map(JsonValue::text);
        List<McpHeaders.Param> params = judged.pending().method() == RelayedMethod.TOOL
                ? McpHeaders.paramsOf(judged.call().tool().inputSchema()).orElse(List.of())
                : List.of();
        return McpHeaders.of(method, name, frame.at("/params/arguments"), params);
    }

    private byte[] spliced(Frame frame, long id) {
        List<Edit> edits = new ArrayList<>();
        edits.add(new Edit(frame.id().orElseThrow(), number(id)));
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
        ByteArrayOutputStream added = new ByteArrayOutputStream();
        metadata(frame, id, edits, added);
        replied.ifPresent(answers -> {
            member("requestState", answers.state().map(JsonValue::bytes), frame, edits, added);
            member("inputResponses", Optional.of(answers.responses().bytes()), frame, edits, added);
        });
        if (added.size() > 0) {
            edits.add(Edit.into(frame.params().orElseThrow(), added.toByteArray()));
        }
        return frame.json().splice(edits);
    }

    /** Puts a member of {@code params} in the place of one, or beside the others. */
    private static void member(
            String name, Optional<byte[]> value, Frame frame, List<Edit> edits, ByteArrayOutputStream added) {
        Optional<JsonValue> old = frame.param("/" + name);
        if (value.isEmpty()) {
            return;
        }
        if (old.isPresent()) {
            edits.add(new Edit(old.get(), value.get()));
            return;
        }
        if (added.size() > 0) {
            added.write(',');
        }
        added.writeBytes(('"' + name + "\":").getBytes(StandardCharsets.US_ASCII));
        added.writeBytes(value.get());
    }

    private void metadata(Frame frame, long id, List<Edit> edits, ByteArrayOutputStream added) {
        boolean modernClient = judged.pending().caller().era().equals(Optional.of(Era.PER_REQUEST));
        boolean modernServer = session.agreement().era() == Era.PER_REQUEST;
        Optional<JsonValue> meta = frame.param("/_meta");
        boolean logs = modernClient
                && meta.flatMap(all -> all.member(Era.LOG_LEVEL_KEY)).isPresent();
        if (modernClient == modernServer && !(logs && !session.keepsLogsApart())) {
            meta.flatMap(all -> all.member("progressToken")).ifPresent(token -> edits.add(new Edit(token, number(id))));
            return;
        }
        Map<String, byte[]> instead = new LinkedHashMap<>();
        meta.flatMap(all -> all.member("progressToken")).ifPresent(token -> instead.put("progressToken", number(id)));
        if (modernServer) {
            modern(instead, meta);
        }
        if (meta.isPresent() || !instead.isEmpty()) {
            member("_meta", Optional.of(Metadata.rewritten(meta, instead)), frame, edits, added);
        }
    }

    /** What a server of 2026-07-28 wants to know; a client's own words where it has said them. */
    private void modern(Map<String, byte[]> instead, Optional<JsonValue> meta) {
        instead.put(Era.VERSION_KEY, JsonWriter.string(Era.MODERN));
        instead.put(
                Era.CAPABILITIES_KEY, judged.pending().caller().capabilities().bytes());
        instead.put(
                Era.CLIENT_KEY,
                meta.flatMap(all -> all.member(Era.CLIENT_KEY))
                        .map(JsonValue::bytes)
                        .orElseGet(() -> JsonWriter.write(Metadata.SELF)));
        Caller caller = judged.pending().caller();
        caller.logLevel()
                .or(() -> caller.era().map(handshake -> UNASKED_LEVEL))
                .filter(level -> session.keepsLogsApart())
                .ifPresent(level -> instead.put(Era.LOG_LEVEL_KEY, JsonWriter.string(level)));
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

    private byte[] written(long id) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("name", judged.call().tool().name());
        params.put("arguments", Map.of());
        if (session.agreement().era() == Era.PER_REQUEST) {
            params.put("_meta", Metadata.of(judged.pending().caller().capabilities()));
        }
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
