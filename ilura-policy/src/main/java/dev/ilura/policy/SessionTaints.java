package dev.ilura.policy;

import dev.ilura.ToolCall;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What every session has taken in, and by which call. A call that was let through counts as taken in, whether or not it
 * succeeded; what is forgotten for lack of room counts as everything. Thread-safe.
 */
final class SessionTaints {
    private static final int MAX_SESSIONS = 100_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Map<Taint, String>> bySession = new LinkedHashMap<>();
    private boolean forgot;

    /** The calls by which a session took in all there is to take in, in words; empty if it did not. */
    Optional<String> whole(ToolCall call) {
        lock.lock();
        try {
            Map<Taint, String> taints = bySession.get(key(call));
            if (taints == null) {
                return forgot ? Optional.of("more than is remembered") : Optional.empty();
            }
            return taints.size() == Taint.values().length ? Optional.of(describe(taints)) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    void add(ToolCall call, Set<Taint> taints) {
        if (taints.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            if (bySession.size() >= MAX_SESSIONS && !bySession.containsKey(key(call))) {
                bySession.remove(bySession.keySet().iterator().next());
                forgot = true;
            }
            Map<Taint, String> known = bySession.computeIfAbsent(key(call), session -> new EnumMap<>(Taint.class));
            taints.forEach(taint -> known.putIfAbsent(taint, call.target() + " (call " + call.id() + ")"));
        } finally {
            lock.unlock();
        }
    }

    private static String key(ToolCall call) {
        return call.pod() + "\n" + call.principal() + "\n" + call.session();
    }

    private static String describe(Map<Taint, String> taints) {
        return "untrusted content by " + taints.get(Taint.UNTRUSTED) + " and private data by "
                + taints.get(Taint.PRIVATE);
    }
}
