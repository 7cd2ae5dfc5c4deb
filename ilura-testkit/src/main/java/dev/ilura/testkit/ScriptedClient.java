package dev.ilura.testkit;

import dev.ilura.Gateway;
import dev.ilura.Pod;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An MCP client in memory that says exactly what the test tells it to, byte for byte, and keeps what comes back.
 * Thread-safe.
 */
public final class ScriptedClient implements McpFront {
    private static final long PATIENCE_SECONDS = 10;

    private final String principal;
    private final CompletableFuture<Session> session = new CompletableFuture<>();
    private final CountDownLatch left = new CountDownLatch(1);
    private final List<JsonValue> received = new CopyOnWriteArrayList<>();
    private final ReentrantLock arrivals = new ReentrantLock();
    private final Condition arrived = arrivals.newCondition();
    private final ReentrantLock turn = new ReentrantLock();

    /**
     * @param principal who it is, as its front established it
     */
    public ScriptedClient(String principal) {
        this.principal = principal;
    }

    /** A client of the default pod. */
    public static ScriptedClient of(Gateway gateway) {
        return of(gateway, Pod.DEFAULT, "local");
    }

    /** A client of a pod; served on a daemon thread until it leaves or the gateway closes. */
    public static ScriptedClient of(Gateway gateway, String pod, String principal) {
        ScriptedClient client = new ScriptedClient(principal);
        Thread serving = new Thread(() -> client.servedBy(gateway, pod), "scripted-client");
        serving.setDaemon(true);
        serving.start();
        client.session();
        return client;
    }

    private void servedBy(Gateway gateway, String pod) {
        try {
            gateway.serve(this, pod);
        } catch (IOException | RuntimeException e) {
            session.completeExceptionally(e);
        }
    }

    @Override
    public void serve(Sessions sessions) {
        session.complete(sessions.open(principal, this::arrive));
        try {
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        session().closed();
    }

    @Override
    public void close() {
        left.countDown();
    }

    private void arrive(byte[] frame) {
        arrivals.lock();
        try {
            received.add(JsonValue.parse(frame, JsonLimits.FRAME));
            arrived.signalAll();
        } finally {
            arrivals.unlock();
        }
    }

    /** Sends any text as one frame. */
    public void send(String frame) {
        send(frame.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends any bytes as one frame. */
    public void send(byte[] frame) {
        turn.lock();
        try {
            session().received(frame, this::arrive);
        } finally {
            turn.unlock();
        }
    }

    /** Sends a request; {@code id} and {@code params} are JSON texts. */
    public void request(String id, String method, String params) {
        send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    /** Calls a tool by the name that the client sees. */
    public void call(String id, String tool, String arguments) {
        request(id, "tools/call", "{\"name\":" + JsonValue.of(tool).raw() + ",\"arguments\":" + arguments + "}");
    }

    /** Gives up a request. */
    public void cancel(String id) {
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id + "}}");
    }

    /** Everything that came, in order. */
    public List<JsonValue> received() {
        return List.copyOf(received);
    }

    /** The answers to a request so far. */
    public List<JsonValue> answers(String id) {
        return received.stream()
                .filter(frame -> frame.member("method").isEmpty())
                .filter(frame -> frame.member("id").map(JsonValue::raw).equals(Optional.of(id)))
                .toList();
    }

    /** The notifications of one method so far. */
    public List<JsonValue> notifications(String method) {
        return received.stream()
                .filter(frame -> frame.member("method").map(JsonValue::text).equals(Optional.of(method)))
                .toList();
    }

    /**
     * Waits for the first answer to a request.
     *
     * @throws AssertionError if none comes within ten seconds
     */
    public JsonValue answer(String id) {
        long patience = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        arrivals.lock();
        try {
            for (@Nullable JsonValue answer = first(id); ; answer = first(id)) {
                if (answer != null) {
                    return answer;
                }
                if (patience <= 0) {
                    throw new AssertionError("no answer to " + id + "; received: " + received);
                }
                patience = arrived.awaitNanos(patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the answer to " + id, e);
        } finally {
            arrivals.unlock();
        }
    }

    private @Nullable JsonValue first(String id) {
        return answers(id).stream().findFirst().orElse(null);
    }

    private Session session() {
        try {
            return session.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while connecting", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the gateway did not take the client", e);
        }
    }
}
