package dev.ilura.internal.wire;

import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The frames the gate writes itself. */
public final class Messages {
    private Messages() {}

    public static byte[] request(long id, String method, Map<String, ?> params) {
        Map<String, Object> frame = envelope();
        frame.put("id", id);
        frame.put("method", method);
        frame.put("params", params);
        return JsonWriter.write(frame);
    }

    /** A request of the gate to a client, with the params that a server gave. */
    public static byte[] question(long id, String method, JsonValue params) {
        Map<String, Object> frame = envelope();
        frame.put("id", id);
        frame.put("method", method);
        byte[] head = JsonWriter.write(frame);
        byte[] middle = ",\"params\":".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(head.length + middle.length + params.length());
        return out.put(head, 0, head.length - 1)
                .put(middle)
                .put(params.bytes())
                .put((byte) '}')
                .array();
    }

    public static byte[] notification(String method, Map<String, ?> params) {
        Map<String, Object> frame = envelope();
        frame.put("method", method);
        if (!params.isEmpty()) {
            frame.put("params", params);
        }
        return JsonWriter.write(frame);
    }

    /** An answer whose result is given as bytes of one JSON value. */
    public static byte[] result(JsonValue id, byte[] result) {
        return join("{\"jsonrpc\":\"2.0\",\"id\":", id.bytes(), ",\"result\":", result);
    }

    public static byte[] result(JsonValue id, Map<String, ?> result) {
        return result(id, JsonWriter.write(result));
    }

    /**
     * An error of the gate's own.
     *
     * @param id null if the request's id could not be read
     */
    public static byte[] error(@Nullable JsonValue id, int rpcCode, String message) {
        return error(id, rpcCode, message, Map.of());
    }

    /** An error of the gate's own, with something for programs. */
    public static byte[] error(@Nullable JsonValue id, int rpcCode, String message, Map<String, ?> data) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", rpcCode);
        error.put("message", message);
        if (!data.isEmpty()) {
            error.put("data", data);
        }
        byte[] idBytes = id == null ? "null".getBytes(StandardCharsets.US_ASCII) : id.bytes();
        return join("{\"jsonrpc\":\"2.0\",\"id\":", idBytes, ",\"error\":", JsonWriter.write(error));
    }

    /** An error whose object is given as bytes. */
    public static byte[] errorOf(JsonValue id, byte[] error) {
        return join("{\"jsonrpc\":\"2.0\",\"id\":", id.bytes(), ",\"error\":", error);
    }

    private static byte[] join(String head, byte[] id, String middle, byte[] body) {
        byte[] before = head.getBytes(StandardCharsets.US_ASCII);
        byte[] between = middle.getBytes(StandardCharsets.US_ASCII);
        byte[] out = new byte[before.length + id.length + between.length + body.length + 1];
        int at = 0;
        for (byte[] part : new byte[][] {before, id, between, body}) {
            System.arraycopy(part, 0, out, at, part.length);
            at += part.length;
        }
        out[at] = '}';
        return out;
    }

    private static Map<String, Object> envelope() {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("jsonrpc", "2.0");
        return frame;
    }
}
