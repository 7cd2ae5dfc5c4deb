package dev.ilura.transport.sse.front;

import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.FrontLimits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The sessions of a front: at most so many, and none for ever. Thread-safe. */
final class HttpSessions {
    private static final Duration SWEEP = Duration.ofSeconds(30);
    private static final int ID_BYTES = 32;

    private final McpFront.Sessions gate;
    private final FrontLimits limits;
    private final TimeSource time;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, HttpSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, McpFront.Session> perRequest = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile TimeSource.@Nullable Timer sweep;
    private volatile boolean closed;

    HttpSessions(McpFront.Sessions gate, FrontLimits limits, TimeSource time) {
        this.gate = gate;
        this.limits = limits;
        this.time = time;
    }

    void start() {
        if (!closed) {
            sweep = time.after(SWEEP, this::sweep);
        }
    }

    private void sweep() {
        sessions.values().stream()
                .filter(session -> session.idleNanos() > limits.sessionIdle().toNanos())
                .forEach(this::end);
        start();
    }

    /** A new session; empty if there are too many. */
    Optional<HttpSession> open(String principal, McpFront.Channel channel) {
        if (count.incrementAndGet() > limits.sessions() || closed) {
            count.decrementAndGet();
            return Optional.empty();
        }
        HttpSession session = new HttpSession(newId(), principal, limits.replayBytes(), time);
        session.begin(gate.open(new McpFront.Client(principal, channel), session));
        sessions.put(session.id(), session);
        return Optional.of(session);
    }

    /** Unguessable: 256 bits of the system's random numbers. */
    private String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    /** The session of this id, if it is this principal's. */
    Optional<HttpSession> find(String id, String principal) {
        Optional<HttpSession> found = Optional.ofNullable(sessions.get(id))
                .filter(session -> session.principal().equals(principal));
        found.ifPresent(HttpSession::touch);
        return found;
    }

    /** Where the requests of a principal go that belong to no session (2026-07-28). */
    McpFront.Session perRequest(String principal) {
        return perRequest.computeIfAbsent(
                principal,
                unused -> gate.open(new McpFront.Client(principal, McpFront.Channel.STREAMABLE_HTTP), frame -> {}));
    }

    /** Ends one; idempotent. */
    void end(HttpSession session) {
        if (sessions.remove(session.id(), session)) {
            count.decrementAndGet();
            session.close();
        }
    }

    int size() {
        return sessions.size();
    }

    void close() {
        closed = true;
        TimeSource.Timer timer = sweep;
        if (timer != null) {
            timer.cancel();
        }
        sessions.values().forEach(this::end);
        perRequest.values().forEach(McpFront.Session::closed);
    }
}
