package dev.ilura;

import java.time.Duration;
import java.util.Objects;

/**
 * Bounds of a gateway. Every wait has a deadline and every queue a bound; the limit stands in the message.
 *
 * @param callTimeout from dispatch to answer; then the call fails
 * @param approvalTimeout how long a human has; then the call is denied
 * @param startTimeout from the start of a server until its tools are known
 * @param concurrentCalls calls under way in the gateway at once; more wait in line
 * @param concurrentCallsPerServer the same for one server
 * @param waitingCalls how many may wait in line; more fail at once
 * @param pendingApprovals how many approvals may be open at once; more are denied at once
 */
public record Limits(
        Duration callTimeout,
        Duration approvalTimeout,
        Duration startTimeout,
        int concurrentCalls,
        int concurrentCallsPerServer,
        int waitingCalls,
        int pendingApprovals) {
    /** 60 s a call, 60 s an approval, 30 s a start, 256 calls at once, 64 a server, 1024 waiting, 32 approvals. */
    public static final Limits DEFAULTS =
            new Limits(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(30), 256, 64, 1024, 32);

    public Limits {
        positive("callTimeout", callTimeout);
        positive("approvalTimeout", approvalTimeout);
        positive("startTimeout", startTimeout);
        if (concurrentCalls < 1 || concurrentCallsPerServer < 1 || waitingCalls < 0 || pendingApprovals < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    private static void positive(String name, Duration duration) {
        Objects.requireNonNull(duration, name);
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, not " + duration);
        }
    }

    public Limits withCallTimeout(Duration timeout) {
        return new Limits(
                timeout,
                approvalTimeout,
                startTimeout,
                concurrentCalls,
                concurrentCallsPerServer,
                waitingCalls,
                pendingApprovals);
    }

    public Limits withApprovalTimeout(Duration timeout) {
        return new Limits(
                callTimeout,
                timeout,
                startTimeout,
                concurrentCalls,
                concurrentCallsPerServer,
                waitingCalls,
                pendingApprovals);
    }

    public Limits withStartTimeout(Duration timeout) {
        return new Limits(
                callTimeout,
                approvalTimeout,
                timeout,
                concurrentCalls,
                concurrentCallsPerServer,
                waitingCalls,
                pendingApprovals);
    }

    /** The same with other bounds on calls under way. */
    public Limits withConcurrency(int gateway, int perServer, int waiting) {
        return new Limits(callTimeout, approvalTimeout, startTimeout, gateway, perServer, waiting, pendingApprovals);
    }
}
