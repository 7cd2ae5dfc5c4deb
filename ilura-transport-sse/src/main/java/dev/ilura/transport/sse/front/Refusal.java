package dev.ilura.transport.sse.front;

import dev.ilura.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Why a request is not let in.
 *
 * @param status of HTTP
 * @param code stable code
 * @param message for people
 * @param headers that the status wants
 */
record Refusal(int status, String code, String message, Map<HttpHeader, String> headers) {
    /** Outside of what JSON-RPC and MCP keep for themselves: 1000 and the status. */
    private static final int OWN_CODES = 1000;

    static Refusal of(int status, String code, String message) {
        return new Refusal(status, code, message, Map.of());
    }

    Refusal with(HttpHeader header, String value) {
        Map<HttpHeader, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Refusal(status, code, message, more);
    }

    /** A JSON-RPC error without an id: the request was not read. */
    byte[] body() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", OWN_CODES + status);
        error.put("message", code + " " + message);
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("jsonrpc", "2.0");
        frame.put("id", null);
        frame.put("error", error);
        return JsonWriter.write(frame);
    }
}
