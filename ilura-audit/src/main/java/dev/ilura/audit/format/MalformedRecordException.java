package dev.ilura.audit.format;

/** Bytes that are not what the log's writer writes. */
public final class MalformedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    MalformedRecordException(String what) {
        super(what, null, false, false);
        this.what = what;
    }

    /** What is wrong, one clause. */
    public String what() {
        return what;
    }
}
