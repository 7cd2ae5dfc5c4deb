package dev.ilura.tools;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A site on 127.0.0.1, which a test may reach, and traps at the same port of addresses that it must not. */
@SuppressWarnings({"AddressSelection", "WaitNotInLoop"}) // the address is written out; a silence may end early
final class HttpFixture implements AutoCloseable {
    final List<String> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger trapped = new AtomicInteger();
    private final HttpServer server;
    private final List<ServerSocket> traps = new ArrayList<>();
    private final Map<String, Page> pages = new ConcurrentHashMap<>();

    HttpFixture() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
        for (String address : new String[] {"127.0.0.2", "::1"}) {
            trap(InetAddress.getByName(address));
        }
    }

    /** What a site does when it is asked. */
    interface Page {
        void answer(HttpExchange exchange) throws IOException;
    }

    private void trap(InetAddress address) throws IOException {
        ServerSocket socket = new ServerSocket(port(), 50, address);
        traps.add(socket);
        Thread thread = new Thread(
                () -> {
                    while (!socket.isClosed()) {
                        try (var connection = socket.accept()) {
                            trapped.incrementAndGet();
                        } catch (IOException e) {
                            return;
                        }
                    }
                },
                "trap");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url(String host, String path) {
        return "http://" + host + ":" + port() + path;
    }

    HttpFixture page(String path, String type, String body, String... headers) {
        pages.put(path, exchange -> respond(exchange, 200, type, body.getBytes(StandardCharsets.UTF_8), headers));
        return this;
    }

    HttpFixture at(String path, Page page) {
        pages.put(path, page);
        return this;
    }

    HttpFixture redirect(String path, String to) {
        pages.put(path, exchange -> respond(exchange, 302, "text/plain", new byte[0], "Location", to));
        return this;
    }

    /** A body without end. */
    HttpFixture flood(String path) {
        pages.put(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 0);
            byte[] block = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(block);
                }
            }
        });
        return this;
    }

    /** An answer that never comes. */
    HttpFixture silence(String path) {
        pages.put(path, exchange -> {
            synchronized (this) {
                try {
                    wait(60_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        Page page = pages.get(exchange.getRequestURI().getPath());
        if (page == null) {
            respond(exchange, 404, "text/plain", "no".getBytes(StandardCharsets.UTF_8));
        } else {
            page.answer(exchange);
        }
    }

    static void respond(HttpExchange exchange, int status, String type, byte[] body, String... headers)
            throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", type);
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        for (ServerSocket trap : traps) {
            trap.close();
        }
    }
}
