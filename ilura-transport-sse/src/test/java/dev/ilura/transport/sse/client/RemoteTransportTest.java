package dev.ilura.transport.sse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.Secret;
import dev.ilura.spi.StartRequest;
import dev.ilura.spi.Transport;
import dev.ilura.transport.sse.RemoteServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RemoteTransportTest {
    private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

    private final Heard heard = new Heard();
    private final List<StartRequest> admitted = new ArrayList<>();

    private Transport.Connection open(RemoteServer server) throws IOException {
        return server.transport().open(heard, admitted::add);
    }

    private Transport.Connection open(ScriptedServer server) throws IOException {
        return open(RemoteServer.named("peer").url(server.url()));
    }

    @Test
    void anAnswerAsJsonOrOnAStreamIsTheSame() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    if (exchange.body().contains("streamed")) {
                        exchange.events(
                                ": hello\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\ndata: "
                                        + ANSWER + "\n\n");
                    } else {
                        exchange.json(ANSWER);
                    }
                });
                Transport.Connection connection = open(server)) {
            request(connection, 1, "tools/call", Optional.of("2025-11-25"));
            await().until(() -> !heard.lines.isEmpty());
            assertThat(heard.lines.get(0)).isEqualTo("frame of 1 " + ANSWER);
            heard.lines.clear();
            request(connection, 1, "streamed", Optional.of("2025-11-25"));
            await().until(() -> heard.lines.size() >= 2);
            assertThat(heard.lines.get(0)).contains("notifications/progress");
            assertThat(heard.lines.get(1)).isEqualTo("frame of 1 " + ANSWER);
        }
    }

    @Test
    void everyRequestHasTheOperatorsHeadersAndTheSessionAndNothingElseOfOurs() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange ->
                exchange.with("Mcp-Session-Id", "s-1").with("Set-Cookie", "a=b").json(ANSWER))) {
            RemoteServer spec =
                    RemoteServer.named("peer").url(server.url()).header("Authorization", Secret.of("Bearer upstream"));
            try (Transport.Connection connection = open(spec)) {
                request(connection, 1, "initialize", Optional.empty());
                await().until(() -> !heard.lines.isEmpty());
                connection.agreed("2025-11-25");
                request(connection, 2, "tools/list", Optional.of("2025-11-25"));
                await().until(() -> server.asked.size() == 2);
            }
            ScriptedServer.Asked second = server.asked.get(1);
            assertThat(second.header("Authorization")).isEqualTo("Bearer upstream");
            assertThat(second.header("Mcp-Session-Id")).isEqualTo("s-1");
            assertThat(second.header("MCP-Protocol-Version")).isEqualTo("2025-11-25");
            assertThat(second.header("Cookie")).isEmpty();
            assertThat(server.asked.get(0).header("Mcp-Session-Id")).isEmpty();
            await().untilAsserted(() -> assertThat(
                            server.asked.get(server.asked.size() - 1).method())
                    .as("the session is ended in good order")
                    .isEqualTo("DELETE"));
        }
    }

    @Test
    void theGateIsAskedBeforeAnythingIsSentAndSeesNoSecret() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.json(ANSWER))) {
            RemoteServer spec = RemoteServer.named("peer")
                    .url(server.url() + "?key=hidden")
                    .header("Authorization", Secret.of("Bearer upstream"));
            assertThatThrownBy(() -> spec.transport().open(heard, request -> {
                        throw new dev.ilura.IluraException("ILR-TEST-001", "no", "no");
                    }))
                    .hasMessageContaining("ILR-TEST-001");
            open(spec).close();
            assertThat(server.asked).isEmpty();
            assertThat(admitted.get(0).toString())
                    .doesNotContain("hidden", "upstream")
                    .contains("Authorization");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405})
    void aServerThatDoesNotKnowThisWayIsOlder(int status) throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    exchange.status(status);
                    exchange.json(
                            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"what?\"}}");
                });
                Transport.Connection connection = open(server)) {
            request(connection, 1, "server/discover", Optional.of("2026-07-28"));
            await().untilAsserted(
                            () -> assertThat(heard.lines.get(0)).startsWith("lost 1 not understood ILR-HTTP-002"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 500, 502, 503})
    void refusalsAndFailuresSayNothingAboutTheEra(int status) throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.status(status));
                Transport.Connection connection = open(server)) {
            request(connection, 1, "server/discover", Optional.of("2026-07-28"));
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(heard.lines.get(0)).startsWith("lost 1 ILR-HTTP-00"));
        }
    }

    @Test
    void anErrorOf2026WithoutAnIdIsTheRequests() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    exchange.status(400);
                    exchange.json("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32022,\"message\":\"no\"}}");
                });
                Transport.Connection connection = open(server)) {
            request(connection, 9, "server/discover", Optional.of("2026-07-28"));
            await().untilAsserted(() ->
                    assertThat(heard.lines.get(0)).startsWith("frame of 9").contains("\"id\":9"));
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (ScriptedServer elsewhere = new ScriptedServer(exchange -> exchange.json(ANSWER));
                ScriptedServer server = new ScriptedServer(exchange -> {
                    exchange.status(307);
                    exchange.with("Location", elsewhere.url().toString());
                });
                Transport.Connection connection =
                        open(RemoteServer.named("peer").url(server.url()).header("X-Key", Secret.of("k")))) {
            request(connection, 1, "tools/list", Optional.of("2026-07-28"));
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(heard.lines.get(0)).startsWith("lost 1 ILR-HTTP-008"));
            assertThat(elsewhere.asked).as("the key goes nowhere else").isEmpty();
        }
    }

    @Test
    void aBrokenStreamIsTakenUpAfterTheTimeTheServerAsksFor() throws Exception {
        AtomicInteger gets = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    if (exchange.method().equals("GET")) {
                        gets.incrementAndGet();
                        exchange.events("id: e-2\ndata: " + ANSWER + "\n\n");
                    } else {
                        exchange.events("id: e-1\nretry: 50\ndata: \n\n");
                    }
                });
                Transport.Connection connection = open(server)) {
            connection.agreed("2025-11-25");
            request(connection, 1, "tools/call", Optional.of("2025-11-25"));
            await().untilAsserted(() -> assertThat(heard.lines).containsExactly("frame of 1 " + ANSWER));
            assertThat(server.asked.get(1).header("Last-Event-ID")).isEqualTo("e-1");
            assertThat(gets).hasValue(1);
        }
    }

    @Test
    void in2026ABrokenStreamLosesItsRequest() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.events("id: e-1\ndata: \n\n"));
                Transport.Connection connection = open(server)) {
            connection.agreed("2026-07-28");
            request(connection, 1, "tools/call", Optional.of("2026-07-28"));
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(heard.lines.get(0)).startsWith("lost 1 ILR-HTTP-005"));
            assertThat(server.asked).hasSize(1);
        }
    }

    @Test
    void in2026AbandoningClosesTheStream() throws Exception {
        CountDownLatch noticed = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    try {
                        for (int i = 0; i < 100_000; i++) {
                            exchange.events(":" + "x".repeat(4_000) + "\n\n");
                        }
                    } catch (IOException closed) {
                        noticed.countDown();
                    }
                });
                Transport.Connection connection = open(server)) {
            connection.agreed("2026-07-28");
            request(connection, 1, "tools/call", Optional.of("2026-07-28"));
            await().until(() -> !server.asked.isEmpty());
            assertThat(connection.abandon(1)).as("no notification is needed").isTrue();
            assertThat(noticed.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(heard.lines).isEmpty();
        }
    }

    @Test
    void aSessionThatTheServerForgotIsOver() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    if (exchange.body().contains("initialize")) {
                        exchange.with("Mcp-Session-Id", "s-1").json(ANSWER);
                    } else {
                        exchange.status(404);
                    }
                });
                Transport.Connection connection = open(server)) {
            request(connection, 1, "initialize", Optional.empty());
            await().until(() -> !heard.lines.isEmpty());
            connection.agreed("2025-11-25");
            request(connection, 2, "tools/list", Optional.of("2025-11-25"));
            await().untilAsserted(() -> assertThat(heard.lines).contains("closed ILR-HTTP-004"));
            assertThatThrownBy(() -> request(connection, 3, "tools/list", Optional.of("2025-11-25")))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void anAnswerBeyondTheLimitIsLost() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    String big = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"x\":\"" + "x".repeat(5_000) + "\"}}";
                    if (exchange.body().contains("streamed")) {
                        exchange.events("data: " + big + "\n\n");
                    } else {
                        exchange.json(big);
                    }
                });
                Transport.Connection connection =
                        open(RemoteServer.named("peer").url(server.url()).messageLimit(4_096))) {
            request(connection, 1, "whole", Optional.of("2026-07-28"));
            await().untilAsserted(
                            () -> assertThat(heard.lines).anyMatch(line -> line.startsWith("lost 1 ILR-HTTP-006")));
            heard.lines.clear();
            request(connection, 2, "streamed", Optional.of("2026-07-28"));
            await().untilAsserted(
                            () -> assertThat(heard.lines).anyMatch(line -> line.startsWith("lost 2 ILR-HTTP-006")));
        }
    }

    @Test
    void aServerOf2024IsFoundBehindItsStream() throws Exception {
        CountDownLatch posted = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    if (exchange.method().equals("GET")) {
                        exchange.events("event: endpoint\ndata: /messages?s=1\n\n");
                        posted.await(20, TimeUnit.SECONDS);
                        exchange.say("data: " + ANSWER + "\n\n");
                    } else if (exchange.request().getHttpURI().getPath().equals("/messages")) {
                        posted.countDown();
                        exchange.status(202);
                    } else {
                        exchange.status(405);
                    }
                });
                Transport.Connection connection = open(server)) {
            request(connection, 1, "initialize", Optional.empty());
            await().untilAsserted(() -> assertThat(heard.lines).contains("frame " + ANSWER));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example.com/messages",
                "//evil.example.com/m",
                "http://127.0.0.1:1/m",
                "http://u@127.0.0.1/m"
            })
    void anEndpointOfSomebodyElseIsRefused(String endpoint) throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(exchange -> exchange.events("event: endpoint\ndata: " + endpoint + "\n\n"))) {
            assertThatThrownBy(() ->
                            open(RemoteServer.named("peer").url(server.url()).legacySse()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ILR-HTTP-010");
        }
    }

    @Test
    void whoIsNotThereIsSaid() throws Exception {
        ScriptedServer server = new ScriptedServer(exchange -> exchange.json(ANSWER));
        RemoteServer spec = RemoteServer.named("peer").url(server.url());
        server.close();
        try (Transport.Connection connection = open(spec)) {
            request(connection, 1, "server/discover", Optional.of("2026-07-28"));
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(heard.lines.get(0)).startsWith("lost 1 ILR-HTTP-001"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/mcp", "http://u:p@x/mcp", "http:///mcp", "/mcp", "http://x/mcp#f"})
    void otherAddressesAreRefused(String url) {
        assertThatThrownBy(() -> RemoteServer.named("peer").url(url)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Host", "content-length", "Mcp-Session-Id", "MCP-PROTOCOL-VERSION", "Mcp-Param-X", "a b", ""})
    void headersOfTheTransportCannotBeSet(String name) {
        RemoteServer server = RemoteServer.named("peer").url("http://localhost/mcp");
        assertThatThrownBy(() -> server.header(name, Secret.of("x"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server.header("X-Key", Secret.of("a\r\nHost: b")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void request(Transport.Connection connection, long id, String method, Optional<String> revision)
            throws IOException {
        connection.send(
                ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\"}")
                        .getBytes(StandardCharsets.UTF_8),
                new Transport.Sending(revision, method, OptionalLong.of(id), Optional.empty(), Map.of()));
    }
}
