package dev.ilura.internal.upstream;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.Metadata;
import dev.ilura.json.JsonValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is watched over one line. In the handshake era each resource is subscribed to once, however many watch it; in
 * 2026-07-28 one {@code subscriptions/listen} names all of them, and the lists, and is replaced when they change.
 * Thread-safe.
 */
final class Watches {
    /** A subscription has no end of its own. */
    private static final Duration ALWAYS = Duration.ofDays(3650);

    private static final int MOST = 1000;

    private final Line line;
    private final Duration patience;
    private final Map<String, List<Consumer<Frame>>> watched = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Exchange listening;

    Watches(Line line, Duration patience) {
        this.line = line;
        this.patience = patience;
    }

    /** A session has begun: it is told anew what is watched. */
    void begin(UpstreamSession session) {
        if (session.agreement().era() == Era.PER_REQUEST) {
            listen(session);
        } else {
            watched.keySet().forEach(uri -> subscribe(session, uri));
        }
    }

    CompletableFuture<Void> add(String uri, Consumer<Frame> watcher) {
        if (watched.size() >= MOST && !watched.containsKey(uri)) {
            return CompletableFuture.failedFuture(
                    UpstreamFailure.ofGate("ILR-CALL-007", MOST + " resources are watched already.", Effect.NONE));
        }
        return line.ready().thenCompose(session -> {
            if (!session.agreement().watches()) {
                throw UpstreamFailure.ofGate(
                        "ILR-CALL-010", "Server \"" + line.name() + "\" has no subscriptions.", Effect.NONE);
            }
            boolean[] first = new boolean[1];
            watched.compute(uri, (key, watchers) -> {
                first[0] = watchers == null;
                List<Consumer<Frame>> all = watchers == null ? new CopyOnWriteArrayList<>() : watchers;
                all.add(watcher);
                return all;
            });
            return first[0] ? begun(session, uri) : CompletableFuture.completedFuture(null);
        });
    }

    private CompletableFuture<Void> begun(UpstreamSession session, String uri) {
        if (session.agreement().era() == Era.PER_REQUEST) {
            listen(session);
            return CompletableFuture.completedFuture(null);
        }
        return subscribe(session, uri).whenComplete((done, failure) -> {
            if (failure != null) {
                watched.remove(uri);
            }
        });
    }

    private CompletableFuture<Void> subscribe(UpstreamSession session, String uri) {
        return session.ask("resources/subscribe", Map.of("uri", uri), patience).thenAccept(result -> {});
    }

    void remove(String uri, Consumer<Frame> watcher) {
        boolean[] last = new boolean[1];
        watched.computeIfPresent(uri, (key, watchers) -> {
            last[0] = watchers.remove(watcher) && watchers.isEmpty();
            return last[0] ? null : watchers;
        });
        if (last[0]) {
            line.ready().thenAccept(session -> ended(session, uri));
        }
    }

    private void ended(UpstreamSession session, String uri) {
        if (session.agreement().era() == Era.PER_REQUEST) {
            listen(session);
        } else {
            session.exchange("resources/unsubscribe", Map.of("uri", uri), patience);
        }
    }

    /** The new subscription comes before the end of the old one, so that no change is missed in between. */
    private void listen(UpstreamSession session) {
        Agreement agreed = session.agreement();
        Map<String, Object> filter = new LinkedHashMap<>();
        for (String list : List.of("tools", "prompts", "resources")) {
            if (agreed.tellsChanges(list)) {
                filter.put(list + "ListChanged", true);
            }
        }
        if (!watched.isEmpty()) {
            filter.put("resourceSubscriptions", List.copyOf(watched.keySet()));
        }
        Exchange before;
        lock.lock();
        try {
            before = listening;
            listening = filter.isEmpty()
                    ? null
                    : session.exchange(
                            "subscriptions/listen",
                            Map.of("notifications", filter, "_meta", Metadata.of(session.clientCapabilities())),
                            ALWAYS);
        } finally {
            lock.unlock();
        }
        if (before != null) {
            before.cancel(UpstreamFailure.cancelled());
        }
    }

    void updated(Frame notification) {
        Optional<JsonValue> uri = notification.param("/uri").filter(JsonValue::isString);
        uri.map(text -> watched.get(text.text()))
                .ifPresent(watchers -> watchers.forEach(watcher -> watcher.accept(notification)));
    }
}
