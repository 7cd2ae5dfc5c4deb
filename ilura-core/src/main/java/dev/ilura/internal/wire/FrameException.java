package dev.ilura.internal.wire;

/** Bytes that are no acceptable frame. */
public final class FrameException extends Exception {
    /** JSON-RPC 2.0: not JSON. */
    public static final int PARSE_ERROR = -32700;

    /** JSON-RPC 2.0: JSON, and no request. */
    public static final int INVALID_REQUEST = -32600;

    private static final long serialVersionUID = 1L;

    private final String code;
    private final int rpcCode;

    FrameException(String code, int rpcCode, String message) {
        super(message, null, false, false);
        this.code = code;
        this.rpcCode = rpcCode;
    }

    /** Stable code, listed in docs/errors.md. */
    public String code() {
        return code;
    }

    /** What JSON-RPC calls it. */
    public int rpcCode() {
        return rpcCode;
    }
}
