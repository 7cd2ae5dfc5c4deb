package dev.ilura.transport.sse.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Gateway;
import dev.ilura.Pod;
import dev.ilura.Secret;
import dev.ilura.testkit.MemoryAudit;
import dev.ilura.transport.sse.HttpFront;
import dev.ilura.transport.sse.RemoteServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The attack: a server collects the tokens of whoever calls the gate, and is that caller elsewhere. */
@Timeout(60)
class NoPassthroughTest {
    private static final String TOKEN = "the-callers-own-0123456789";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
                    + "\"arguments\":{},\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

    @Test
    void nothingThatTheCallerShowsTheGateReachesAServer() throws Exception {
        HttpEraTest.Host host = new HttpEraTest.Host();
        host.modern = true;
        CompletableFuture<HttpFront.Listening> ready = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(host);
                Gateway gateway = Gateway.builder()
                        .server(RemoteServer.named("one").url(server.url()).header("X-Key", Secret.of("of-the-gate")))
                        .pod(new Pod(Pod.DEFAULT, List.of(), new HttpEraTest.Everything(), Pod.ToolNames.plain()))
                        .audit(new MemoryAudit())
                        .build()) {
            HttpFront front = HttpFront.on("127.0.0.1", 0)
                    .bearer("laptop", Secret.of(TOKEN))
                    .whenListening(ready::complete);
            Thread serving = new Thread(() -> serve(gateway, front, ready), "no-passthrough");
            serving.setDaemon(true);
            serving.start();
            HttpRequest request = HttpRequest.newBuilder(
                            ready.get(30, TimeUnit.SECONDS).url())
                    .timeout(Duration.ofSeconds(30))
                    .POST(HttpRequest.BodyPublishers.ofString(CALL))
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/json, text/event-stream")
                    .header("MCP-Protocol-Version", "2026-07-28")
                    .header("Mcp-Method", "tools/call")
                    .header("Mcp-Name", "echo")
                    .header("Authorization", "Bearer " + TOKEN)
                    .header("Cookie", "session=" + TOKEN)
                    .header("X-Forwarded-User", TOKEN)
                    .build();

            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(answer.body()).contains("\"result\"").doesNotContain("ILR-");
            assertThat(server.asked).anyMatch(asked -> asked.body().contains("tools/call"));
            assertThat(server.asked).allSatisfy(asked -> {
                assertThat(asked.header("X-Key")).isEqualTo("of-the-gate");
                assertThat(asked.header("Authorization")).isEmpty();
                assertThat(asked.request().getHeaders().toString() + asked.body())
                        .doesNotContain(TOKEN);
            });
        }
    }

    private static void serve(Gateway gateway, HttpFront front, CompletableFuture<HttpFront.Listening> ready) {
        try {
            gateway.serve(front);
        } catch (IOException | RuntimeException e) {
            ready.completeExceptionally(e);
        }
    }
}
