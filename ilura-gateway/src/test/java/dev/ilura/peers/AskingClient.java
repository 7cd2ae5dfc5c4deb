package dev.ilura.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ilura.json.JsonValue;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A client of the official TypeScript SDK with calls under way, through {@code peers/asking-client.mjs}. */
final class AskingClient implements AutoCloseable {
    private final Process node;
    private final BufferedWriter in;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonValue>> waiting = new ConcurrentHashMap<>();
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    private final CompletableFuture<String> connected = new CompletableFuture<>();
    final List<JsonValue> elicited = new CopyOnWriteArrayList<>();

    private AskingClient(Process node) {
        this.node = node;
        this.in = new BufferedWriter(new OutputStreamWriter(node.getOutputStream(), UTF_8));
    }

    /**
     * @param library {@code client} (2.x) or {@code sdk} (1.x)
     * @param elicitation {@code modes} and {@code answer}; empty for a client that cannot be asked
     */
    static AskingClient connect(String library, String era, Map<String, ?> elicitation, ServerCommand server)
            throws IOException {
        AskingClient client = new AskingClient(
                new ProcessBuilder("node", Peers.file("asking-client.mjs").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
        Thread reader = new Thread(client::read, "asking-client");
        reader.setDaemon(true);
        reader.start();
        Map<String, Object> plan = new HashMap<>();
        plan.put("library", library);
        plan.put("era", era);
        plan.put("command", server.command());
        plan.put("args", server.args());
        plan.put("env", server.environment());
        if (!elicitation.isEmpty()) {
            plan.put("elicitation", elicitation);
        }
        client.send(plan);
        WireSession.await(client.connected, Peers.PATIENCE);
        return client;
    }

    String version() {
        return connected.join();
    }

    /** What the client says of a call: {@code started}, and {@code result} or {@code error}. */
    CompletableFuture<JsonValue> call(String tool, Map<String, ?> arguments) throws IOException {
        long id = ids.incrementAndGet();
        CompletableFuture<JsonValue> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        send(Map.of("id", id, "tool", tool, "arguments", arguments));
        return answer;
    }

    /**
     * A call under way.
     *
     * @param progress what was reported, as it came
     * @param answer as that of {@link #call}
     */
    record Watched(long id, List<JsonValue> progress, CompletableFuture<JsonValue> answer) {}

    /** The same, with progress. */
    Watched watch(String tool, Map<String, ?> arguments) throws IOException {
        long id = ids.incrementAndGet();
        Watched call = new Watched(id, new CopyOnWriteArrayList<>(), new CompletableFuture<>());
        watched.put(id, call);
        waiting.put(id, call.answer());
        send(Map.of("id", id, "tool", tool, "arguments", arguments, "watched", true));
        return call;
    }

    /** The client gives a call up. */
    void cancel(Watched call) throws IOException {
        send(Map.of("cancel", call.id()));
    }

    /** Everything that the client has started. */
    List<ProcessHandle> started() {
        return node.descendants().toList();
    }

    private synchronized void send(Map<String, ?> message) throws IOException {
        in.write(JsonValue.of(message).raw());
        in.newLine();
        in.flush();
    }

    private void read() {
        try (BufferedReader out = new BufferedReader(new InputStreamReader(node.getInputStream(), UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                JsonValue message = JsonValue.parse(line);
                message.member("connected").ifPresent(version -> connected.complete(version.text()));
                message.member("elicited").ifPresent(elicited::add);
                message.member("progressOf")
                        .flatMap(JsonValue::integer)
                        .ifPresent(id -> watched.get(id).progress().add(message));
                message.member("id")
                        .flatMap(JsonValue::integer)
                        .ifPresent(id -> waiting.remove(id).complete(message));
            }
        } catch (IOException e) {
            connected.completeExceptionally(e);
        }
        connected.completeExceptionally(new IOException("the client ended"));
        waiting.values().forEach(answer -> answer.completeExceptionally(new IOException("the client ended")));
    }

    /** When it returns, the gate that the client started has ended too, and its log and its stores are free. */
    @Override
    public void close() {
        List<ProcessHandle> started = started();
        try {
            in.close();
            node.waitFor(Peers.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            CompletableFuture.allOf(started.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(Peers.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("what the client started goes on", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            started.forEach(ProcessHandle::destroyForcibly);
            node.descendants().forEach(ProcessHandle::destroy);
            node.destroyForcibly();
        }
    }
}
