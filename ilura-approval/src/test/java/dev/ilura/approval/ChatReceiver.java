package dev.ilura.approval;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A small receiver as an operator would write it: checks the signature, keeps the question as a chat message, answers 202
 * until somebody presses a button, then the signed answer. Written against docs/approvals.md alone.
 */
final class ChatReceiver implements AutoCloseable {
    private static final long WINDOW_SECONDS = 300;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String secret;
    private final Supplier<Instant> clock;
    private final List<String> seenNonces = new CopyOnWriteArrayList<>();
    private final Map<String, Map<String, Object>> pressed = new ConcurrentHashMap<>();
    final List<JsonValue> posted = new CopyOnWriteArrayList<>();
    final List<String> refused = new CopyOnWriteArrayList<>();
    volatile Tampering tampering = (headers, body) -> body;

    /** What a dishonest or broken receiver does to a reply that is ready to go. */
    interface Tampering {
        byte[] with(Map<String, String> headers, byte[] body);
    }

    ChatReceiver(String secret, Supplier<Instant> clock) throws IOException {
        this.secret = secret;
        this.clock = clock;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ilura");
    }

    /** Somebody presses a button below the message. */
    void press(JsonValue message, String who, String decision) {
        Map<String, Object> answer = new TreeMap<>();
        answer.put("v", 1);
        answer.put("type", "answer");
        answer.put("approvalId", message.at("/approvalId").orElseThrow().text());
        answer.put("digest", message.at("/digest").orElseThrow().text());
        answer.put("approver", who);
        answer.put("decision", decision);
        pressed.put((String) answer.get("approvalId"), answer);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String stamp = exchange.getRequestHeaders().getFirst("X-Ilura-Timestamp");
            String nonce = exchange.getRequestHeaders().getFirst("X-Ilura-Nonce");
            String signature = exchange.getRequestHeaders().getFirst("X-Ilura-Signature");
            long age = Math.abs(clock.get().getEpochSecond() - Long.parseLong(stamp));
            if (!signature.equals(sign("ilura.webhook.request.v1", stamp, nonce, body))
                    || age > WINDOW_SECONDS
                    || seenNonces.contains(nonce)) {
                refused.add(new String(body, StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            seenNonces.add(nonce);
            JsonValue message = JsonValue.parse(new String(body, StandardCharsets.UTF_8));
            posted.add(message);
            Map<String, Object> answer =
                    pressed.get(message.at("/approvalId").orElseThrow().text());
            if (answer == null) {
                exchange.sendResponseHeaders(202, -1);
                return;
            }
            reply(exchange, nonce, answer);
        }
    }

    private void reply(HttpExchange exchange, String nonce, Map<String, Object> answer) throws IOException {
        byte[] body = JsonValue.of(answer).raw().getBytes(StandardCharsets.UTF_8);
        String stamp = Long.toString(clock.get().getEpochSecond());
        Map<String, String> headers = new TreeMap<>();
        headers.put("X-Ilura-Timestamp", stamp);
        headers.put("X-Ilura-Nonce", nonce);
        headers.put("X-Ilura-Signature", sign("ilura.webhook.reply.v1", stamp, nonce, body));
        byte[] sent = tampering.with(headers, body);
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(200, sent.length);
        exchange.getResponseBody().write(sent);
    }

    String sign(String domain, String stamp, String nonce, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((domain + "\n" + stamp + "\n" + nonce + "\n").getBytes(StandardCharsets.UTF_8));
            return "v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
