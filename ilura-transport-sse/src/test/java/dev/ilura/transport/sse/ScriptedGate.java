package dev.ilura.transport.sse;

import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gate for fronts: answers by the method, remembers who came, and lets a test answer later. */
final class ScriptedGate implements McpFront.Sessions {
    final List<McpFront.Client> clients = new CopyOnWriteArrayList<>();
    final List<McpFront.Outbox> outboxes = new CopyOnWriteArrayList<>();
    final List<String> received = new CopyOnWriteArrayList<>();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final List<McpFront.Client> closed = new CopyOnWriteArrayList<>();
    /** Requests of the method {@code later}, by their ids. */
    final Map<String, McpFront.Replies> waiting = new ConcurrentHashMap<>();

    @Override
    public McpFront.Session open(McpFront.Client client, McpFront.Outbox outbox) {
        clients.add(client);
        outboxes.add(outbox);
        return new McpFront.Session() {
            @Override
            public McpFront.Ongoing received(byte[] frame, McpFront.Headers headers, McpFront.Replies replies) {
                return answer(frame, replies);
            }

            @Override
            public Optional<String> revision() {
                return Optional.of("2025-11-25");
            }

            @Override
            public void closed() {
                closed.add(client);
            }
        };
    }

    private McpFront.Ongoing answer(byte[] frame, McpFront.Replies replies) {
        JsonValue message = JsonValue.parse(new String(frame, StandardCharsets.UTF_8));
        received.add(message.raw());
        Optional<JsonValue> id = message.member("id");
        String method = message.member("method").map(JsonValue::text).orElse("");
        if (id.isEmpty() || method.isEmpty()) {
            return McpFront.Ongoing.nothing();
        }
        String raw = id.get().raw();
        switch (method) {
            case "unknown" -> replies.finish(error(raw, -32601), McpFront.End.refused(-32601));
            case "mismatch" -> replies.finish(error(raw, -32020), McpFront.End.refused(-32020));
            case "incapable" -> replies.finish(error(raw, -32021), McpFront.End.error(-32021));
            case "failing" -> replies.finish(error(raw, -32603), McpFront.End.error(-32603));
            case "progress" -> {
                replies.send(bytes("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}"));
                replies.finish(result(raw), McpFront.End.result());
            }
            case "later" -> {
                waiting.put(raw, replies);
                return () -> cancelled.add(raw);
            }
            default -> replies.finish(result(raw), McpFront.End.result());
        }
        return McpFront.Ongoing.nothing();
    }

    static byte[] result(String id) {
        return bytes("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"for\":" + id + "}}");
    }

    private static byte[] error(String id, int code) {
        return bytes("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + code + ",\"message\":\"no\"}}");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
