package dev.ilura.internal.downstream;

import dev.ilura.CallOutcome;
import dev.ilura.internal.call.RelayedMethod;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.Messages;
import dev.ilura.internal.wire.Metadata;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One {@code subscriptions/listen}: first says what was agreed to, then tells of changes, each under the id of its request.
 * Resources are watched only where reading them is allowed.
 */
final class Listening implements McpFront.Ongoing {
    private static final int MOST_RESOURCES = 200;

    private final Frame request;
    private final McpFront.Replies replies;
    private final ModernTurn turn;
    private final PodView view;
    private final Relay relay;
    private final Consumer<Listening> ended;
    private final Watched watched;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<byte[]> before = new ArrayList<>();
    private final Set<Offer> lists = EnumSet.noneOf(Offer.class);
    private boolean acknowledged;
    private boolean over;

    /**
     * @param ended runs when it is over
     */
    Listening(
            Frame request,
            McpFront.Replies replies,
            ModernTurn turn,
            PodView view,
            Relay relay,
            Consumer<Listening> ended) {
        this.request = request;
        this.replies = replies;
        this.turn = turn;
        this.view = view;
        this.relay = relay;
        this.ended = ended;
        this.watched = new Watched(this::updated);
    }

    private JsonValue id() {
        return request.id().orElseThrow();
    }

    private Map<String, Object> meta() {
        return Map.of(Era.SUBSCRIPTION_KEY, Objects.requireNonNull(id().toJava()));
    }

    void begin() {
        want("toolsListChanged", Offer.TOOLS);
        want("promptsListChanged", Offer.PROMPTS);
        want("resourcesListChanged", Offer.RESOURCES);
        List<String> uris =
                request
                        .param("/notifications/resourceSubscriptions")
                        .map(JsonValue::elements)
                        .orElse(List.of())
                        .stream()
                        .filter(JsonValue::isString)
                        .map(JsonValue::text)
                        .distinct()
                        .limit(MOST_RESOURCES)
                        .toList();
        CompletableFuture<?> running = view.started();
        if (uris.isEmpty()) {
            acknowledge(uris);
            return;
        }
        List<CompletableFuture<Optional<String>>> watches =
                uris.stream().map(this::watch).toList();
        running.thenCompose(all -> CompletableFuture.allOf(watches.toArray(CompletableFuture<?>[]::new)))
                .handle((all, failure) -> watches.stream()
                        .map(watch ->
                                watch.exceptionally(failed -> Optional.empty()).join())
                        .flatMap(Optional::stream)
                        .toList())
                .thenAccept(this::acknowledge);
    }

    private void want(String name, Offer offer) {
        boolean wanted = request.param("/notifications/" + name)
                .filter(JsonValue::isBoolean)
                .map(JsonValue::flag)
                .orElse(false);
        if (wanted) {
            lists.add(offer);
        }
    }

    /** The URI, if it may be watched and its server can tell of changes. */
    private CompletableFuture<Optional<String>> watch(String uri) {
        Frame reading = reading(uri);
        Relay.Wanted wanted = Relay.Wanted.read(RelayedMethod.SUBSCRIPTION, reading);
        return relay.deed(wanted, view, turn, (call, line) -> watched.begin(uri, line))
                .thenApply(concluded ->
                        concluded.outcome() instanceof CallOutcome.Completed ? Optional.of(uri) : Optional.empty());
    }

    private static Frame reading(String uri) {
        try {
            return Frame.read(Messages.request(0, "resources/subscribe", Map.of("uri", uri)));
        } catch (FrameException e) {
            throw new IllegalStateException("the gate writes frames that it can read", e);
        }
    }

    private void acknowledge(List<String> resources) {
        Map<String, Object> agreed = new LinkedHashMap<>();
        lists.forEach(offer -> agreed.put(offer.member() + "ListChanged", true));
        if (!resources.isEmpty()) {
            agreed.put("resourceSubscriptions", resources);
        }
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("notifications", agreed);
        params.put("_meta", meta());
        lock.lock();
        try {
            if (!over) {
                acknowledged = true;
                replies.send(Messages.notification("notifications/subscriptions/acknowledged", params));
                before.forEach(replies::send);
                before.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    void changed(Line line, Offer offer) {
        if (lists.contains(offer) && view.used().contains(line)) {
            tell(Messages.notification(offer.changed(), Map.of("_meta", meta())));
        }
    }

    /** The server's own notification, under the id of this subscription. */
    private void updated(Frame notification) {
        Optional<JsonValue> params = notification.params();
        Optional<JsonValue> meta = notification.param("/_meta");
        byte[] own = Metadata.rewritten(meta, Map.of(Era.SUBSCRIPTION_KEY, id().bytes()));
        params.ifPresent(all -> tell(notification
                .json()
                .splice(List.of(meta.map(old -> new JsonValue.Edit(old, own))
                        .orElseGet(() -> JsonValue.Edit.into(all, member(own)))))));
    }

    private static byte[] member(byte[] meta) {
        byte[] name = "\"_meta\":".getBytes(StandardCharsets.US_ASCII);
        byte[] member = Arrays.copyOf(name, name.length + meta.length);
        System.arraycopy(meta, 0, member, name.length, meta.length);
        return member;
    }

    /** Nothing comes before the acknowledgement. */
    private void tell(byte[] notification) {
        lock.lock();
        try {
            if (acknowledged && !over) {
                replies.send(notification);
            } else if (!over && before.size() < MOST_RESOURCES) {
                before.add(notification);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The gate ends it, in good order. */
    void closed() {
        if (ends()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("resultType", "complete");
            result.put("_meta", meta());
            turn.conclude(id -> Reply.result(id, result));
        }
    }

    @Override
    public void cancel() {
        if (ends()) {
            turn.cancel();
        }
    }

    private boolean ends() {
        lock.lock();
        try {
            if (over) {
                return false;
            }
            over = true;
        } finally {
            lock.unlock();
        }
        watched.end();
        ended.accept(this);
        return true;
    }
}
