package dev.ilura.approval.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loopback server of the page: the JDK's own, on 127.0.0.1 and ::1. A few requests a minute is what it is for.
 */
public final class PageServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);

    private static final JsonLimits BODY = new JsonLimits(65_536, 8, 20, 0);
    private static final int THREADS = 24;
    private static final int MAX_STREAMS = 12;
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final byte[] STILL_THERE = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final String TOKEN_HEADER = "X-Ilura-Token";

    private final int port;
    private final Document document;
    private final RequestGuard guard;
    private final Sessions sessions;
    private final PageApi api;
    private final Desk desk;
    private final ExecutorService threads;
    private final Semaphore streams = new Semaphore(MAX_STREAMS);
    private final AtomicBoolean rehearsed = new AtomicBoolean();
    private final TimeSource time;
    private final List<HttpServer> servers = new ArrayList<>();

    private PageServer(int port, Document document, Sessions sessions, PageApi api, Desk desk, TimeSource time) {
        this.port = port;
        this.document = document;
        this.time = time;
        this.guard = new RequestGuard(port, time);
        this.sessions = sessions;
        this.api = api;
        this.desk = desk;
        this.threads =
                new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(256), task -> {
                    Thread thread = new Thread(task, "ilura-page");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    static PageServer start(LoopbackPort sockets, Sessions sessions, PageApi api, Desk desk, TimeSource time) {
        PageServer server = new PageServer(sockets.port(), Document.load(), sessions, api, desk, time);
        for (HttpServer http : sockets.servers()) {
            http.createContext("/", server::serve);
            http.setExecutor(server.threads);
            http.start();
            server.servers.add(http);
        }
        return server;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        servers.forEach(http -> http.stop(0));
    }

    private void serve(HttpExchange exchange) {
        try (exchange) {
            answer(exchange);
        } catch (IOException gone) {
            LOG.debug("The browser went away: {}", gone.getMessage());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("The approval page failed on a request; nothing was approved by it.", e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        Headers headers = exchange.getRequestHeaders();
        Optional<PageResponse> refusal = guard.refusal(exchange.getRequestMethod(), headers);
        if (refusal.isPresent()) {
            send(exchange, refusal.get());
            return;
        }
        String path = exchange.getRequestURI().getRawPath();
        if (path.equals("/api/events") && exchange.getRequestMethod().equals("GET")) {
            stream(exchange);
        } else {
            send(exchange, response(exchange, path));
        }
    }

    private PageResponse response(HttpExchange exchange, String path) throws IOException {
        boolean writes = exchange.getRequestMethod().equals("POST");
        if (path.equals("/") && !writes) {
            return PageResponse.html(document.html());
        }
        List<String> steps = Arrays.asList(path.split("/", -1));
        if (steps.size() < 3 || !steps.get(1).equals("api")) {
            return PageResponse.error(404, "There is nothing here.");
        }
        List<String> apiPath = steps.subList(2, steps.size());
        if (writes) {
            return post(exchange, apiPath);
        }
        return session(exchange).map(session -> api.get(apiPath, session)).orElseGet(PageServer::unpaired);
    }

    private PageResponse post(HttpExchange exchange, List<String> path) throws IOException {
        String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        if (!type.equals("application/json")) {
            return PageResponse.error(415, "Only application/json.");
        }
        byte[] bytes = exchange.getRequestBody().readNBytes(BODY.maxBytes() + 1);
        if (bytes.length > BODY.maxBytes()) {
            return PageResponse.error(413, "More than " + BODY.maxBytes() + " bytes.");
        }
        JsonValue body;
        try {
            body = JsonValue.parse(bytes, BODY);
        } catch (MalformedJsonException e) {
            return PageResponse.error(400, "Not JSON.");
        }
        if (path.equals(List.of("pair"))) {
            return pair(body);
        }
        return session(exchange).map(session -> api.post(path, session, body)).orElseGet(PageServer::unpaired);
    }

    private PageResponse pair(JsonValue body) {
        String typed = body.member("code")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
        return sessions.pair(typed)
                .map(session -> PageResponse.json(200, Map.of("token", session.token()))
                        .withCookie(cookieName() + "=" + session.cookie() + "; Path=/; HttpOnly; SameSite=Strict"))
                .orElseGet(() -> PageResponse.error(403, "This is not the code on the operator's terminal."));
    }

    private Optional<Sessions.Session> session(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        return sessions.of(cookie(headers), Optional.ofNullable(headers.getFirst(TOKEN_HEADER)));
    }

    private Optional<String> cookie(Headers headers) {
        String prefix = cookieName() + "=";
        return headers.getOrDefault("Cookie", List.of()).stream()
                .flatMap(line -> Arrays.stream(line.split(";", -1)))
                .map(String::strip)
                .filter(pair -> pair.startsWith(prefix))
                .map(pair -> pair.substring(prefix.length()))
                .findFirst();
    }

    /** Cookies are shared among ports, so the name tells two gateways apart. */
    private String cookieName() {
        return "ilura-" + port;
    }

    private static PageResponse unpaired() {
        return PageResponse.error(401, "This browser is not paired.");
    }

    private void send(HttpExchange exchange, PageResponse response) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        secure(headers);
        headers.set("Content-Type", response.contentType());
        response.cookie().ifPresent(cookie -> headers.set("Set-Cookie", cookie));
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Tells the page whenever the desk changes. The browser reads it with the same two secrets as everything else. */
    private void stream(HttpExchange exchange) throws IOException, InterruptedException {
        Optional<Sessions.Session> session = session(exchange);
        if (session.isEmpty()) {
            send(exchange, unpaired());
            return;
        }
        if (!streams.tryAcquire()) {
            send(exchange, PageResponse.error(503, "The page is open in too many windows."));
            return;
        }
        try {
            secure(exchange.getResponseHeaders());
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            if (rehearsed.compareAndSet(false, true)) {
                threads.execute(() -> Rehearsal.run(time));
            }
            tell(exchange.getResponseBody(), session.get());
        } finally {
            streams.release();
        }
    }

    /** A card comes along when it is new, so that it is seen without one more way there and back. */
    private void tell(OutputStream out, Sessions.Session session) throws IOException, InterruptedException {
        Set<String> cards = new HashSet<>();
        Optional<Overview> told = Optional.empty();
        while (!desk.isClosed()) {
            Overview overview = desk.overview();
            Map<String, Object> view = api.view(overview, told);
            view.put("fresh", api.fresh(overview, cards, session));
            send(out, event(JsonWriter.write(view)));
            told = Optional.of(overview);
            while (!desk.isClosed() && !desk.awaitChange(overview.version(), HEARTBEAT)) {
                send(out, STILL_THERE);
            }
        }
    }

    /** In one piece, and at once. */
    private static void send(OutputStream out, byte[] event) throws IOException {
        out.write(event);
        out.flush();
    }

    private static byte[] event(byte[] json) {
        return ByteBuffer.allocate(json.length + 8)
                .put("data: ".getBytes(StandardCharsets.US_ASCII))
                .put(json)
                .put("\n\n".getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    /** How many windows listen. */
    int openStreams() {
        return MAX_STREAMS - streams.availablePermits();
    }

    private void secure(Headers headers) {
        headers.set("Content-Security-Policy", document.contentSecurityPolicy());
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("X-Frame-Options", "DENY");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-store");
        headers.set(
                "Permissions-Policy",
                "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), microphone=(),"
                        + " geolocation=()");
    }

    /** The server sockets of one port on every loopback address there is. */
    public record LoopbackPort(int port, List<HttpServer> servers) {
        private static final int BACKLOG = 50;

        /**
         * The JDK reads it once, for servers of this kind. Without it, a card of more than 8 KiB goes out in pieces of which
         * the second waits up to 40 ms until the browser has acknowledged the first (Nagle's algorithm).
         */
        private static final String NO_DELAY = "sun.net.httpserver.nodelay";

        static {
            if (System.getProperty(NO_DELAY) == null) {
                System.setProperty(NO_DELAY, "true");
            }
        }

        public LoopbackPort {
            servers = List.copyOf(servers);
        }

        /**
         * Takes the port on 127.0.0.1, and on ::1 if the machine has it.
         *
         * @param port the port, or zero for any that is free
         * @throws IOException if it is taken
         */
        public static LoopbackPort bind(int port) throws IOException {
            InetAddress v4 = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
            HttpServer first = HttpServer.create(new InetSocketAddress(v4, port), BACKLOG);
            int bound = first.getAddress().getPort();
            byte[] one = new byte[16];
            one[15] = 1;
            InetAddress v6 = InetAddress.getByAddress("localhost", one);
            if (NetworkInterface.getByInetAddress(v6) == null) {
                return new LoopbackPort(bound, List.of(first));
            }
            try {
                return new LoopbackPort(
                        bound, List.of(first, HttpServer.create(new InetSocketAddress(v6, bound), BACKLOG)));
            } catch (IOException taken) {
                // Somebody else has the port on ::1, and a browser may prefer that one: half a page is none.
                first.stop(0);
                throw taken;
            }
        }
    }
}
