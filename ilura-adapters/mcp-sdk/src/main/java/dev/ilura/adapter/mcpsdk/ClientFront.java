package dev.ilura.adapter.mcpsdk;

import dev.ilura.IluraException;
import dev.ilura.spi.McpFront;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's SDK client as a client of the gate. Its messages enter from any thread, one at a time; what the gate
 * sends is handed to it in order by the thread that serves.
 */
final class ClientFront implements McpFront {
    private static final Logger LOG = LoggerFactory.getLogger(ClientFront.class);
    private static final long QUEUE_LIMIT = 64L << 20;
    private static final Duration CLOSING_GRACE = Duration.ofSeconds(2);

    private final SdkMessages messages;
    private final Consumer<JSONRPCMessage> client;
    private final CompletableFuture<Session> session = new CompletableFuture<>();
    private final ReentrantLock turn = new ReentrantLock();

    /** What is to be handed over; empty ends it. */
    private final BlockingQueue<Optional<Delivery>> deliveries = new LinkedBlockingQueue<>();

    private final AtomicLong queued = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;
    private volatile @Nullable Thread server;

    ClientFront(SdkMessages messages, Consumer<JSONRPCMessage> client) {
        this.messages = messages;
        this.client = client;
    }

    @Override
    public void serve(Sessions sessions) {
        server = Thread.currentThread();
        Session opened =
                sessions.open(new Client("local", Channel.IN_PROCESS), frame -> deliver(frame, Optional.empty()));
        session.complete(opened);
        try {
            for (Optional<Delivery> next = deliveries.take(); next.isPresent(); next = deliveries.take()) {
                hand(next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed = true;
            opened.closed();
            ended.countDown();
        }
    }

    /** The gate did not take the client in; whoever sends gets to know why. */
    void failed(Exception why) {
        session.completeExceptionally(why);
        ended.countDown();
    }

    /**
     * Returns when the gate has taken the client in.
     *
     * @throws RuntimeException what the gate threw instead
     */
    void awaitSession() {
        opened();
    }

    void send(JSONRPCMessage message) {
        Optional<Object> request = message instanceof JSONRPCRequest asked ? Optional.of(asked.id()) : Optional.empty();
        Session gate = opened();
        turn.lock();
        try {
            gate.received(messages.frame(message), answer -> deliver(answer, request));
        } catch (IOException e) {
            throw new IluraException(
                    "ILR-SDK-003", "The SDK's mapper cannot write the message.", "Send values that it can write.", e);
        } finally {
            turn.unlock();
        }
    }

    private Session opened() {
        try {
            return session.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException refused ? refused : e;
        }
    }

    private void deliver(byte[] frame, Optional<Object> request) {
        boolean room = queued.addAndGet(frame.length) <= QUEUE_LIMIT;
        if (room && !closed) {
            deliveries.add(Optional.of(new Delivery(frame, request)));
        } else {
            queued.addAndGet(-frame.length);
            LOG.warn("a message of {} bytes was dropped: the client left or does not take them", frame.length);
        }
    }

    private void hand(Delivery next) {
        queued.addAndGet(-next.frame.length);
        try {
            client.accept(decoded(next));
        } catch (IOException | RuntimeException e) {
            LOG.warn("a message did not reach the client: {}", e.toString());
        }
    }

    private JSONRPCMessage decoded(Delivery next) throws IOException {
        try {
            return messages.forClient(next.frame);
        } catch (IllegalArgumentException e) {
            Object request = next.request.orElseThrow(() -> e);
            return messages.refusal(next.frame, request);
        }
    }

    /** Waits until what was answered before is handed over and the client's leaving is noted, at most 2 s. */
    @Override
    public void close() {
        deliveries.add(Optional.empty());
        boolean fromWithin = Thread.currentThread().equals(server);
        try {
            if (!fromWithin && !ended.await(CLOSING_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the client is still busy with a message");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A frame for the client, and the id of the request it belongs to. */
    private static final class Delivery {
        private final byte[] frame;
        private final Optional<Object> request;

        Delivery(byte[] frame, Optional<Object> request) {
            this.frame = frame;
            this.request = request;
        }
    }
}
