package dev.ilura.transport.sse.client;

import dev.ilura.json.JsonValue;
import dev.ilura.spi.Envelope;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.RefusedFrameException;
import dev.ilura.spi.Transport;
import dev.ilura.transport.sse.event.EventLimits;
import dev.ilura.transport.sse.event.EventReader;
import dev.ilura.transport.sse.event.ServerEvent;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One request of the gate, from its POST to its answer. In the handshake era a stream that broke is taken up again where it
 * ended, if the server gave its events ids; in 2026-07-28 the request is lost with its stream.
 */
final class PostedRequest implements HttpCall.Taker {
    private static final Pattern SESSION_ID = Pattern.compile("[\\x21-\\x7e]{1,1024}");
    private static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final int MAX_RESUMPTIONS = 20;
    private static final int ERROR_BODY = 64 << 10;
    private static final int NOT_FOUND = 404;
    /** Errors of 2026-07-28 that a server may send without the id of a request that it did not read. */
    private static final Set<Long> MODERN_ERRORS = Set.of(-32020L, -32021L, -32022L);

    private final RemoteConnection connection;
    private final byte[] frame;
    private final Transport.Sending about;
    private final long id;
    private volatile @Nullable HttpCall call;
    private volatile boolean cancelled;
    private @Nullable EventReader reader;
    private String resumeFrom = "";
    private boolean answered;
    private int resumptions;

    PostedRequest(RemoteConnection connection, byte[] frame, Transport.Sending about, long id) {
        this.connection = connection;
        this.frame = frame;
        this.about = about;
        this.id = id;
    }

    /** Whether this very request speaks 2026-07-28. */
    boolean isModern() {
        return about.revision().filter(spoken -> spoken.compareTo("2026") > 0).isPresent();
    }

    void start() {
        HttpCall starting = new HttpCall(this);
        call = starting;
        if (!cancelled) {
            starting.start(
                    connection.client(),
                    connection.post(connection.destination().url(), frame, about));
        }
    }

    void cancel() {
        cancelled = true;
        connection.finished(id);
        HttpCall running = call;
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public HttpCall.Body head(HttpResponse.ResponseInfo head) {
        int status = head.statusCode();
        String type = Bodies.mediaType(head);
        int limit = connection.destination().messageLimit();
        if (status == NOT_FOUND && connection.hasSession() && !isModern()) {
            return Bodies.beginning(0, nothing -> connection.sessionGone());
        }
        if (status >= 300 || status < 200) {
            return Bodies.beginning(ERROR_BODY, body -> refused(head, type, body));
        }
        if (about.method().equals("initialize")) {
            head.headers()
                    .firstValue("mcp-session-id")
                    .filter(session -> SESSION_ID.matcher(session).matches())
                    .ifPresent(connection::beginSession);
        }
        if (type.equals("text/event-stream")) {
            return events(EventLimits.ofAnswer(limit));
        }
        if (type.equals("application/json")) {
            return Bodies.whole(limit, this::wholeAnswer);
        }
        return Bodies.beginning(0, nothing -> end(Losses.unread(type)));
    }

    private HttpCall.Body events(EventLimits limits) {
        EventReader reading = new EventReader(limits, this::event);
        reader = reading;
        return Bodies.events(reading, () -> streamEnded(Losses.broken()));
    }

    private void event(ServerEvent event) {
        if (event.data().length == 0 || !event.type().equals(ServerEvent.MESSAGE)) {
            return;
        }
        // With ids the stream could be taken up again, so it has to be known whether it was at its end.
        if (!event.id().isEmpty() && !isModern()) {
            answered |= isAnswer(event.data());
        }
        connection.deliveries().frame(event.data(), id);
    }

    private boolean isAnswer(byte[] message) {
        try {
            Envelope envelope = Envelope.read(message, McpFront.Headers.none());
            boolean answer = envelope.kind() == Envelope.Kind.RESULT || envelope.kind() == Envelope.Kind.ERROR;
            return answer && envelope.id().flatMap(JsonValue::integer).equals(Optional.of(id));
        } catch (RefusedFrameException e) {
            return false;
        }
    }

    private void wholeAnswer(byte[] body) {
        if (body.length == 0) {
            end(Losses.unread(""));
            return;
        }
        connection.deliveries().frame(body, id);
        end(Losses.loss("ILR-HTTP-007", "the server answered with another message than the answer"));
    }

    /** What is lost already has its answer, or never gets one. */
    private void end(Transport.Loss loss) {
        connection.finished(id);
        if (!cancelled && !answered) {
            connection.deliveries().lost(id, loss);
        }
    }

    private void streamEnded(Transport.Loss loss) {
        EventReader ended = reader;
        String last = ended == null || ended.lastId().isEmpty() ? resumeFrom : ended.lastId();
        boolean resumable = !answered && !isModern() && !last.isEmpty() && !cancelled && resumptions < MAX_RESUMPTIONS;
        if (!resumable) {
            end(loss);
            return;
        }
        resumptions++;
        resumeFrom = last;
        Duration wait = ended == null ? DEFAULT_RETRY : ended.retry().orElse(DEFAULT_RETRY);
        connection.time().after(wait.compareTo(LONGEST_RETRY) < 0 ? wait : LONGEST_RETRY, this::resume);
    }

    private void resume() {
        HttpCall resuming = new HttpCall(new Resumption());
        call = resuming;
        if (!cancelled && !connection.isClosed()) {
            resuming.start(connection.client(), connection.stream(resumeFrom));
        }
    }

    /** A status that is no success: either there is a frame that says more, or the status says it all. */
    private void refused(HttpResponse.ResponseInfo head, String type, byte[] body) {
        Optional<byte[]> error = type.equals("application/json") ? errorFrame(body) : Optional.empty();
        if (error.isPresent()) {
            connection.deliveries().frame(error.get(), id);
            end(Losses.broken());
            return;
        }
        Transport.Loss loss = Losses.of(head, new String(body, StandardCharsets.UTF_8));
        if (loss.notUnderstood() && about.method().equals("initialize")) {
            connection.finished(id);
            connection.tryLegacy(frame, about, id, loss);
        } else {
            end(loss);
        }
    }

    /** The error of this request, if the body is one; given the id where a modern server could not tell it. */
    private Optional<byte[]> errorFrame(byte[] body) {
        try {
            Envelope envelope = Envelope.read(body, McpFront.Headers.none());
            if (envelope.kind() != Envelope.Kind.ERROR) {
                return Optional.empty();
            }
            JsonValue answer = JsonValue.parse(body, dev.ilura.json.JsonLimits.FRAME);
            JsonValue theirs = envelope.id().orElseThrow();
            if (theirs.integer().equals(Optional.of(id))) {
                return Optional.of(body);
            }
            boolean modern = answer.at("/error/code")
                    .flatMap(JsonValue::integer)
                    .filter(MODERN_ERRORS::contains)
                    .isPresent();
            byte[] own = Long.toString(id).getBytes(StandardCharsets.US_ASCII);
            return theirs.isNull() && modern
                    ? answer.member("id").map(nobody -> answer.splice(nobody, own))
                    : Optional.empty();
        } catch (RefusedFrameException e) {
            return Optional.empty();
        }
    }

    @Override
    public void failed(Throwable why) {
        streamEnded(Losses.of(why));
    }

    /** The rest of a stream that broke. */
    private final class Resumption implements HttpCall.Taker {
        @Override
        public HttpCall.Body head(HttpResponse.ResponseInfo head) {
            if (head.statusCode() == 200 && Bodies.mediaType(head).equals("text/event-stream")) {
                return events(EventLimits.ofAnswer(connection.destination().messageLimit()));
            }
            return Bodies.beginning(ERROR_BODY, body -> end(Losses.broken()));
        }

        @Override
        public void failed(Throwable why) {
            streamEnded(Losses.of(why));
        }
    }
}
