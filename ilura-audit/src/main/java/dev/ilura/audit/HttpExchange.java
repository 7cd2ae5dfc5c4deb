package dev.ilura.audit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;

/** Short questions to one place over HTTP: no redirects, ten seconds, answers of at most 64 KiB. Thread-safe. */
final class HttpExchange {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_ANSWER = 1 << 16;

    private final URI base;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    HttpExchange(URI base) {
        String scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https"))
                || base.getHost() == null
                || base.getUserInfo() != null
                || base.getRawQuery() != null
                || base.getRawFragment() != null) {
            throw new IllegalArgumentException("an anchor's address is http(s)://host[:port]/path, not " + base);
        }
        this.base = base;
    }

    /** What came back. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier inside this package; nobody compares two of them
    record Answer(int status, byte[] body) {}

    String host() {
        return base.getHost();
    }

    Answer get(String path) throws IOException {
        return send(HttpRequest.newBuilder(under(path)).GET());
    }

    Answer post(String path, String contentType, byte[] body) throws IOException {
        return send(HttpRequest.newBuilder(under(path))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private URI under(String path) {
        if (path.isEmpty()) {
            return base;
        }
        String prefix = base.toString();
        return URI.create((prefix.endsWith("/") ? prefix : prefix + "/") + path);
    }

    private Answer send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<InputStream> response =
                    client.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                byte[] body = in.readNBytes(LONGEST_ANSWER + 1);
                if (body.length > LONGEST_ANSWER) {
                    throw new IOException(host() + " answered with more than " + LONGEST_ANSWER + " bytes");
                }
                return new Answer(response.statusCode(), body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking " + host(), e);
        }
    }
}
