package dev.ilura.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.Decision;
import dev.ilura.Gateway;
import dev.ilura.InsecureDefaults;
import dev.ilura.Pod;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.testkit.ScriptedServer;
import dev.ilura.transport.sse.event.EventLimits;
import dev.ilura.transport.sse.event.EventReader;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many clients of one gate at once: sessions that all use the same request ids, streams that listen, and one client that asks
 * for much and reads nothing.
 */
final class HttpCrowd {
    private static final RuleRef ALL = new RuleRef("all", "test");
    private static final int CALLS = 3;
    private static final int BIG = 8 << 20;

    private final int sessions;
    private final int streams;

    HttpCrowd(int sessions, int streams) {
        this.sessions = sessions;
        this.streams = streams;
    }

    /**
     * What was seen.
     *
     * @param heapPerSession bytes that a session holds, its client in the same process included
     */
    record Seen(int answers, int notices, long heapPerSession, Duration took) {}

    Seen run() throws Exception {
        ScriptedServer server = ScriptedServer.named("peer")
                .capabilities("{\"tools\":{\"listChanged\":true}}")
                .tool(
                        "echo",
                        call -> call.answerText(
                                call.arguments().member("value").orElseThrow().text()))
                .tool("big", call -> call.answerText("x".repeat(BIG)));
        try (Gateway gateway = Gateway.builder()
                        .server(server)
                        .pod(new Pod(Pod.DEFAULT, List.of(), new Everything(), Pod.ToolNames.plain()))
                        .limits(new dev.ilura.Limits(
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(30),
                                4_096,
                                4_096,
                                8_192,
                                32))
                        .audit(InsecureDefaults.noAuditLog())
                        .build();
                HttpFront front = HttpFront.on("127.0.0.1", 0)) {
            CompletableFuture<HttpFront.Listening> ready = new CompletableFuture<>();
            Thread serving =
                    new Thread(() -> serve(gateway, front.whenListening(ready::complete), ready), "crowd-front");
            serving.setDaemon(true);
            serving.start();
            return crowd(server, ready.get(30, TimeUnit.SECONDS));
        }
    }

    private static void serve(Gateway gateway, HttpFront front, CompletableFuture<HttpFront.Listening> ready) {
        try {
            gateway.serve(front);
        } catch (Exception e) {
            ready.completeExceptionally(e);
        }
    }

    private Seen crowd(ScriptedServer server, HttpFront.Listening listening) throws Exception {
        FrontClient client = new FrontClient(listening.url());
        long before = heap();
        List<String> ids = together(sessions, i -> client.initialize());
        assertThat(ids).doesNotHaveDuplicates();
        long perSession = Math.max(0, heap() - before) / sessions;
        AtomicInteger notices = new AtomicInteger();
        List<InputStream> open = together(streams, i -> listen(client, ids.get(i), notices));
        long begun = System.nanoTime();
        try (Socket slow = slowReader(listening, ids.get(ids.size() - 1))) {
            // its answer waits, and is too long for any buffer on the way
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            server.calls().stream().anyMatch(call -> call.tool().equals("big")));
            AtomicInteger answers = new AtomicInteger();
            together(sessions - 1, i -> {
                for (int id = 1; id <= CALLS; id++) {
                    call(client, ids.get(i), id, "session-" + i + "-call-" + id);
                    answers.incrementAndGet();
                }
                return i;
            });
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            server.listChanged();
            await().atMost(Duration.ofSeconds(30)).until(() -> notices.get() == streams);
            for (InputStream stream : open) {
                stream.close();
            }
            return new Seen(answers.get(), notices.get(), perSession, took);
        }
    }

    private static void call(FrontClient client, String session, int id, String value) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":" + id
                + ",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{\"value\":\"" + value
                + "\"}}}";
        String text = client.post(body, "Mcp-Session-Id", session).body();
        JsonValue answer = JsonValue.parse(
                text.startsWith("{")
                        ? text
                        : text.substring(text.lastIndexOf("data: ") + 6).strip());
        assertThat(answer.member("id").flatMap(JsonValue::integer)).contains((long) id);
        assertThat(answer.at("/result/content/0/text").map(JsonValue::text)).contains(value);
    }

    /** Has listed, so that it is told of changes; counts them. */
    private static InputStream listen(FrontClient client, String session, AtomicInteger notices) throws Exception {
        client.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", "Mcp-Session-Id", session);
        client.post(FrontClient.request(2, "tools/list"), "Mcp-Session-Id", session);
        InputStream stream = client.open(client.to("/mcp")
                        .timeout(Duration.ofMinutes(5))
                        .GET()
                        .header("Accept", "text/event-stream")
                        .header("Mcp-Session-Id", session))
                .get(30, TimeUnit.SECONDS)
                .body();
        EventReader reader = new EventReader(EventLimits.ofOpenStream(1 << 20), event -> {
            if (new String(event.data(), StandardCharsets.UTF_8).contains("tools/list_changed")) {
                notices.incrementAndGet();
            }
        });
        Thread thread = new Thread(() -> read(stream, reader), "crowd-stream");
        thread.setDaemon(true);
        thread.start();
        return stream;
    }

    private static void read(InputStream stream, EventReader reader) {
        byte[] piece = new byte[1024];
        try {
            for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
                reader.feed(ByteBuffer.wrap(piece, 0, count));
            }
        } catch (java.io.IOException closed) {
            // the test closes it
        }
    }

    /** Asks for megabytes and reads none of them. */
    private static Socket slowReader(HttpFront.Listening listening, String session) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.port()));
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"big\",\"arguments\":{}}}";
        String request = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:" + listening.port()
                + "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
                + "Mcp-Session-Id: " + session + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    @FunctionalInterface
    private interface Visit<T> {
        T visit(int number) throws Exception;
    }

    /** All at once: every visit has a thread of its own. */
    private static <T> List<T> together(int count, Visit<T> visit) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, count));
        try {
            List<java.util.concurrent.Future<T>> visits = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                visits.add(threads.submit(() -> visit.visit(number)));
            }
            List<T> results = new ArrayList<>();
            for (java.util.concurrent.Future<T> each : visits) {
                results.add(each.get(180, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static final class Everything implements PolicyEngine {
        @Override
        public Decision decide(ToolCall call) {
            return new Decision.Allow(ALL, Decision.Terms.PLAIN, List.of());
        }

        @Override
        public boolean mayBlock() {
            return false;
        }

        @Override
        public String version() {
            return "1";
        }
    }
}
