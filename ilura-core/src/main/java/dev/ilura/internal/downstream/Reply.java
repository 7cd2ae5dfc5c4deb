package dev.ilura.internal.downstream;

import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to a request, and what kind it is. */
final class Reply {
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_REQUEST = -32600;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL_ERROR = -32603;
    static final int HEADER_MISMATCH = -32020;
    static final int UNSUPPORTED_VERSION = -32022;

    private final byte[] frame;
    private final McpFront.End end;

    private Reply(byte[] frame, McpFront.End end) {
        this.frame = frame;
        this.end = end;
    }

    /** A result that is a whole frame already. */
    static Reply frame(byte[] frame) {
        return new Reply(frame, McpFront.End.result());
    }

    static Reply result(JsonValue id, Map<String, ?> result) {
        return frame(Messages.result(id, result));
    }

    /** An error frame that came of asking. */
    static Reply errorFrame(byte[] frame, int code) {
        return new Reply(frame, McpFront.End.error(code));
    }

    static Reply error(JsonValue id, int code, String message, Map<String, ?> data) {
        return errorFrame(Messages.error(id, code, message, data), code);
    }

    static Reply error(JsonValue id, int code, String message) {
        return error(id, code, message, Map.of());
    }

    /** An error of the protocol itself. */
    static Reply refused(@Nullable JsonValue id, int code, String message, Map<String, ?> data) {
        return new Reply(Messages.error(id, code, message, data), McpFront.End.refused(code));
    }

    static Reply refused(@Nullable JsonValue id, int code, String message) {
        return refused(id, code, message, Map.of());
    }

    byte[] frame() {
        return frame;
    }

    McpFront.End end() {
        return end;
    }

    void to(McpFront.Replies replies) {
        replies.finish(frame, end);
    }
}
