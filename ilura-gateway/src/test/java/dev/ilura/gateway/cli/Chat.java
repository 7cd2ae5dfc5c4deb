package dev.ilura.gateway.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Somebody at a chat who answers whatever the gateway asks at once, and remembers what it was (docs/approvals.md). */
public final class Chat implements AutoCloseable {
    private static final String SECRET = "of-sixty-four-letters-none-is-guessed-by-who-does-not-know-them.";

    /** The questions, in their order. */
    public final List<JsonValue> asked = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private volatile String decision = "approve";

    public Chat() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The part of a configuration that asks here, and the secret where it looks for it. */
    public String configured(Path stateDir) throws IOException {
        Path secrets = Files.createDirectories(stateDir.resolve("secrets"));
        Path file = secrets.resolve("chat");
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, SECRET);
        return """
                [approvals]
                channels = ["webhook"]

                [approvals.webhook]
                url = "http://127.0.0.1:%d/ilura"
                secret = "${secret:chat}"
                """.formatted(server.getAddress().getPort());
    }

    /** From now on the answer is no. */
    public void denying() {
        decision = "deny";
    }

    /** From now on the answer is yes. */
    public void approving() {
        decision = "approve";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonValue message =
                    JsonValue.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String nonce = exchange.getRequestHeaders().getFirst("X-Ilura-Nonce");
            if (!message.at("/type").orElseThrow().text().equals("ask")) {
                exchange.sendResponseHeaders(202, -1);
                return;
            }
            asked.add(message);
            byte[] body = JsonValue.of(Map.of(
                            "v",
                            1,
                            "type",
                            "answer",
                            "approvalId",
                            message.at("/approvalId").orElseThrow().text(),
                            "digest",
                            message.at("/digest").orElseThrow().text(),
                            "decision",
                            decision,
                            "approver",
                            "chat"))
                    .raw()
                    .getBytes(StandardCharsets.UTF_8);
            String stamp = Long.toString(Instant.now().getEpochSecond());
            exchange.getResponseHeaders().set("X-Ilura-Timestamp", stamp);
            exchange.getResponseHeaders().set("X-Ilura-Nonce", nonce);
            exchange.getResponseHeaders().set("X-Ilura-Signature", signature(stamp, nonce, body));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String signature(String stamp, String nonce, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(("ilura.webhook.reply.v1\n" + stamp + "\n" + nonce + "\n").getBytes(StandardCharsets.UTF_8));
            return "v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
