package dev.ilura.internal.wire;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC 2.0 message, read strictly and once. What was read is what is sent: the bytes are kept, unknown members
 * included, and changes are made by span.
 *
 * <p>The attack: a gate that reads {@code name} while the server reads {@code Name}, or the first of two equal keys while
 * the server takes the last (CVE-2026-27896 and its kin). So keys that a lenient reader could take for a protocol key are
 * refused, wherever the protocol has keys of its own.
 */
public final class Frame {
    private static final ProtocolKeys ENVELOPE =
            ProtocolKeys.of("jsonrpc", "id", "method", "params", "result", "error");
    private static final ProtocolKeys PARAMS = ProtocolKeys.of(
            "name",
            "arguments",
            "uri",
            "_meta",
            "cursor",
            "requestId",
            "progressToken",
            "progress",
            "protocolVersion",
            "capabilities",
            "clientInfo",
            "requestState",
            "inputResponses",
            "task",
            "ref",
            "argument");
    private static final ProtocolKeys META = ProtocolKeys.of(
            "progressToken",
            "traceparent",
            "io.modelcontextprotocol/protocolVersion",
            "io.modelcontextprotocol/clientCapabilities",
            "io.modelcontextprotocol/clientInfo");
    private static final int MAX_ID_LENGTH = 512;

    private final JsonValue json;
    private final Map<String, JsonValue> members;
    private final Kind kind;

    private Frame(JsonValue json, Map<String, JsonValue> members, Kind kind) {
        this.json = json;
        this.members = members;
        this.kind = kind;
    }

    /**
     * Reads one frame.
     *
     * @param bytes UTF-8 without framing; must not be changed afterwards
     * @throws FrameException ILR-FRAME-001 not strict JSON, ILR-FRAME-002 no JSON-RPC 2.0 message, ILR-FRAME-003 a key
     *     that imitates a protocol key
     */
    public static Frame read(byte[] bytes) throws FrameException {
        JsonValue json;
        try {
            json = JsonValue.parse(bytes, JsonLimits.FRAME);
        } catch (MalformedJsonException e) {
            throw new FrameException("ILR-FRAME-001", FrameException.PARSE_ERROR, "Not strict JSON: " + e.getMessage());
        }
        if (!json.isObject()) {
            throw invalid(json.isArray() ? "Batches do not exist in this revision." : "A frame is a JSON object.");
        }
        Map<String, JsonValue> members = json.members();
        JsonValue version = members.get("jsonrpc");
        if (version == null || !version.isString() || !version.text().equals("2.0")) {
            throw invalid("\"jsonrpc\" must be \"2.0\".");
        }
        refuseImitations(members.keySet(), ENVELOPE);
        Kind kind = kindOf(members);
        JsonValue params = members.get("params");
        if (params != null) {
            checkParams(params);
        }
        return new Frame(json, members, kind);
    }

    /** Whether these bytes are an array, which only one revision knows. */
    public static boolean isBatch(byte[] bytes) {
        for (byte each : bytes) {
            if (each != ' ' && each != '\t' && each != '\r' && each != '\n') {
                return each == '[';
            }
        }
        return false;
    }

    private static Kind kindOf(Map<String, JsonValue> members) throws FrameException {
        JsonValue id = members.get("id");
        boolean result = members.containsKey("result");
        boolean error = members.containsKey("error");
        JsonValue method = members.get("method");
        if (method != null) {
            if (!method.isString() || result || error) {
                throw invalid("\"method\" must be a string and stand without \"result\" and \"error\".");
            }
            if (id == null) {
                return Kind.NOTIFICATION;
            }
            checkId(id);
            return Kind.REQUEST;
        }
        if (result == error) {
            throw invalid("A frame has exactly one of \"method\", \"result\" and \"error\".");
        }
        if (id == null || (id.isNull() && result)) {
            throw invalid("An answer needs the \"id\" of its request.");
        }
        if (!id.isNull()) {
            checkId(id);
        }
        JsonValue answer = members.get(result ? "result" : "error");
        if (answer == null || !answer.isObject()) {
            throw invalid("\"result\" and \"error\" are objects.");
        }
        return result ? Kind.RESULT : Kind.ERROR;
    }

    private static void checkId(JsonValue id) throws FrameException {
        boolean acceptable = id.isString() || id.integer().isPresent();
        if (!acceptable || id.length() > MAX_ID_LENGTH) {
            throw invalid("\"id\" must be a string or an integer of at most " + MAX_ID_LENGTH + " bytes.");
        }
    }

    private static void checkParams(JsonValue params) throws FrameException {
        if (!params.isObject()) {
            throw invalid("\"params\" must be an object.");
        }
        Map<String, JsonValue> members = params.members();
        refuseImitations(members.keySet(), PARAMS);
        JsonValue meta = members.get("_meta");
        if (meta != null) {
            if (!meta.isObject()) {
                throw invalid("\"_meta\" must be an object.");
            }
            refuseImitations(meta.members().keySet(), META);
        }
    }

    private static void refuseImitations(Set<String> keys, ProtocolKeys protocol) throws FrameException {
        Optional<String> imitation = protocol.imitationIn(keys);
        if (imitation.isPresent()) {
            throw new FrameException(
                    "ILR-FRAME-003",
                    FrameException.INVALID_REQUEST,
                    "A key imitates a protocol key: " + imitation.get() + ".");
        }
    }

    private static FrameException invalid(String message) {
        return new FrameException("ILR-FRAME-002", FrameException.INVALID_REQUEST, message);
    }

    public Kind kind() {
        return kind;
    }

    public JsonValue json() {
        return json;
    }

    /** The method of a request or notification; empty text for answers. */
    public String method() {
        JsonValue method = members.get("method");
        return method == null ? "" : method.text();
    }

    /** The id of a request or an answer as it was written. */
    public Optional<JsonValue> id() {
        return member("id");
    }

    public Optional<JsonValue> params() {
        return member("params");
    }

    public Optional<JsonValue> result() {
        return member("result");
    }

    public Optional<JsonValue> error() {
        return member("error");
    }

    /** A value below {@code params}, by RFC 6901 pointer. */
    public Optional<JsonValue> param(String pointer) {
        return params().flatMap(params -> params.at(pointer));
    }

    /** A value of {@code params._meta}; the key is no pointer. */
    public Optional<JsonValue> meta(String key) {
        return param("/_meta").flatMap(meta -> meta.member(key));
    }

    private Optional<JsonValue> member(String name) {
        @Nullable JsonValue value = members.get(name);
        return Optional.ofNullable(value);
    }

    /** The four kinds of message. */
    public enum Kind {
        REQUEST,
        NOTIFICATION,
        RESULT,
        ERROR
    }
}
