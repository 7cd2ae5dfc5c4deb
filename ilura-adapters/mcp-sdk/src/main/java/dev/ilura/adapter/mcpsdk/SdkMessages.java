package dev.ilura.adapter.mcpsdk;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Frames of the gate as messages of the SDK, and back. Thread-safe. */
final class SdkMessages {
    private static final int INVALID_REQUEST = -32600;

    private final McpJsonMapper mapper;

    private SdkMessages(McpJsonMapper mapper) {
        this.mapper = mapper;
    }

    /** With the JSON binding that the application has on its path. */
    static SdkMessages ofDefaultMapper() {
        return new SdkMessages(McpJsonDefaults.getMapper());
    }

    byte[] frame(JSONRPCMessage message) throws IOException {
        return mapper.writeValueAsBytes(message);
    }

    /**
     * A frame for the server. It is built from the values that were judged and not read again by the SDK's mapper, which
     * keeps no number that a double cannot hold: the attack is an amount that is judged as one and sent as another.
     */
    JSONRPCMessage forServer(byte[] frame) throws IOException {
        try {
            JsonValue json = JsonValue.parse(frame, JsonLimits.FRAME);
            Object id = json.member("id").map(SdkMessages::id).orElse(null);
            Optional<String> method = json.member("method").map(JsonValue::text);
            if (method.isEmpty()) {
                return answer(json, id);
            }
            Object params = json.member("params").map(JsonValue::toJava).orElse(null);
            return id == null
                    ? new JSONRPCNotification(method.get(), params)
                    : new JSONRPCRequest(McpSchema.JSONRPC_VERSION, method.get(), id, params);
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw new IOException("no message of the SDK: " + e.getMessage(), e);
        }
    }

    private JSONRPCMessage answer(JsonValue json, @Nullable Object id) {
        Object result = json.member("result").map(JsonValue::toJava).orElse(null);
        JSONRPCResponse.JSONRPCError error = json.member("error")
                .map(JsonValue::toJava)
                .map(value -> mapper.convertValue(value, JSONRPCResponse.JSONRPCError.class))
                .orElse(null);
        return new JSONRPCResponse(McpSchema.JSONRPC_VERSION, id, result, error);
    }

    private static Object id(JsonValue id) {
        return id.isString() ? id.text() : id.integer().orElseThrow(() -> new IllegalArgumentException("id"));
    }

    /** A frame for the application's client, with the types that the application's mapper gives. */
    JSONRPCMessage forClient(byte[] frame) throws IOException {
        return McpSchema.deserializeJsonRpcMessage(mapper, new String(frame, StandardCharsets.UTF_8));
    }

    /**
     * The refusal of a message that the gate could not read, which names no id; here it is known whose it is, and the
     * caller need not wait for its time-out.
     */
    JSONRPCMessage refusal(byte[] frame, Object request) {
        String message = JsonValue.parse(new String(frame, StandardCharsets.UTF_8))
                .at("/error/message")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("The gate does not take this message.");
        return JSONRPCResponse.error(request, new JSONRPCResponse.JSONRPCError(INVALID_REQUEST, message));
    }

    <T> T convert(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }
}
