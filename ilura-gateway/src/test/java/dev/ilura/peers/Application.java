package dev.ilura.peers;

import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import dev.ilura.spi.McpFront;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client in the same process that can be asked everything: it accepts forms with their defaults. */
final class Application implements McpFront {
    private static final String REVISION = "2025-11-25";

    private final Consumer<Application> use;
    private final Map<Long, CompletableFuture<JsonValue>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private @Nullable Session session;

    Application(Consumer<Application> use) {
        this.use = use;
    }

    @Override
    public void serve(Sessions sessions) {
        Session opened = sessions.open(new Client("application", Channel.IN_PROCESS), this::heard);
        session = opened;
        ask(
                        "initialize",
                        Map.of(
                                "protocolVersion",
                                REVISION,
                                "capabilities",
                                Map.of(
                                        "elicitation", Map.of("form", Map.of()),
                                        "sampling", Map.of(),
                                        "roots", Map.of()),
                                "clientInfo",
                                Map.of("name", "application", "version", "1")))
                .join();
        say(Map.of("jsonrpc", "2.0", "method", "notifications/initialized"));
        use.accept(this);
        opened.closed();
    }

    /** The whole answer. */
    CompletableFuture<JsonValue> ask(String method, @Nullable Object params) {
        long id = ids.incrementAndGet();
        CompletableFuture<JsonValue> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        Map<String, Object> request = message();
        request.put("id", id);
        request.put("method", method);
        request.put("params", params);
        say(request);
        return answer;
    }

    private static Map<String, Object> message() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("jsonrpc", "2.0");
        return message;
    }

    private void say(Map<String, ?> message) {
        Session opened = session;
        if (opened != null) {
            opened.received(JsonWriter.write(message), this::heard);
        }
    }

    private void heard(byte[] frame) {
        JsonValue message = JsonValue.parse(new String(frame, StandardCharsets.UTF_8));
        boolean asks = message.member("method").isPresent();
        if (asks && message.member("id").isPresent()) {
            answer(message);
        } else if (!asks) {
            message.member("id")
                    .flatMap(JsonValue::integer)
                    .map(waiting::remove)
                    .ifPresent(answer -> answer.complete(message));
        }
    }

    private void answer(JsonValue question) {
        Map<String, Object> answer = message();
        answer.put("id", question.member("id").orElseThrow().toJava());
        answer.put(
                "result",
                switch (question.member("method").orElseThrow().text()) {
                    case "elicitation/create" -> Map.of("action", "accept", "content", defaults(question));
                    case "sampling/createMessage" ->
                        Map.of(
                                "role", "assistant",
                                "model", "none",
                                "content", Map.of("type", "text", "text", "an answer"));
                    case "roots/list" -> Map.of("roots", List.of(Map.of("uri", "file:///srv/docs")));
                    default -> Map.of();
                });
        say(answer);
    }

    /** What the form proposes, and anything for the rest. */
    private static Map<String, Object> defaults(JsonValue question) {
        Map<String, Object> content = new LinkedHashMap<>();
        question.at("/params/requestedSchema/properties")
                .map(JsonValue::members)
                .orElse(Map.of())
                .forEach((name, field) -> {
                    Object proposed =
                            field.member("default").map(JsonValue::toJava).orElse(null);
                    String type = field.member("type").map(JsonValue::text).orElse("string");
                    Object any = type.equals("boolean") ? true : type.equals("string") ? "text" : (Object) 1;
                    content.put(name, proposed == null ? any : proposed);
                });
        return content;
    }

    @Override
    public void close() {
        waiting.values().forEach(answer -> answer.cancel(false));
    }
}
