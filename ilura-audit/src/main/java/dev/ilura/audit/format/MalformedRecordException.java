package dev.ilura.audit.format;

/** Bytes that are not what the log's writer writes. */
public final class MalformedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedRecordException(String what) {
        super(what, null, false, false);
    }
}
