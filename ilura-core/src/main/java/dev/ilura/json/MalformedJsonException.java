package dev.ilura.json;

/** A text that is not strict JSON, or that could be read in two ways. */
public final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final int offset;

    MalformedJsonException(Fault fault, int offset, String detail) {
        super(detail + " at byte " + offset, null, false, false);
        this.fault = fault;
        this.offset = offset;
    }

    /** What is wrong. */
    public Fault fault() {
        return fault;
    }

    /** Where, in bytes from the start. */
    public int offset() {
        return offset;
    }

    /** The kinds of fault. */
    public enum Fault {
        /** Not RFC 8259. */
        SYNTAX,
        /** Not UTF-8, a byte order mark, or a lone surrogate. */
        ENCODING,
        /** One object has one key twice. */
        DUPLICATE_KEY,
        /** Something follows the value. */
        TRAILING_DATA,
        /** Past a bound of {@link JsonLimits}. */
        LIMIT
    }
}
