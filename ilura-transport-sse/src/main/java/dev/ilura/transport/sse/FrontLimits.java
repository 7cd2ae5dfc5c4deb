package dev.ilura.transport.sse;

import java.time.Duration;
import java.util.Objects;

/**
 * What clients may take of an HTTP front. Beyond a limit a request is refused and the others go on.
 *
 * @param messageBytes the largest message that a client may post
 * @param streamBytes what may wait for one client that reads slowly, beside the message that is being written; then its
 *     stream is ended
 * @param replayBytes what is kept for one session, so that a stream which broke can be taken up again
 * @param connections open at the same time
 * @param concurrentRequests answered at the same time, streams that only listen included
 * @param sessions of clients with a handshake
 * @param sessionIdle how long a session without request and open stream lives
 * @param requestsPerSecond of one principal, on average; twice as many at once
 * @param refusedPerMinute wrong credentials from one address, then it has to wait
 */
public record FrontLimits(
        int messageBytes,
        int streamBytes,
        int replayBytes,
        int connections,
        int concurrentRequests,
        int sessions,
        Duration sessionIdle,
        int requestsPerSecond,
        int refusedPerMinute) {

    /** Generous for people and agents, too little for a flood. */
    public static final FrontLimits DEFAULTS =
            new FrontLimits(16 << 20, 4 << 20, 1 << 20, 8_192, 4_096, 4_096, Duration.ofMinutes(30), 20_000, 30);

    public FrontLimits {
        Objects.requireNonNull(sessionIdle, "sessionIdle");
        requirePositive("messageBytes", messageBytes);
        requirePositive("streamBytes", streamBytes);
        requirePositive("replayBytes", replayBytes);
        requirePositive("connections", connections);
        requirePositive("concurrentRequests", concurrentRequests);
        requirePositive("sessions", sessions);
        requirePositive("requestsPerSecond", requestsPerSecond);
        requirePositive("refusedPerMinute", refusedPerMinute);
        if (sessionIdle.isZero() || sessionIdle.isNegative()) {
            throw new IllegalArgumentException("sessionIdle is positive: " + sessionIdle);
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is at least 1: " + value);
        }
    }

    /** As these, with another number of sessions. */
    public FrontLimits sessions(int most, Duration idle) {
        return new FrontLimits(
                messageBytes,
                streamBytes,
                replayBytes,
                connections,
                concurrentRequests,
                most,
                idle,
                requestsPerSecond,
                refusedPerMinute);
    }

    /** As these, with other sizes. */
    public FrontLimits sizes(int message, int stream, int replay) {
        return new FrontLimits(
                message,
                stream,
                replay,
                connections,
                concurrentRequests,
                sessions,
                sessionIdle,
                requestsPerSecond,
                refusedPerMinute);
    }

    /** As these, with other rates. */
    public FrontLimits rates(int perSecond, int refused) {
        return new FrontLimits(
                messageBytes,
                streamBytes,
                replayBytes,
                connections,
                concurrentRequests,
                sessions,
                sessionIdle,
                perSecond,
                refused);
    }

    /** As these, with other numbers of what is open at once. */
    public FrontLimits open(int atMostConnections, int requests) {
        return new FrontLimits(
                messageBytes,
                streamBytes,
                replayBytes,
                atMostConnections,
                requests,
                sessions,
                sessionIdle,
                requestsPerSecond,
                refusedPerMinute);
    }
}
