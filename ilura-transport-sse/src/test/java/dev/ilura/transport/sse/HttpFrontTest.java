package dev.ilura.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.IluraException;
import dev.ilura.Secret;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import dev.ilura.testkit.FakeTime;
import dev.ilura.transport.sse.tls.PinnedTrust;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpFrontTest {
    private final ScriptedGate gate = new ScriptedGate();
    private HttpFront front = HttpFront.on("127.0.0.1", 0);
    private HttpFront.@Nullable Listening listening;

    @TempDir
    private Path home;

    private FrontClient serve(UnaryOperator<HttpFront> with) throws Exception {
        CompletableFuture<HttpFront.Listening> ready = new CompletableFuture<>();
        front = with.apply(front).whenListening(ready::complete);
        Thread thread = new Thread(
                () -> {
                    try {
                        front.serve(gate);
                    } catch (Exception e) {
                        ready.completeExceptionally(e);
                    }
                },
                "front");
        thread.setDaemon(true);
        thread.start();
        listening = ready.get(20, TimeUnit.SECONDS);
        return new FrontClient(listening().url());
    }

    private HttpFront.Listening listening() {
        return Objects.requireNonNull(listening, "nothing is served yet");
    }

    @AfterEach
    void close() {
        front.close();
    }

    @Test
    void aHandshakeBeginsASessionThatLivesUntilItIsDeleted() throws Exception {
        FrontClient client = serve(plain -> plain);
        String session = client.initialize();

        assertThat(session).matches("[A-Za-z0-9_-]{43}");
        assertThat(client.post(FrontClient.request(2, "ping"), "Mcp-Session-Id", session)
                        .body())
                .contains("\"for\":2");
        HttpResponse<String> gone = client.send(client.to("/mcp").DELETE().header("Mcp-Session-Id", session));
        assertThat(gone.statusCode()).isEqualTo(200);
        assertThat(gate.closed).hasSize(1);
        assertThat(client.post(FrontClient.request(3, "ping"), "Mcp-Session-Id", session)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void withoutItsSessionNothingOfTheHandshakeEraIsHeard() throws Exception {
        FrontClient client = serve(plain -> plain);

        assertThat(client.post(FrontClient.request(2, "tools/call")).statusCode())
                .isEqualTo(400);
        assertThat(client.post(FrontClient.request(2, "tools/call"), "Mcp-Session-Id", "guess")
                        .statusCode())
                .isEqualTo(404);
        assertThat(gate.received).isEmpty();
    }

    @Test
    void aSessionIsItsPrincipalsAlone() throws Exception {
        FrontClient client = serve(plain ->
                plain.bearer("a", Secret.of("token-of-a-0123456789")).bearer("b", Secret.of("token-of-b-0123456789")));
        String session = client.initialize("Authorization", "Bearer token-of-a-0123456789");

        assertThat(client.post(
                                FrontClient.request(2, "ping"),
                                "Mcp-Session-Id",
                                session,
                                "Authorization",
                                "Bearer token-of-b-0123456789")
                        .statusCode())
                .as("whoever knows the id is not who began it")
                .isEqualTo(404);
        assertThat(client.post(
                                FrontClient.request(2, "ping"),
                                "Mcp-Session-Id",
                                session,
                                "Authorization",
                                "Bearer token-of-a-0123456789")
                        .statusCode())
                .isEqualTo(200);
        assertThat(gate.clients.get(0).principal()).isEqualTo("http:a");
    }

    @Test
    void withoutATokenNothingIsRead() throws Exception {
        FrontClient client = serve(plain -> plain.bearer(Secret.of("token-of-a-0123456789")));

        HttpResponse<String> answer = client.post(FrontClient.request(1, "initialize"));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer realm=\"ilura\"");
        assertThat(gate.clients).isEmpty();
        for (String path : new String[] {"/sse", "/message?session=x", "/mcp"}) {
            assertThat(client.send(client.to(path).GET()).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aPageOfAnotherOriginIsNotHeard() throws Exception {
        FrontClient client = serve(plain -> plain);

        assertThat(client.post(FrontClient.request(1, "initialize"), "Origin", "http://evil.example.com")
                        .statusCode())
                .isEqualTo(403);
        assertThat(raw("POST /mcp HTTP/1.1\r\nHost: evil.example.com:"
                        + listening().port() + "\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(gate.clients).isEmpty();
    }

    @Test
    void requestsOf2026NeedNoSessionAndKnowNoGet() throws Exception {
        FrontClient client = serve(plain -> plain);

        assertThat(client.post(FrontClient.modern(7, "tools/list")).body()).contains("\"for\":7");
        client.post(FrontClient.modern(8, "tools/list"));
        assertThat(gate.clients).as("one for the principal").hasSize(1);
        assertThat(client.send(client.to("/mcp").GET().header("Accept", "text/event-stream"))
                        .statusCode())
                .isEqualTo(405);
        assertThat(client.send(client.to("/mcp").DELETE()).statusCode()).isEqualTo(405);
    }

    @Test
    void errorsOfTheProtocolAreStatusesIn2026() throws Exception {
        FrontClient client = serve(plain -> plain);

        assertThat(client.post(FrontClient.modern(1, "unknown")).statusCode()).isEqualTo(404);
        assertThat(client.post(FrontClient.modern(2, "mismatch")).statusCode()).isEqualTo(400);
        assertThat(client.post(FrontClient.modern(3, "incapable")).statusCode()).isEqualTo(400);
        assertThat(client.post(FrontClient.modern(4, "failing")).statusCode()).isEqualTo(200);
        String session = client.initialize();
        assertThat(client.post(FrontClient.request(5, "unknown"), "Mcp-Session-Id", session)
                        .statusCode())
                .as("and not before")
                .isEqualTo(200);
    }

    @Test
    void whatComesBeforeTheAnswerMakesAStream() throws Exception {
        FrontClient client = serve(plain -> plain);

        HttpResponse<String> answer = client.post(FrontClient.modern(9, "progress"));
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(answer.headers().firstValue("x-accel-buffering")).contains("no");
        assertThat(answer.body()).containsSubsequence("notifications/progress", "\"for\":9");
    }

    @Test
    void aClosedStreamCancelsIn2026() throws Exception {
        FrontClient client = serve(plain -> plain);
        InputStream stream = client.open(client.posting(FrontClient.modern(5, "later")))
                .get(20, TimeUnit.SECONDS)
                .body();
        FrontClient.readUntil(stream, ":");

        stream.close();

        await().untilAsserted(() -> assertThat(gate.cancelled).containsExactly("5"));
    }

    @Test
    void aLostStreamOfTheHandshakeEraIsTakenUpAgain() throws Exception {
        FrontClient client = serve(plain -> plain);
        String session = client.initialize();
        InputStream stream = client.open(client.posting(FrontClient.request(5, "later"), "Mcp-Session-Id", session))
                .get(20, TimeUnit.SECONDS)
                .body();
        String primed = FrontClient.readUntil(stream, "retry:");
        String id = primed.replaceAll("(?s).*id: ([0-9]+-[0-9]+).*", "$1");
        stream.close();
        Objects.requireNonNull(gate.waiting.get("5"))
                .send(ScriptedGate.bytes("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}"));
        Objects.requireNonNull(gate.waiting.get("5")).finish(ScriptedGate.result("5"), McpFront.End.result());

        HttpResponse<String> rest = client.send(client.to("/mcp")
                .GET()
                .header("Accept", "text/event-stream")
                .header("Mcp-Session-Id", session)
                .header("Last-Event-ID", id));

        assertThat(rest.body()).containsSubsequence("notifications/progress", "\"for\":5");
        assertThat(gate.cancelled).as("a lost stream is no cancellation").isEmpty();
    }

    @Test
    void whatTheGateSaysUnaskedComesOnTheStreamOfTheSession() throws Exception {
        FrontClient client = serve(plain -> plain);
        String session = client.initialize();
        gate.outboxes.get(0).send(ScriptedGate.bytes("{\"jsonrpc\":\"2.0\",\"method\":\"before\"}"));
        InputStream stream = client.open(client.to("/mcp")
                        .GET()
                        .header("Accept", "text/event-stream")
                        .header("Mcp-Session-Id", session))
                .get(20, TimeUnit.SECONDS)
                .body();
        FrontClient.readUntil(stream, "before");
        gate.outboxes.get(0).send(ScriptedGate.bytes("{\"jsonrpc\":\"2.0\",\"method\":\"after\"}"));
        FrontClient.readUntil(stream, "after");
        stream.close();
    }

    @Test
    void clientsOf2024AreServedOnTheirStream() throws Exception {
        FrontClient client = serve(plain -> plain);
        InputStream stream = client.open(client.to("/sse").GET().header("Accept", "text/event-stream"))
                .get(20, TimeUnit.SECONDS)
                .body();
        String endpoint = FrontClient.readUntil(stream, "session=").replaceAll("(?s).*data: (/\\S*).*", "$1");
        HttpResponse<String> accepted = client.send(client.to(endpoint.strip())
                .POST(HttpRequest.BodyPublishers.ofString(FrontClient.request(3, "ping")))
                .header("Content-Type", "application/json"));

        assertThat(accepted.statusCode()).isEqualTo(202);
        FrontClient.readUntil(stream, "\"for\":3");
        assertThat(gate.clients.get(0).channel()).isEqualTo(McpFront.Channel.LEGACY_SSE);
        stream.close();
    }

    @Test
    void notificationsAreAccepted() throws Exception {
        FrontClient client = serve(plain -> plain);
        String session = client.initialize();

        HttpResponse<String> answer = client.post(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", "Mcp-Session-Id", session);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void whatIsNoMessageIsRefusedBeforeTheGate() throws Exception {
        FrontClient client = serve(plain -> plain.limits(FrontLimits.DEFAULTS.sizes(2_000, 1_000, 1_000)));

        assertThat(client.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"x\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(client.post("x".repeat(2_001)).statusCode()).isEqualTo(413);
        assertThat(client.post(FrontClient.request(1, "initialize"), "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(client.post(FrontClient.request(1, "initialize"), "Accept", "application/json")
                        .statusCode())
                .isEqualTo(406);
        assertThat(client.send(client.to("/").GET()).statusCode()).isEqualTo(404);
        assertThat(client.send(client.to("/mcp").PUT(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(405);
        String session = client.initialize();
        assertThat(client.post(
                                FrontClient.request(2, "ping"),
                                "Mcp-Session-Id",
                                session,
                                "MCP-Protocol-Version",
                                "1999-01-01")
                        .statusCode())
                .isEqualTo(400);
        assertThat(gate.received).hasSize(1);
    }

    @Test
    void aBodyWithoutItsLengthIsBoundedToo() throws Exception {
        serve(plain -> plain.limits(FrontLimits.DEFAULTS.sizes(2_000, 1_000, 1_000)));
        String chunk = "800\r\n" + "x".repeat(0x800) + "\r\n";
        assertThat(raw("POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:" + listening().port()
                        + "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n" + chunk))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void sessionsAreBoundedAndEndWhenNobodyUsesThem() throws Exception {
        FakeTime time = new FakeTime();
        FrontClient client =
                serve(plain -> plain.time(time).limits(FrontLimits.DEFAULTS.sessions(2, Duration.ofMinutes(10))));
        String first = client.initialize();
        client.initialize();
        assertThat(client.post(FrontClient.request(1, "initialize")).statusCode())
                .isEqualTo(503);

        time.advance(Duration.ofMinutes(6));
        assertThat(client.post(FrontClient.request(2, "ping"), "Mcp-Session-Id", first)
                        .statusCode())
                .isEqualTo(200);
        time.advance(Duration.ofMinutes(6));
        assertThat(gate.closed).as("the one that was not used").hasSize(1);
        assertThat(client.post(FrontClient.request(3, "ping"), "Mcp-Session-Id", first)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aSlowReaderLosesItsStreamAndStallsNobody() throws Exception {
        FrontClient client = serve(plain -> plain.limits(FrontLimits.DEFAULTS.sizes(1 << 20, 1 << 20, 1 << 20)));
        try (Socket slow = connect()) {
            String body = FrontClient.modern(1, "later");
            write(
                    slow,
                    "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:" + listening().port()
                            + "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            await().until(() -> gate.waiting.containsKey("1"));
            byte[] big = ScriptedGate.bytes("{\"jsonrpc\":\"2.0\",\"method\":\"" + "x".repeat(512 << 10) + "\"}");
            for (int i = 0; i < 40 && gate.cancelled.isEmpty(); i++) {
                Objects.requireNonNull(gate.waiting.get("1")).send(big);
                assertThat(client.post(FrontClient.modern(100 + i, "ping")).body())
                        .contains("\"for\"");
            }
            await().untilAsserted(() -> assertThat(gate.cancelled).containsExactly("1"));
        }
    }

    @Test
    void withTlsTheKeyCanBePinned() throws Exception {
        serve(plain -> plain.tls(FrontTls.selfSigned(home.resolve("tls"))));
        HttpClient pinned = HttpClient.newBuilder()
                .sslContext(PinnedTrust.context(listening().pin().orElseThrow(), TimeSource.system()))
                .build();

        HttpResponse<String> answer = pinned.send(
                new FrontClient(listening().url())
                        .posting(FrontClient.modern(1, "ping"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body()).contains("\"for\":1");
        assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(raw("GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:" + listening().port() + "\r\n\r\n"))
                .as("nothing is answered in the clear")
                .doesNotContain("HTTP/1.1 ");
    }

    @Test
    void whatOtherMachinesReachNeedsATokenAndTls() {
        Secret token = Secret.of("token-of-a-0123456789");
        for (HttpFront open : new HttpFront[] {
            HttpFront.on("0.0.0.0", 0),
            HttpFront.on("0.0.0.0", 0).bearer(token),
            HttpFront.on("0.0.0.0", 0).tls(FrontTls.selfSigned(home.resolve("tls"))),
            HttpFront.on("0.0.0.0", 0).insecurePlainHttpBehindProxy(),
        }) {
            assertThatThrownBy(() -> open.serve(gate))
                    .isInstanceOfSatisfying(
                            IluraException.class, e -> assertThat(e.code()).isEqualTo("ILR-HTTP-030"));
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        serve(plain -> plain);
        assertThatThrownBy(() -> HttpFront.on("127.0.0.1", listening().port()).serve(gate))
                .isInstanceOfSatisfying(
                        IluraException.class, e -> assertThat(e.code()).isEqualTo("ILR-HTTP-034"));
    }

    @Test
    void shortTokensAreRefused() {
        assertThatThrownBy(() -> front.bearer(Secret.of("short"))).isInstanceOf(IllegalArgumentException.class);
    }

    private Socket connect() throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new java.net.InetSocketAddress(
                InetAddress.getLoopbackAddress(), listening().port()));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private String raw(String request) throws Exception {
        try (Socket socket = connect()) {
            write(socket, request);
            byte[] answer = socket.getInputStream().readNBytes(12);
            return new String(answer, StandardCharsets.ISO_8859_1);
        }
    }

    private static void write(Socket socket, String text) throws Exception {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
