package dev.ilura.internal.upstream;

import dev.ilura.ToolCall;
import dev.ilura.internal.wire.Messages;
import java.util.Map;
import java.util.Optional;

/** A request on its way to a server: its bytes, and what a transport with headers must say beside them. */
public final class Outgoing {
    private final byte[] bytes;
    private final String method;
    private final Map<String, String> headers;
    private final Optional<ToolCall> call;

    private Outgoing(byte[] bytes, String method, Map<String, String> headers, Optional<ToolCall> call) {
        this.bytes = bytes;
        this.method = method;
        this.headers = headers;
        this.call = call;
    }

    /**
     * A request with these bytes, which must not be changed afterwards.
     *
     * @param headers without the revision
     */
    public static Outgoing of(byte[] bytes, String method, Map<String, String> headers) {
        return new Outgoing(bytes, method, headers, Optional.empty());
    }

    /** A request of the gate's own. */
    static Outgoing asking(long id, String method, Map<String, ?> params) {
        return of(Messages.request(id, method, params), method, Map.of("Mcp-Method", method));
    }

    /** The same, for a call that the gate judged. */
    public Outgoing of(ToolCall judged) {
        return new Outgoing(bytes, method, headers, Optional.of(judged));
    }

    Optional<ToolCall> call() {
        return call;
    }

    public byte[] bytes() {
        return bytes;
    }

    String method() {
        return method;
    }

    Map<String, String> headers() {
        return headers;
    }
}
