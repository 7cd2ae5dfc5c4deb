package dev.ilura.adapter.mcpsdk;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * An SDK transport with a server of three tools behind it: {@code echo}, {@code write} and {@code secret}. It answers on a
 * thread of its own, and takes messages of one thread at a time only, as the SDK's stdio transport does.
 */
final class ScriptedSdkTransport implements McpClientTransport {
    private static final McpJsonMapper JSON = McpJsonDefaults.getMapper();

    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<String> frames = new CopyOnWriteArrayList<>();
    final List<String> revisions = new CopyOnWriteArrayList<>();
    final AtomicInteger connects = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();

    volatile List<String> toolNames = List.of("echo", "write", "secret");

    /** Whether a message that comes while another is being taken is lost. */
    volatile boolean oneAtATime = true;

    /** Fails every message from now on, if there is one. */
    volatile @Nullable RuntimeException broken;

    private final ExecutorService answers = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger inside = new AtomicInteger();
    private volatile Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler = Function.identity();
    private volatile Consumer<Throwable> exceptions = failure -> {};

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> incoming) {
        return Mono.fromRunnable(() -> {
            connects.incrementAndGet();
            handler = incoming;
        });
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> incoming) {
        exceptions = incoming;
    }

    void raise(Throwable failure) {
        exceptions.accept(failure);
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.deferContextual(context -> {
            RuntimeException failure = broken;
            if (failure != null) {
                return Mono.error(failure);
            }
            if (inside.incrementAndGet() > 1 && oneAtATime) {
                return Mono.error(new IllegalStateException("Failed to enqueue message"));
            }
            try {
                revisions.add(context.getOrDefault(McpAsyncClient.NEGOTIATED_PROTOCOL_VERSION, "unknown"));
                frames.add(JSON.writeValueAsString(message));
                answer(message);
                return Mono.empty();
            } catch (IOException e) {
                return Mono.error(e);
            } finally {
                inside.decrementAndGet();
            }
        });
    }

    private void answer(JSONRPCMessage message) {
        if (message instanceof JSONRPCRequest request) {
            answers.execute(() -> hand(JSONRPCResponse.result(request.id(), result(request))));
        }
    }

    /** To the client, as a message of the server. */
    void hand(JSONRPCMessage message) {
        handler.apply(Mono.just(message)).subscribe();
    }

    void toolsChanged() {
        answers.execute(() -> hand(new JSONRPCNotification(McpSchema.METHOD_NOTIFICATION_TOOLS_LIST_CHANGED)));
    }

    private Object result(JSONRPCRequest request) {
        return switch (request.method()) {
            case "initialize" ->
                Map.of(
                        "protocolVersion", "2025-06-18",
                        "capabilities", Map.of("tools", Map.of()),
                        "serverInfo", Map.of("name", "scripted", "version", "1"));
            case "tools/list" ->
                Map.of(
                        "tools",
                        toolNames.stream().map(ScriptedSdkTransport::tool).toList());
            case "tools/call" -> called(JSON.convertValue(request.params(), Map.class));
            default -> Map.of();
        };
    }

    private static Map<String, Object> tool(String name) {
        return Map.of(
                "name",
                name,
                "description",
                "The tool " + name + ".",
                "inputSchema",
                Map.of("type", "object", "properties", Map.of("text", Map.of("type", "string"))));
    }

    private Map<String, Object> called(Map<?, ?> params) {
        calls.add(String.valueOf(params.get("name")));
        Map<?, ?> arguments = params.get("arguments") instanceof Map<?, ?> given ? given : Map.of();
        List<Object> content = new ArrayList<>();
        content.add(Map.of("type", "text", "text", String.valueOf(arguments.get("text"))));
        return Map.of("content", content, "structuredContent", Map.of("count", 3, "share", 0.5), "isError", false);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(() -> {
            closes.incrementAndGet();
            answers.shutdown();
        });
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return JSON.convertValue(data, type);
    }
}
