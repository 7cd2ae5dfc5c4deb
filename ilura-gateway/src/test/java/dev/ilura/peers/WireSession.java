package dev.ilura.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A handshake-era session spoken by hand, so that a test sees the very bytes of every answer. */
final class WireSession implements AutoCloseable {
    private final Process process;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Long, CompletableFuture<JsonValue>> waiting = new ConcurrentHashMap<>();

    private WireSession(Process process) {
        this.process = process;
    }

    /** Starts the server and shakes hands. */
    static WireSession open(ServerCommand server) {
        WireSession session = new WireSession(start(server));
        Thread reader = new Thread(session::read, "wire-reader");
        reader.setDaemon(true);
        reader.start();
        session.request(
                "initialize",
                Map.of(
                        "protocolVersion", "2025-11-25",
                        "capabilities", Map.of(),
                        "clientInfo", Map.of("name", "ilura-wire", "version", "1")));
        session.send(Map.of("jsonrpc", "2.0", "method", "notifications/initialized"));
        return session;
    }

    List<JsonValue> tools() {
        return request("tools/list", Map.of()).at("/result/tools").orElseThrow().elements();
    }

    /** The {@code result} of a call. */
    JsonValue call(Call call) {
        JsonValue answer = request("tools/call", Map.of("name", call.tool(), "arguments", call.arguments()));
        return answer.member("result").orElseThrow(() -> new AssertionError(call + " was answered " + answer.raw()));
    }

    /** Sends a request and waits for the whole answer. */
    JsonValue request(String method, Map<String, ?> params) {
        return await(send(method, params), Peers.PATIENCE);
    }

    /** Sends a request without waiting. */
    CompletableFuture<JsonValue> send(String method, Map<String, ?> params) {
        long id = ids.incrementAndGet();
        CompletableFuture<JsonValue> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        send(Map.of("jsonrpc", "2.0", "id", id, "method", method, "params", params));
        return answer;
    }

    Process process() {
        return process;
    }

    /** Closes stdin, as clients do, and expects the server to end by itself. */
    @Override
    public void close() {
        closeInput();
        try {
            assertThat(process.waitFor(Peers.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the server ends when its stdin is closed")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }

    /** What a client does first when it leaves. */
    void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // A server that was killed has no stdin to close.
        }
    }

    static <T> T await(CompletableFuture<T> answer, Duration limit) {
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer within " + limit, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Process start(ServerCommand server) {
        ProcessBuilder builder = new ProcessBuilder(server.line()).redirectError(Redirect.INHERIT);
        builder.environment().putAll(server.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(Map<String, ?> message) {
        try {
            process.getOutputStream().write((JsonValue.of(message).raw() + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                receive(JsonValue.parse(line));
            }
            fail(new IOException("the server closed its stdout"));
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private void receive(JsonValue message) {
        if (message.member("method").isEmpty()) {
            message.member("id")
                    .flatMap(JsonValue::integer)
                    .map(waiting::remove)
                    .ifPresent(answer -> answer.complete(message));
        }
    }

    private void fail(Exception cause) {
        waiting.values().forEach(answer -> answer.completeExceptionally(cause));
    }
}
