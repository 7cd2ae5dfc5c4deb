package dev.ilura.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a call of an {@link OwnTool} failed, in words for the agent that called and the person behind it. */
public final class ToolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * Says what happened and what to do.
     *
     * @param code the stable code, listed in {@code docs/errors.md}
     * @param what what happened, one sentence; names the value and the limit, holds no secret
     * @param fix what the caller can do about it, one sentence
     */
    public ToolException(String code, String what, String fix) {
        this(code, what, fix, null);
    }

    /** As {@link #ToolException(String, String, String)}, keeping the cause. */
    public ToolException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code + ": " + what + " " + fix, cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** The stable code, for example {@code ILR-TOOLS-011}. */
    public String code() {
        return code;
    }
}
