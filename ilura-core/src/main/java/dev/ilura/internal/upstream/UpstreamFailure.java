package dev.ilura.internal.upstream;

import dev.ilura.CallOutcome.Effect;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** A server did not do its part; the message is one sentence for people. */
public final class UpstreamFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final Effect effect;
    private final boolean serverAtFault;

    private UpstreamFailure(String code, String reason, Effect effect, boolean serverAtFault) {
        super(reason, null, false, false);
        this.code = code;
        this.effect = effect;
        this.serverAtFault = serverAtFault;
    }

    /** The server is to blame: its breaker counts it. */
    static UpstreamFailure ofServer(String code, String reason, Effect effect) {
        return new UpstreamFailure(code, reason, effect, true);
    }

    /** The gate or the caller ended it: the breaker does not count it. */
    public static UpstreamFailure ofGate(String code, String reason, Effect effect) {
        return new UpstreamFailure(code, reason, effect, false);
    }

    /** The same before any call was sent: whatever the server did, no call did it. */
    UpstreamFailure beforeAnyCall() {
        return new UpstreamFailure(code, reason(), Effect.NONE, serverAtFault);
    }

    /** The caller no longer wants the answer. */
    public static UpstreamFailure cancelled() {
        return ofGate("ILR-CALL-008", "The caller gave up.", Effect.UNKNOWN);
    }

    /** The caller gave up before anything was sent. */
    public static UpstreamFailure cancelledInTime() {
        return ofGate("ILR-CALL-008", "The caller gave up before the call was sent.", Effect.NONE);
    }

    /** The deadline passed while the server was on its way. */
    public static UpstreamFailure notRunning(String server) {
        return ofServer(
                "ILR-SERVER-002", "Server \"" + server + "\" was not running before the call's deadline.", Effect.NONE);
    }

    /** The deadline passed while the call waited in line. */
    public static UpstreamFailure noPlace() {
        return ofGate("ILR-CALL-007", "The call waited in line until its deadline.", Effect.NONE);
    }

    /** What would be written is not what was judged, or not for whom. */
    public static UpstreamFailure changed(String what) {
        return ofGate("ILR-CALL-011", what, Effect.NONE);
    }

    /** The failure behind an exception of a stage, if it is one. */
    public static Optional<UpstreamFailure> in(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof UpstreamFailure failure ? Optional.of(failure) : Optional.empty();
    }

    /** The same, for a call that the server cannot have seen. */
    public UpstreamFailure withoutEffect() {
        return new UpstreamFailure(code, reason(), Effect.NONE, serverAtFault);
    }

    public String code() {
        return code;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }

    public Effect effect() {
        return effect;
    }

    public boolean serverAtFault() {
        return serverAtFault;
    }
}
