package dev.ilura.transport.sse.front;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.Envelope;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.RefusedFrameException;
import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.FrontLimits;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Streamable HTTP of both eras. */
final class StreamableEndpoint {
    private static final String SESSION = "Mcp-Session-Id";
    private static final String VERSION = "MCP-Protocol-Version";
    private static final Set<String> HANDSHAKE_REVISIONS =
            Set.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");
    /** The first revision whose clients know an event without data. */
    private static final String PRIMING = "2025-11-25";

    private static final long RETRY_MILLIS = 1_000;

    private final HttpSessions sessions;
    private final FrontLimits limits;
    private final TimeSource time;
    private final KeepAlive keepAlive;

    StreamableEndpoint(HttpSessions sessions, FrontLimits limits, TimeSource time, KeepAlive keepAlive) {
        this.sessions = sessions;
        this.limits = limits;
        this.time = time;
        this.keepAlive = keepAlive;
    }

    void post(Answering exchange, String principal, byte[] frame) {
        HttpFields fields = exchange.request().getHeaders();
        McpFront.Headers headers = fields::getValuesList;
        Envelope envelope;
        try {
            envelope = Envelope.read(frame, headers);
        } catch (RefusedFrameException e) {
            exchange.whole(400, e.answer());
            return;
        }
        if (envelope.perRequest()) {
            dispatch(exchange, sessions.perRequest(principal), envelope, frame, headers, Optional.empty());
            return;
        }
        List<String> id = fields.getValuesList(SESSION);
        boolean initialize =
                envelope.kind() == Envelope.Kind.REQUEST && envelope.method().equals("initialize") && id.isEmpty();
        if (initialize) {
            initialize(exchange, principal, frame, headers);
            return;
        }
        known(exchange, principal)
                .ifPresent(session ->
                        dispatch(exchange, session.session(), envelope, frame, headers, Optional.of(session)));
    }

    /** The session that the request names; empty if it was refused. */
    private Optional<HttpSession> known(Answering exchange, String principal) {
        HttpFields fields = exchange.request().getHeaders();
        List<String> id = fields.getValuesList(SESSION);
        if (id.size() != 1) {
            exchange.refuse(
                    Refusal.of(400, "ILR-HTTP-026", "The request names no session; begin one with initialize."));
            return Optional.empty();
        }
        Optional<HttpSession> session = sessions.find(id.get(0), principal);
        if (session.isEmpty()) {
            exchange.refuse(Refusal.of(404, "ILR-HTTP-026", "There is no such session."));
            return session;
        }
        List<String> version = fields.getValuesList(VERSION);
        if (!HANDSHAKE_REVISIONS.containsAll(version) || version.size() > 1) {
            exchange.refuse(
                    Refusal.of(400, "ILR-HTTP-027", "The " + VERSION + " header names no revision of this session."));
            return Optional.empty();
        }
        return session;
    }

    private void initialize(Answering exchange, String principal, byte[] frame, McpFront.Headers headers) {
        Optional<HttpSession> opened = sessions.open(principal, McpFront.Channel.STREAMABLE_HTTP);
        if (opened.isEmpty()) {
            exchange.refuse(Refusal.of(503, "ILR-HTTP-024", "There are too many sessions.")
                    .with(HttpHeader.RETRY_AFTER, "30"));
            return;
        }
        HttpSession session = opened.get();
        session.session().received(frame, headers, new McpFront.Replies() {
            @Override
            public void send(byte[] message) {
                session.send(message);
            }

            @Override
            public void finish(byte[] answer, McpFront.End end) {
                if (end.error().isPresent()) {
                    sessions.end(session);
                } else {
                    exchange.header(SESSION, session.id());
                }
                exchange.whole(200, answer);
            }
        });
    }

    private void dispatch(
            Answering exchange,
            McpFront.Session session,
            Envelope envelope,
            byte[] frame,
            McpFront.Headers headers,
            Optional<HttpSession> handshake) {
        AtomicReference<PostReplies> self = new AtomicReference<>();
        PostReplies replies = new PostReplies(
                exchange,
                handshake.isEmpty(),
                limits.streamBytes(),
                time,
                () -> handshake
                        .<PostReplies.Out>map(known -> resumable(exchange, known))
                        .orElseGet(() -> self.get().plainStream()));
        self.set(replies);
        boolean answered = envelope.kind() == Envelope.Kind.REQUEST
                || (envelope.kind() == Envelope.Kind.BATCH && holdsRequests(frame));
        if (answered
                && handshake.isPresent()
                && prefersStream(exchange.request().getHeaders())) {
            replies.openStream();
        }
        McpFront.Ongoing ongoing = session.received(frame, headers, replies);
        if (answered) {
            replies.began(ongoing);
        } else if (!replies.isEnded()) {
            exchange.empty(202);
        }
    }

    private static boolean holdsRequests(byte[] batch) {
        try {
            return JsonValue.parse(batch, JsonLimits.FRAME).elements().stream()
                    .anyMatch(message -> message.isObject()
                            && message.member("method").isPresent()
                            && message.member("id").isPresent());
        } catch (MalformedJsonException e) {
            return true; // and the gate refuses it
        }
    }

    /** In the handshake era a request outlives its connection. */
    private PostReplies.Out resumable(Answering exchange, HttpSession session) {
        ResumableStream stream = session.newStream();
        attach(exchange, session, stream, 0);
        return new PostReplies.Out() {
            @Override
            public void send(byte[] frame) {
                stream.send(frame);
            }

            @Override
            public void finish(byte[] frame) {
                stream.finish(frame);
            }

            @Override
            public void comment() {
                stream.comment();
            }
        };
    }

    private void attach(Answering exchange, HttpSession session, ResumableStream stream, long after) {
        AtomicReference<StreamWriter> self = new AtomicReference<>();
        StreamWriter writer = exchange.stream(limits.streamBytes(), () -> {
            StreamWriter lost = self.get();
            if (lost != null) {
                stream.detach(lost);
            }
            session.touch();
        });
        self.set(writer);
        stream.attach(writer, after);
        if (session.revision().equals(PRIMING)) {
            stream.prime(RETRY_MILLIS);
        }
    }

    /** What the gate says unasked, or the rest of a stream that broke. */
    void get(Answering exchange, String principal) {
        HttpFields fields = exchange.request().getHeaders();
        if (fields.getValuesList(SESSION).isEmpty()) {
            noSuchMethod(exchange);
            return;
        }
        if (!accepts(fields, "text/event-stream")) {
            exchange.refuse(Refusal.of(406, "ILR-HTTP-028", "A stream is text/event-stream."));
            return;
        }
        known(exchange, principal).ifPresent(session -> stream(exchange, session, fields.get("Last-Event-ID")));
    }

    private void stream(Answering exchange, HttpSession session, @org.jspecify.annotations.Nullable String lastEvent) {
        ResumableStream.Position at = lastEvent == null ? null : ResumableStream.Position.parse(lastEvent);
        ResumableStream stream =
                at == null ? session.standalone() : session.stream(at.stream()).orElse(null);
        if (stream == null) {
            exchange.refuse(Refusal.of(404, "ILR-HTTP-026", "The stream of that event is no longer known."));
            return;
        }
        attach(exchange, session, stream, at == null ? 0 : at.after());
        keepAlive.add(stream);
    }

    void delete(Answering exchange, String principal) {
        if (exchange.request().getHeaders().getValuesList(SESSION).isEmpty()) {
            noSuchMethod(exchange);
            return;
        }
        known(exchange, principal).ifPresent(session -> {
            sessions.end(session);
            exchange.empty(200);
        });
    }

    static void noSuchMethod(Answering exchange) {
        exchange.refuse(Refusal.of(405, "ILR-HTTP-028", "This address takes POST; GET and DELETE belong to a session.")
                .with(HttpHeader.ALLOW, "POST"));
    }

    /**
     * Whether the client names the stream first: it wants one, and could take it up again. Otherwise what is answered at
     * once is JSON, which costs less.
     */
    private static boolean prefersStream(HttpFields fields) {
        return fields.getCSV(HttpHeader.ACCEPT, false).stream()
                .findFirst()
                .filter(range -> range.equalsIgnoreCase("text/event-stream"))
                .isPresent();
    }

    /** Whether the client says that it reads a media type. */
    static boolean accepts(HttpFields fields, String type) {
        String family = type.substring(0, type.indexOf('/')) + "/*";
        return fields.getCSV(HttpHeader.ACCEPT, false).stream()
                .map(range -> range.contains(";")
                        ? range.substring(0, range.indexOf(';')).strip()
                        : range)
                .anyMatch(range -> range.equalsIgnoreCase(type) || range.equals(family) || range.equals("*/*"));
    }
}
