package dev.ilura.transport.sse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.IluraException;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import dev.ilura.transport.sse.FrontTls;
import dev.ilura.transport.sse.HttpFront;
import dev.ilura.transport.sse.RemoteServer;
import dev.ilura.transport.sse.tls.KeyPin;
import dev.ilura.transport.sse.tls.SelfSigned;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client of ours and a front of ours, with TLS between them. */
@Timeout(60)
class PinnedConnectionTest {
    @TempDir
    private Path home;

    @Test
    void thePinnedKeyIsReachedAndNoOther() throws Exception {
        CompletableFuture<HttpFront.Listening> ready = new CompletableFuture<>();
        HttpFront front = HttpFront.on("127.0.0.1", 0)
                .tls(FrontTls.selfSigned(home.resolve("tls")))
                .whenListening(ready::complete);
        Thread serving = new Thread(() -> serve(front), "front");
        serving.setDaemon(true);
        serving.start();
        HttpFront.Listening listening = ready.get(20, TimeUnit.SECONDS);
        RemoteServer server = RemoteServer.named("peer").url(listening.url());
        KeyPin other = new SelfSigned(home.resolve("other"), List.of("localhost"), TimeSource.system())
                .current()
                .pin();
        try (front) {
            assertThat(said(server.tlsPin(listening.pin().orElseThrow()))).startsWith("frame of 1");
            assertThat(said(server.tlsPin(other))).as("another key").startsWith("lost 1 ILR-HTTP-009");
            assertThat(said(server)).as("no authority vouches for it").startsWith("lost 1 ILR-HTTP-009");
        }
    }

    @Test
    void aPinWithoutTlsIsAMistake() {
        RemoteServer server = RemoteServer.named("peer")
                .url("http://localhost/mcp")
                .tlsPin(KeyPin.parse("sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
        assertThatThrownBy(server::transport)
                .isInstanceOfSatisfying(
                        IluraException.class, e -> assertThat(e.code()).isEqualTo("ILR-HTTP-011"));
    }

    private static void serve(HttpFront front) {
        try {
            front.serve((client, outbox) -> new McpFront.Session() {
                @Override
                public McpFront.Ongoing received(byte[] frame, McpFront.Headers headers, McpFront.Replies replies) {
                    replies.finish(
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}".getBytes(StandardCharsets.UTF_8),
                            McpFront.End.result());
                    return McpFront.Ongoing.nothing();
                }

                @Override
                public void closed() {}
            });
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String said(RemoteServer server) throws Exception {
        Heard heard = new Heard();
        try (Transport.Connection connection = server.transport().open(heard, request -> {})) {
            connection.send(
                    ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{\"_meta\":"
                                    + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}")
                            .getBytes(StandardCharsets.UTF_8),
                    new Transport.Sending(
                            Optional.of("2026-07-28"),
                            "server/discover",
                            OptionalLong.of(1),
                            Optional.empty(),
                            Map.of()));
            await().until(() -> !heard.lines.isEmpty());
            return heard.lines.get(0);
        }
    }
}
