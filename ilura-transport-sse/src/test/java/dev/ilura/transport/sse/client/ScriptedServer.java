package dev.ilura.transport.sse.client;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** A server that says what a test wants said, and remembers what it was asked. */
final class ScriptedServer implements AutoCloseable {
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    ScriptedServer(Script script) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                byte[] body = Content.Source.asInputStream(request).readAllBytes();
                Asked exchange = new Asked(request, response, new String(body, StandardCharsets.UTF_8));
                asked.add(exchange);
                script.answer(exchange);
                Content.Sink.asOutputStream(response).close();
                callback.succeeded();
                return true;
            }
        });
        server.start();
    }

    @FunctionalInterface
    interface Script {
        void answer(Asked exchange) throws Exception;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/mcp");
    }

    /** One request and its answer. */
    record Asked(Request request, Response response, String body) {
        String method() {
            return request.getMethod();
        }

        String header(String name) {
            return String.join(",", request.getHeaders().getValuesList(name));
        }

        void status(int status) {
            response.setStatus(status);
        }

        Asked with(String header, String value) {
            response.getHeaders().put(header, value);
            return this;
        }

        void json(String text) throws IOException {
            with("Content-Type", "application/json");
            say(text);
        }

        void events(String text) throws IOException {
            with("Content-Type", "text/event-stream");
            say(text);
        }

        void say(String text) throws IOException {
            OutputStream out = Content.Sink.asOutputStream(response);
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    @Override
    public void close() throws Exception {
        server.setStopTimeout(0);
        server.stop();
    }
}
