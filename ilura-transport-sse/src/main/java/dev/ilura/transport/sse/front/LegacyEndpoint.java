package dev.ilura.transport.sse.front;

import dev.ilura.spi.McpFront;
import dev.ilura.transport.sse.FrontLimits;
import dev.ilura.transport.sse.event.EventText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;

/** HTTP+SSE of 2024-11-05: a session is its stream. */
final class LegacyEndpoint {
    static final String MESSAGE_PATH = "/message";

    private final HttpSessions sessions;
    private final FrontLimits limits;
    private final KeepAlive keepAlive;

    LegacyEndpoint(HttpSessions sessions, FrontLimits limits, KeepAlive keepAlive) {
        this.sessions = sessions;
        this.limits = limits;
        this.keepAlive = keepAlive;
    }

    void get(Answering exchange, String principal) {
        if (!StreamableEndpoint.accepts(exchange.request().getHeaders(), "text/event-stream")) {
            exchange.refuse(Refusal.of(406, "ILR-HTTP-028", "A stream is text/event-stream."));
            return;
        }
        Optional<HttpSession> opened = sessions.open(principal, McpFront.Channel.LEGACY_SSE);
        if (opened.isEmpty()) {
            exchange.refuse(Refusal.of(503, "ILR-HTTP-024", "There are too many sessions.")
                    .with(HttpHeader.RETRY_AFTER, "30"));
            return;
        }
        HttpSession session = opened.get();
        StreamWriter writer = exchange.stream(limits.streamBytes(), () -> sessions.end(session));
        byte[] address = (MESSAGE_PATH + "?session=" + session.id()).getBytes(StandardCharsets.US_ASCII);
        writer.send(EventText.event("endpoint", "", address));
        session.standalone().attach(writer, 0);
        keepAlive.add(session.standalone());
    }

    void post(Answering exchange, String principal, byte[] frame) {
        String query = exchange.request().getHttpURI().getQuery();
        String id = query != null && query.startsWith("session=") ? query.substring("session=".length()) : "";
        Optional<HttpSession> session = sessions.find(id, principal);
        if (session.isEmpty()) {
            exchange.refuse(Refusal.of(404, "ILR-HTTP-026", "There is no such session."));
            return;
        }
        session.get()
                .session()
                .received(
                        frame,
                        name -> exchange.request().getHeaders().getValuesList(name),
                        McpFront.Replies.to(session.get()));
        exchange.empty(202);
    }
}
