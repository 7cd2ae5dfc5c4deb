package dev.ilura.internal.downstream;

import dev.ilura.CallRequest;
import dev.ilura.internal.call.Cancellation;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call of a 2026-07-28 client, perhaps over several of its requests: what is asked on its behalf ends the request that is
 * open with {@code input_required}, and the call waits, alive, until the client comes back with the answers.
 */
final class ModernTurn implements Turn {
    private static final int REFUSED = -1;

    /** How long more questions are waited for: a server that has several asks them at once, each in a message of its own. */
    private static final Duration GATHERING = Duration.ofMillis(50);

    /** Where a server of the handshake era may say what it calls a question. */
    private static final String OWN_KEY = "/_meta/dev.ilura~1key";

    private static final Pattern KEY = Pattern.compile("(?!q[0-9]+$)[A-Za-z][A-Za-z0-9_.-]{0,63}");

    private final Identity identity;
    private final Parking parking;
    private final Parking.Binding binding;
    private final TimeSource time;
    private final JsonValue capabilities;
    private final Optional<String> logLevel;
    private final Cancellation cancellation = new Cancellation();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Question> questions = new LinkedHashMap<>();
    private @Nullable Request open;
    private @Nullable Function<JsonValue, Reply> conclusion;
    private boolean over;
    private boolean gathering;
    private int asked;
    private volatile Optional<String> call = Optional.empty();

    /**
     * @param open the request that begins it
     * @param binding who may go on with it, and with what
     */
    ModernTurn(Identity identity, Request open, Parking parking, Parking.Binding binding, TimeSource time) {
        this.identity = identity;
        this.open = open;
        this.parking = parking;
        this.binding = binding;
        this.time = time;
        this.capabilities = open.frame().meta(Era.CAPABILITIES_KEY).orElse(NOTHING);
        this.logLevel = open.frame()
                .meta(Era.LOG_LEVEL_KEY)
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .filter(Levels::isLevel);
    }

    /**
     * One request of the client.
     *
     * @param ended runs once, when nothing more is to be sent for it
     */
    record Request(Frame frame, McpFront.Replies replies, Runnable ended) {
        void end(Reply reply) {
            ended.run();
            reply.to(replies);
        }

        JsonValue id() {
            return frame.id().orElseThrow();
        }
    }

    private record Question(String method, JsonValue params, CompletableFuture<Said> said) {}

    @Override
    public void isCall(CallRequest request, String id) {
        call = Optional.of(id);
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public void progressed(Frame progress) {
        Request now = openRequest();
        if (now != null) {
            Replies.progress(progress, now.frame()).ifPresent(now.replies()::send);
        }
    }

    private @Nullable Request openRequest() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Said> ask(String method, JsonValue params) {
        CompletableFuture<Said> said = new CompletableFuture<>();
        String key;
        boolean first;
        lock.lock();
        try {
            if (over) {
                said.complete(Said.error(REFUSED, "The call is over."));
                return said;
            }
            key = keyOf(params);
            questions.put(key, new Question(method, params, said));
            first = open != null && !gathering;
            gathering |= first;
        } finally {
            lock.unlock();
        }
        said.whenComplete((answer, failure) -> forget(key));
        if (first) {
            time.after(GATHERING, this::gathered);
        }
        return said;
    }

    /** A question of the handshake era has no key: its server's word for it, if it has one, otherwise a number. */
    private String keyOf(JsonValue params) {
        asked++;
        return params.at(OWN_KEY)
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .filter(key -> KEY.matcher(key).matches() && !questions.containsKey(key))
                .orElse("q" + asked);
    }

    /** The request ends with what was asked, unless that has come to an end meanwhile. */
    private void gathered() {
        Request asking;
        lock.lock();
        try {
            gathering = false;
            asking = questions.isEmpty() ? null : open;
            open = asking == null ? open : null;
        } finally {
            lock.unlock();
        }
        if (asking != null) {
            park(asking);
        }
    }

    private void forget(String key) {
        lock.lock();
        try {
            questions.remove(key);
        } finally {
            lock.unlock();
        }
    }

    /** The request that was open ends with the questions, or goes on if there is no place to wait. */
    private void park(Request asking) {
        Optional<String> state = parking.park(this, binding);
        if (state.isEmpty()) {
            goesOn(asking);
            open().values()
                    .forEach(question -> question.said()
                            .complete(
                                    Said.error(REFUSED, "Too many calls wait for an answer of their client already.")));
            return;
        }
        byte[] result = inputRequired(open(), state.get());
        asking.end(Reply.frame(Messages.result(asking.id(), result)));
    }

    private Map<String, Question> open() {
        lock.lock();
        try {
            return new LinkedHashMap<>(questions);
        } finally {
            lock.unlock();
        }
    }

    private static byte[] inputRequired(Map<String, Question> questions, String state) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, "{\"resultType\":\"input_required\",\"inputRequests\":{");
        boolean first = true;
        for (Map.Entry<String, Question> question : questions.entrySet()) {
            write(out, (first ? "" : ",") + '"' + question.getKey() + "\":{\"method\":\"");
            write(out, question.getValue().method() + "\",\"params\":");
            out.writeBytes(question.getValue().params().bytes());
            out.write('}');
            first = false;
        }
        write(out, "},\"requestState\":");
        out.writeBytes(JsonWriter.string(state));
        out.write('}');
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The client has come back; what it does not answer is asked again. */
    void resumed(Request again) {
        Map<String, JsonValue> responses =
                again.frame().param("/inputResponses").map(JsonValue::members).orElse(Map.of());
        Map<String, Question> waiting = open();
        goesOn(again);
        responses.forEach((key, response) -> {
            Question question = waiting.get(key);
            if (question != null && response.isObject()) {
                question.said().complete(Said.result(response));
            }
        });
        Set<String> unanswered = open().keySet();
        unanswered.retainAll(waiting.keySet());
        if (!unanswered.isEmpty()) {
            Request still = taken();
            if (still != null) {
                park(still);
            }
        }
    }

    /** From now on this request is open; what came to an end meanwhile answers it. */
    private void goesOn(Request request) {
        Function<JsonValue, Reply> done;
        lock.lock();
        try {
            done = conclusion;
            conclusion = null;
            open = done == null ? request : null;
        } finally {
            lock.unlock();
        }
        if (done != null) {
            request.end(done.apply(request.id()));
        }
    }

    private @Nullable Request taken() {
        lock.lock();
        try {
            Request now = open;
            open = null;
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void conclude(Function<JsonValue, Reply> reply) {
        Request now;
        lock.lock();
        try {
            now = open;
            open = null;
            conclusion = now == null && !over ? reply : null;
            over = true;
        } finally {
            lock.unlock();
        }
        open().values().forEach(question -> question.said().complete(Said.error(REFUSED, "The call is over.")));
        if (now != null) {
            now.end(reply.apply(now.id()));
        }
    }

    /** The client did not come back. */
    void expired() {
        giveUp("The client did not come back in time.");
    }

    @Override
    public void cancel() {
        Request now = taken();
        if (now != null) {
            now.ended().run();
            giveUp("The client gave the call up.");
        }
    }

    /** Ends it wherever it is, parked or not. */
    void giveUp(String why) {
        lock.lock();
        try {
            over = true;
            open = null;
        } finally {
            lock.unlock();
        }
        open().values().forEach(question -> question.said().complete(Said.error(REFUSED, why)));
        cancellation.cancel();
    }

    @Override
    public CallRequest asking(String server, String target) {
        CallRequest request = identity.request(server, target);
        return call.map(request::causedBy).orElse(request);
    }

    @Override
    public Optional<Era> era() {
        return Optional.of(Era.PER_REQUEST);
    }

    @Override
    public JsonValue capabilities() {
        return capabilities;
    }

    @Override
    public Optional<String> logLevel() {
        return logLevel;
    }

    /** Without a wanted level there are no log messages, and none while no request is open. */
    @Override
    public void tell(Frame notification) {
        Request now = openRequest();
        if (now != null && Levels.passes(notification, logLevel, false)) {
            now.replies().send(notification.json().bytes());
        }
    }
}
