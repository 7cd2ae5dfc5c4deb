package dev.ilura.internal.upstream;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.ToolCall;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.Messages;
import dev.ilura.internal.wire.Protocol;
import dev.ilura.internal.wire.Protocol.Handling;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.Transport;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One open connection to a server: pairs answers with requests and finds out whom a message of the server is for. Request
 * ids and progress tokens are this session's own, so two callers with equal ones never see each other's answers.
 */
public final class UpstreamSession implements Transport.Receiver {
    private static final Map<String, String> PROBE_HEADER = Map.of("MCP-Protocol-Version", Era.MODERN);

    private final String server;
    private final TimeSource time;
    private final Optional<Caller> owner;
    private final Events events;
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, Exchange> open = new ConcurrentHashMap<>();
    private final Questions questions;
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private volatile Transport.@Nullable Connection connection;
    private volatile @Nullable Agreement agreement;
    private volatile Map<String, String> revisionHeader = Map.of();
    private volatile String lastGarbage = "";
    private volatile boolean tellsRequests;

    /**
     * @param owner the only client that this connection is for; empty if several share it
     */
    UpstreamSession(String server, TimeSource time, Optional<Caller> owner, Events events) {
        this.server = server;
        this.time = time;
        this.owner = owner;
        this.events = events;
        this.questions = new Questions(this);
    }

    /** What a session tells its owner; called on the transport's thread. */
    interface Events {
        /** What was listed before is no longer right. */
        void changed(UpstreamSession session, Offer offer);

        /** A resource that is watched changed. */
        void updated(UpstreamSession session, Frame notification);

        /** The server asks a client something; judged, then put to the client. Never fails but by being cancelled. */
        CompletableFuture<Caller.Said> asked(UpstreamSession session, Caller caller, Frame question);

        void ended(UpstreamSession session, UpstreamFailure why);
    }

    void attach(Transport.Connection opened) {
        connection = opened;
        tellsRequests = opened.tellsRequests();
    }

    /** From now on this is spoken. */
    void agreed(Agreement agreed) {
        revisionHeader = Map.of("MCP-Protocol-Version", agreed.revision());
        agreement = agreed;
        Transport.Connection opened = connection;
        if (opened != null) {
            opened.agreed(agreed.revision());
        }
    }

    /** What ended the session first, and whether that was the server. */
    private record End(UpstreamFailure why, boolean byServer) {}

    /** Whether the server itself ended the connection, before anything was agreed. */
    boolean leftAtOnce() {
        End how = end.get();
        return how != null && how.byServer() && !isAgreed();
    }

    boolean isAgreed() {
        return agreement != null;
    }

    /** Fails if the session has ended. */
    void checkOpen() {
        End how = end.get();
        if (how != null) {
            throw how.why();
        }
    }

    TimeSource.Timer after(Duration delay, Runnable task) {
        return time.after(delay, task);
    }

    String server() {
        return server;
    }

    /** What is spoken; only to be asked once the session has begun. */
    public Agreement agreement() {
        Agreement agreed = agreement;
        if (agreed == null) {
            throw new IllegalStateException("nothing is agreed yet");
        }
        return agreed;
    }

    /** Whether the server promised it. */
    public boolean offers(Offer offer) {
        return agreement().offers(offer.capability());
    }

    /** What the gate may be asked on this connection. */
    JsonValue clientCapabilities() {
        return owner.map(Caller::capabilities).orElse(Caller.NOTHING);
    }

    /** Whether log messages find the request they belong to, or are for one client alone. */
    public boolean keepsLogsApart() {
        return owner.isPresent() || tellsRequests;
    }

    /** Whether the server logs, and nothing says for which request. */
    boolean mixesLogs() {
        return !tellsRequests && agreement().offers("logging");
    }

    /** Whether the transport repeats parts of a request in headers, and the revision wants it. */
    public boolean hasHeaders() {
        return tellsRequests && agreement().era() == Era.PER_REQUEST;
    }

    /** Asks something for the gate itself; fails if the answer is an error. */
    CompletableFuture<JsonValue> ask(String method, Map<String, ?> params, Duration timeout) {
        return exchange(method, params, timeout)
                .answer()
                .thenApply(frame -> frame.result().orElseThrow(() -> refused(method, frame)));
    }

    /** Asks something for the gate itself. */
    Exchange exchange(String method, Map<String, ?> params, Duration timeout) {
        return request(id -> Outgoing.asking(id, method, params), timeout, Questions.NOBODY, progress -> {});
    }

    UpstreamFailure refused(String method, Frame frame) {
        String error = frame.error().map(JsonValue::raw).orElse("nothing");
        return UpstreamFailure.ofServer(
                "ILR-SERVER-003",
                "Server \"" + server + "\" answered " + method + " with " + shortened(error) + ".",
                Effect.NONE);
    }

    /**
     * Sends a request.
     *
     * @param request makes the request for the id it is given, which is the progress token too; what it throws is thrown
     *     on, and nothing was sent
     * @param timeout from now to the answer
     * @param caller whose request it is
     * @param progress gets the server's progress notifications for this request, before the answer
     */
    public Exchange request(LongFunction<Outgoing> request, Duration timeout, Caller caller, Consumer<Frame> progress) {
        long id = nextId.getAndIncrement();
        Outgoing outgoing = request.apply(id);
        Exchange exchange = new Exchange(id, caller, progress, this::abandon, new Exchange.Clock(time, timeout));
        open.put(id, exchange);
        exchange.answer().whenComplete((answer, failure) -> open.remove(id));
        End how = end.get();
        if (how != null) {
            exchange.answer().completeExceptionally(how.why());
            return exchange;
        }
        exchange.begin(() -> late(timeout));
        try {
            send(outgoing.bytes(), about(outgoing, id));
        } catch (IOException e) {
            exchange.answer()
                    .completeExceptionally(UpstreamFailure.ofServer(
                            "ILR-CALL-006",
                            "Server \"" + server + "\" takes no more frames: " + e.getMessage() + ".",
                            Effect.NONE));
        }
        return exchange;
    }

    private UpstreamFailure late(Duration timeout) {
        String heard = lastGarbage.isEmpty() ? "" : " It wrote something that is no answer: " + lastGarbage;
        return UpstreamFailure.ofServer(
                "ILR-CALL-004",
                "Server \"" + server + "\" did not answer within " + timeout.toMillis() + " ms." + heard,
                Effect.UNKNOWN);
    }

    /** The handshake is never cancelled; a server that does not finish it is stopped. */
    private void abandon(Exchange exchange) {
        Transport.Connection opened = connection;
        if (agreement == null || opened == null || opened.abandon(exchange.id())) {
            return;
        }
        notifyServer("notifications/cancelled", Map.of("requestId", exchange.id(), "reason", "the caller gave up"));
    }

    /** Tells the server something, if it is still there. */
    void notifyServer(String method, Map<String, ?> params) {
        write(Messages.notification(method, params), about(method, OptionalLong.empty(), Optional.empty(), Map.of()));
    }

    /** Passes on a notification of a client as it is. */
    public void pass(Frame notification) {
        write(
                notification.json().bytes(),
                about(notification.method(), OptionalLong.empty(), Optional.empty(), Map.of()));
    }

    @Override
    public void frame(byte[] bytes) {
        received(bytes, Optional.empty());
    }

    @Override
    public void frame(byte[] bytes, long request) {
        received(bytes, Optional.ofNullable(open.get(request)));
    }

    private void received(byte[] bytes, Optional<Exchange> stream) {
        Frame frame;
        try {
            frame = Frame.read(bytes);
        } catch (FrameException e) {
            garbage(e.code() + " " + e.getMessage());
            return;
        }
        switch (frame.kind()) {
            case RESULT, ERROR -> answered(frame);
            case REQUEST -> questions.asked(frame, callerOf(stream));
            case NOTIFICATION -> notified(frame, stream);
        }
    }

    private void answered(Frame frame) {
        frame.id()
                .flatMap(JsonValue::integer)
                .map(open::get)
                .ifPresent(exchange -> exchange.answer().complete(frame));
    }

    /** Whom a message is for: whose stream it came on, or the only client that this connection is for. */
    @SuppressWarnings("ReferenceEquality")
    private Optional<Caller> callerOf(Optional<Exchange> stream) {
        return stream.map(Exchange::caller)
                .filter(caller -> caller != Questions.NOBODY)
                .or(() -> owner);
    }

    private void notified(Frame frame, Optional<Exchange> stream) {
        Agreement agreed = agreement;
        if (agreed == null) {
            return; // nobody has asked for anything yet
        }
        Optional<Handling> handling = Protocol.handling(Protocol.Direction.TO_CLIENT, frame, agreed.era());
        switch (handling.orElse(Handling.DROPPED)) {
            case OF_REQUEST -> ofRequest(frame, stream);
            case CANCELLED -> frame.param("/requestId").ifPresent(this::withdrawn);
            case UPDATED -> events.updated(this, frame);
            case LIST_CHANGED -> Offer.changedBy(frame.method()).ifPresent(offer -> events.changed(this, offer));
            default -> {
                // which changes a server tells is its own affair; what nobody knows is not passed on
            }
        }
    }

    private void ofRequest(Frame frame, Optional<Exchange> stream) {
        if (frame.method().equals("notifications/progress")) {
            frame.param("/progressToken")
                    .flatMap(JsonValue::integer)
                    .map(open::get)
                    .ifPresent(exchange -> exchange.progressed(frame));
        } else {
            callerOf(stream).ifPresent(caller -> caller.tell(frame));
        }
    }

    /** A question is withdrawn, or (2026-07-28) a subscription ends. */
    private void withdrawn(JsonValue id) {
        if (agreement().era() == Era.HANDSHAKE) {
            questions.withdrawn(id);
        } else {
            id.integer()
                    .map(open::get)
                    .ifPresent(exchange -> exchange.answer().completeExceptionally(UpstreamFailure.cancelled()));
        }
    }

    CompletableFuture<Caller.Said> put(Caller caller, Frame question) {
        return events.asked(this, caller, question);
    }

    /** Answers a question of the server's. */
    void answer(JsonValue question, Caller.Said said) {
        byte[] bytes = said.error()
                ? Messages.errorOf(question, said.value().bytes())
                : Messages.result(question, said.value().bytes());
        write(bytes, about("", OptionalLong.empty(), Optional.of(question), Map.of()));
    }

    /** While its client is asked something, the time of what is open stands still. */
    Runnable held() {
        List<Exchange> waiting = List.copyOf(open.values());
        waiting.forEach(Exchange::hold);
        return () -> waiting.forEach(Exchange::goOn);
    }

    @Override
    public void garbage(String what) {
        lastGarbage = shortened(what);
    }

    @Override
    public void lost(long request, Transport.Loss loss) {
        Exchange exchange = open.get(request);
        if (exchange != null) {
            exchange.answer()
                    .completeExceptionally(UpstreamFailure.ofServer(
                            loss.code(),
                            "Server \"" + server + "\" gave no answer: " + VisibleText.oneLine(loss.reason()),
                            loss.notUnderstood() ? Effect.NONE : Effect.UNKNOWN));
        }
    }

    @Override
    public void closed(String code, String reason) {
        UpstreamFailure why = UpstreamFailure.ofServer(
                code, "Server \"" + server + "\" ended: " + VisibleText.oneLine(reason), Effect.UNKNOWN);
        end(new End(why, true)); // changes nothing if the gate closed it: that is reported as well
    }

    /** Ends the connection in good order; what is open fails. Blocks for the transport's grace times. */
    void close(UpstreamFailure why) {
        end(why);
        Transport.Connection opened = connection;
        if (opened != null) {
            opened.close();
        }
    }

    /** From now on nothing can be asked, and what is open fails. Does not wait. */
    void end(UpstreamFailure why) {
        end(new End(why, false));
    }

    private void end(End how) {
        if (end.compareAndSet(null, how)) {
            events.ended(this, how.why());
            questions.end();
            open.values().forEach(exchange -> exchange.answer().completeExceptionally(how.why()));
        }
    }

    /** What the transport verified about the server. */
    public String identity() {
        Transport.Connection opened = connection;
        return opened == null ? "" : opened.identity();
    }

    /** Where it is: servers at one address are taken for one program, others are themselves. */
    String place() {
        Transport.Connection opened = connection;
        return opened == null ? "" : opened.origin().orElseGet(() -> server + " " + opened.identity());
    }

    private Transport.Sending about(Outgoing outgoing, long id) {
        return about(outgoing.method(), OptionalLong.of(id), Optional.empty(), outgoing.headers(), outgoing.call());
    }

    private Transport.Sending about(
            String method, OptionalLong request, Optional<JsonValue> answers, Map<String, String> headers) {
        return about(method, request, answers, headers, Optional.empty());
    }

    private Transport.Sending about(
            String method,
            OptionalLong request,
            Optional<JsonValue> answers,
            Map<String, String> headers,
            Optional<ToolCall> call) {
        Agreement agreed = agreement;
        if (agreed != null) {
            Map<String, String> all = headers.isEmpty() ? revisionHeader : joined(headers, revisionHeader);
            return new Transport.Sending(Optional.of(agreed.revision()), method, request, answers, all, call);
        }
        // The probe is a request of 2026-07-28 like any other: a server may go by its headers.
        return method.equals(Greeting.DISCOVER)
                ? new Transport.Sending(
                        Optional.of(Era.MODERN), method, request, answers, joined(headers, PROBE_HEADER), call)
                : new Transport.Sending(Optional.empty(), method, request, answers, headers, call);
    }

    private static Map<String, String> joined(Map<String, String> headers, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return all;
    }

    private void write(byte[] frame, Transport.Sending about) {
        try {
            send(frame, about);
        } catch (IOException gone) {
            // whoever waits for an answer learns it from the end of the connection
        }
    }

    private void send(byte[] frame, Transport.Sending about) throws IOException {
        Transport.Connection opened = connection;
        if (opened == null) {
            throw new IOException("not connected");
        }
        opened.send(frame, about);
    }

    static String shortened(String text) {
        return VisibleText.oneLine(text.length() > 200 ? text.substring(0, 200) + "..." : text);
    }
}
