package dev.ilura.spi;

/** Bytes that are no acceptable frame, with the answer that the protocol wants for them. */
public final class RefusedFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final int rpcCode;
    private final transient byte[] answer;

    RefusedFrameException(String code, int rpcCode, String message, byte[] answer) {
        super(message, null, false, false);
        this.code = code;
        this.rpcCode = rpcCode;
        this.answer = answer;
    }

    /** Stable code, listed in docs/errors.md. */
    public String code() {
        return code;
    }

    /** What JSON-RPC calls it: -32700 or -32600. */
    public int rpcCode() {
        return rpcCode;
    }

    /** The error frame to answer with; a copy. */
    public byte[] answer() {
        return answer.clone();
    }
}
