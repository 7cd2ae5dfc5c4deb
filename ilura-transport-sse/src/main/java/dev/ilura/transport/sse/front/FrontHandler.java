package dev.ilura.transport.sse.front;

import dev.ilura.transport.sse.FrontLimits;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets requests in and brings them to their endpoint. */
final class FrontHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(FrontHandler.class);
    private static final String MCP_PATH = "/mcp";
    private static final String SSE_PATH = "/sse";

    private final Gatekeeper gatekeeper;
    private final StreamableEndpoint streamable;
    private final LegacyEndpoint legacy;
    private final FrontLimits limits;
    private final Semaphore underWay;

    FrontHandler(Gatekeeper gatekeeper, StreamableEndpoint streamable, LegacyEndpoint legacy, FrontLimits limits) {
        this.gatekeeper = gatekeeper;
        this.streamable = streamable;
        this.legacy = legacy;
        this.limits = limits;
        this.underWay = new Semaphore(limits.concurrentRequests());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!underWay.tryAcquire()) {
            new Answering(request, response, callback)
                    .refuse(Refusal.of(503, "ILR-HTTP-024", "Too many requests are under way.")
                            .with(HttpHeader.RETRY_AFTER, "1"));
            return true;
        }
        Runnable release = underWay::release;
        Answering exchange = new Answering(request, response, Callback.from(callback, release));
        Gatekeeper.Verdict verdict = gatekeeper.judge(request.getHeaders(), address(request));
        verdict.refusal().ifPresent(exchange::refuse);
        verdict.principal().ifPresent(principal -> route(exchange, principal));
        return true;
    }

    private static String address(Request request) {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }

    private void route(Answering exchange, String principal) {
        String method = exchange.request().getMethod();
        switch (exchange.request().getHttpURI().getPath()) {
            case MCP_PATH -> {
                switch (method) {
                    case "POST" -> streamablePost(exchange, principal);
                    case "GET" -> streamable.get(exchange, principal);
                    case "DELETE" -> streamable.delete(exchange, principal);
                    default -> StreamableEndpoint.noSuchMethod(exchange);
                }
            }
            case SSE_PATH -> {
                if (method.equals("GET")) {
                    legacy.get(exchange, principal);
                } else {
                    exchange.refuse(Refusal.of(405, "ILR-HTTP-028", "This address takes GET.")
                            .with(HttpHeader.ALLOW, "GET"));
                }
            }
            case LegacyEndpoint.MESSAGE_PATH -> {
                if (method.equals("POST")) {
                    withBody(exchange, (frame, known) -> legacy.post(known, principal, frame));
                } else {
                    StreamableEndpoint.noSuchMethod(exchange);
                }
            }
            default -> exchange.refuse(Refusal.of(404, "ILR-HTTP-028", "There is nothing at this address; see /mcp."));
        }
    }

    private void streamablePost(Answering exchange, String principal) {
        HttpFields headers = exchange.request().getHeaders();
        if (!StreamableEndpoint.accepts(headers, "application/json")
                || !StreamableEndpoint.accepts(headers, "text/event-stream")) {
            exchange.refuse(
                    Refusal.of(406, "ILR-HTTP-028", "Accept must name application/json and text/event-stream."));
            return;
        }
        withBody(exchange, (frame, known) -> streamable.post(known, principal, frame));
    }

    private void withBody(Answering exchange, BiConsumer<byte[], Answering> then) {
        HttpFields headers = exchange.request().getHeaders();
        String type = headers.get(HttpHeader.CONTENT_TYPE);
        String plain = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!plain.equals("application/json")) {
            exchange.refuse(Refusal.of(415, "ILR-HTTP-028", "A message is application/json."));
            return;
        }
        if (headers.getLongField(HttpHeader.CONTENT_LENGTH) > limits.messageBytes()) {
            exchange.refuse(tooLarge());
            return;
        }
        Content.Source.asByteArrayAsync(exchange.request(), limits.messageBytes(), new Promise.Invocable<>() {
            @Override
            public void succeeded(byte[] body) {
                read(exchange, body, then);
            }

            @Override
            public void failed(Throwable why) {
                exchange.refuse(tooLarge());
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.BLOCKING; // a policy may look at files
            }
        });
    }

    private static void read(Answering exchange, byte[] body, BiConsumer<byte[], Answering> then) {
        try {
            then.accept(body, exchange);
        } catch (RuntimeException | Error e) { // Jetty would let the client wait
            LOG.error("a request could not be answered", e);
            exchange.done().failed(e);
        }
    }

    private Refusal tooLarge() {
        return Refusal.of(413, "ILR-HTTP-029", "A message is at most " + limits.messageBytes() + " bytes.")
                .with(HttpHeader.CONNECTION, "close");
    }
}
