package dev.ilura.transport.sse;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client that says exactly what a test wants said. */
final class FrontClient {
    private static final String MODERN_META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI url;

    FrontClient(URI url) {
        this.url = url;
    }

    static String request(int id, String method) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{}}";
    }

    static String modern(int id, String method) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + MODERN_META + "}}";
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofSeconds(20));
    }

    HttpRequest.Builder posting(String body, String... headers) {
        HttpRequest.Builder builder = to("/mcp")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
        for (int i = 0; i < headers.length; i += 2) {
            builder.setHeader(headers[i], headers[i + 1]);
        }
        return builder;
    }

    HttpResponse<String> post(String body, String... headers) {
        return send(posting(body, headers));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Without waiting for the body. */
    CompletableFuture<HttpResponse<InputStream>> open(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** The id of a session that this begins. */
    String initialize(String... headers) {
        HttpResponse<String> answer = post(request(1, "initialize"), headers);
        return answer.headers().firstValue("mcp-session-id").orElseThrow(() -> new AssertionError(answer.body()));
    }

    /** Reads a stream until it holds the text. */
    static String readUntil(InputStream stream, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        byte[] piece = new byte[4096];
        while (read.indexOf(text) < 0) {
            int count = stream.read(piece);
            if (count < 0) {
                throw new AssertionError("the stream ended after: " + read);
            }
            read.append(new String(piece, 0, count, StandardCharsets.UTF_8));
        }
        return read.toString();
    }
}
