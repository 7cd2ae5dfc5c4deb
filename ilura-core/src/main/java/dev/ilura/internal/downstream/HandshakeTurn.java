package dev.ilura.internal.downstream;

import dev.ilura.CallRequest;
import dev.ilura.internal.call.Cancellation;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** A request of a handshake client: what is asked on its behalf is a request of the gate, on the same stream. */
final class HandshakeTurn implements Turn {
    private final HandshakeClient client;
    private final Frame frame;
    private final McpFront.Replies replies;
    private final McpFront.Outbox stream;
    private final Runnable ended;
    private final Cancellation cancellation = new Cancellation();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Set<CompletableFuture<Said>> questions = ConcurrentHashMap.newKeySet();
    private volatile Optional<String> call = Optional.empty();

    /**
     * @param ended runs once, when nothing more is to be sent
     */
    HandshakeTurn(HandshakeClient client, Frame frame, McpFront.Replies replies, Runnable ended) {
        this.client = client;
        this.frame = frame;
        this.replies = replies;
        this.stream = replies::send;
        this.ended = ended;
        client.opens(stream);
    }

    @Override
    public void isCall(CallRequest request, String id) {
        call = Optional.of(id);
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public void progressed(Frame progress) {
        if (!over.get()) {
            Replies.progress(progress, frame).ifPresent(replies::send);
        }
    }

    @Override
    public void conclude(Function<JsonValue, Reply> reply) {
        if (ends()) {
            reply.apply(frame.id().orElseThrow()).to(replies);
        }
    }

    @Override
    public void cancel() {
        if (ends()) {
            cancellation.cancel();
        }
    }

    /** It never began. */
    void forget() {
        over.set(true);
        client.closes(stream);
    }

    private boolean ends() {
        boolean first = over.compareAndSet(false, true);
        if (first) {
            client.closes(stream);
            questions.forEach(question -> question.cancel(false));
            ended.run();
        }
        return first;
    }

    @Override
    public CallRequest asking(String server, String target) {
        CallRequest request = client.asking(server, target);
        return call.map(request::causedBy).orElse(request);
    }

    @Override
    public Optional<Era> era() {
        return client.era();
    }

    @Override
    public JsonValue capabilities() {
        return client.capabilities();
    }

    @Override
    public Optional<String> logLevel() {
        return client.logLevel();
    }

    @Override
    @SuppressWarnings("UndefinedEquals") // this very question is meant
    public CompletableFuture<Said> ask(String method, JsonValue params) {
        CompletableFuture<Said> said = client.ask(method, params, stream);
        questions.add(said);
        said.whenComplete((answer, failure) -> questions.remove(said));
        if (over.get()) {
            said.cancel(false);
        }
        return said;
    }

    @Override
    public void tell(Frame notification) {
        client.tell(notification, over.get() ? client::toItself : stream);
    }
}
