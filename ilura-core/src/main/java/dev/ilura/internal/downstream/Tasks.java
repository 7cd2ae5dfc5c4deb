package dev.ilura.internal.downstream;

import dev.ilura.internal.call.Concluded;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose tasks are whose: a task belongs to the client whose call made it, and its id alone opens nothing. The newest
 * {@value #MOST} are remembered. Thread-safe.
 */
final class Tasks {
    private static final int MOST = 1000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, String> servers = new LinkedHashMap<>();

    /** Takes note of the task that a call has made, if it has. */
    void made(String server, Concluded concluded) {
        Optional<JsonValue> result = concluded.answer().flatMap(Frame::result);
        result.flatMap(each -> each.at("/task/taskId"))
                .or(() -> result.filter(Tasks::isTask).flatMap(each -> each.member("taskId")))
                .filter(JsonValue::isString)
                .ifPresent(id -> remember(id.text(), server));
    }

    private static boolean isTask(JsonValue result) {
        return result.member("resultType")
                .filter(type -> type.isString() && type.text().equals("task"))
                .isPresent();
    }

    /** Two servers that give one id to two tasks: neither is reached by it any more. */
    private void remember(String id, String server) {
        lock.lock();
        try {
            String before = servers.putIfAbsent(id, server);
            if (before != null && !before.equals(server)) {
                servers.put(id, "");
            }
            if (servers.size() > MOST) {
                servers.remove(servers.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The server that has a task of this client. */
    Optional<String> serverOf(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(servers.get(id)).filter(server -> !server.isEmpty());
        } finally {
            lock.unlock();
        }
    }
}
