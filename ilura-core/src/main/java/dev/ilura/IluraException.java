package dev.ilura;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that keeps a gateway from being built or a part of it from working: a contradiction in the configuration, a
 * missing provider, a log that cannot be opened. A denied call is never an exception, it is a {@link CallOutcome}.
 */
public class IluraException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String what;
    private final String fix;

    /**
     * Says what happened and what to do.
     *
     * @param code the stable code, listed in {@code docs/errors.md}
     * @param message what happened, one sentence
     * @param fix what the reader can do about it, one sentence
     */
    public IluraException(String code, String message, String fix) {
        this(code, message, fix, null);
    }

    /** As {@link #IluraException(String, String, String)}, keeping the cause. */
    public IluraException(String code, String message, String fix, @Nullable Throwable cause) {
        super(code + ": " + message + " " + fix, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.what = Objects.requireNonNull(message, "message");
        this.fix = Objects.requireNonNull(fix, "fix");
    }

    /** The stable code, for example {@code ILR-CONF-004}. */
    public String code() {
        return code;
    }

    /** What happened, without code and fix. */
    public String what() {
        return what;
    }

    /** What to do about it. */
    public String fix() {
        return fix;
    }
}
