package dev.ilura.internal.call;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Caller.Said;
import dev.ilura.internal.upstream.Outgoing;
import dev.ilura.internal.upstream.UpstreamFailure;
import dev.ilura.internal.upstream.UpstreamSession;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.McpHeaders;
import dev.ilura.internal.wire.Messages;
import dev.ilura.internal.wire.Metadata;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * What a task of 2026-07-28 asks its client stands in the answers to {@code tasks/get}, and is judged like any other question:
 * once, however often it is looked at. What may not be asked is taken out, and the gate itself tells the server no, with
 * {@code tasks/update}.
 */
final class TaskQuestions {
    private static final String UPDATE = "tasks/update";
    private static final int MOST_QUESTIONS = 16;
    private static final int MOST_REMEMBERED = 1000;

    private final Questioning questioning;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> allowed = new LinkedHashSet<>();

    /**
     * @param patience how long the server has to take a no
     */
    TaskQuestions(Questioning questioning, Duration patience) {
        this.questioning = questioning;
        this.patience = patience;
    }

    /** The answer that the client may see. */
    CompletableFuture<Frame> judged(Judged judged, UpstreamSession session, Frame answer) {
        Map<String, JsonValue> questions = questions(judged, session, answer);
        if (questions.isEmpty()) {
            return CompletableFuture.completedFuture(answer);
        }
        if (questions.size() > MOST_QUESTIONS) {
            return CompletableFuture.failedFuture(
                    unanswered(judged, "it has " + questions.size() + " questions, " + MOST_QUESTIONS + " are taken"));
        }
        Map<String, CompletableFuture<Optional<Said>>> denials = new LinkedHashMap<>();
        questions.forEach((key, question) -> denials.put(key, denial(judged, session, key, question)));
        return CompletableFuture.allOf(denials.values().toArray(CompletableFuture<?>[]::new))
                .thenCompose(all -> {
                    Map<String, Said> denied = new LinkedHashMap<>();
                    denials.forEach((key, denial) -> denial.join().ifPresent(said -> denied.put(key, said)));
                    return denied.isEmpty()
                            ? CompletableFuture.completedFuture(answer)
                            : refused(judged, session, answer, denied);
                });
    }

    private static Map<String, JsonValue> questions(Judged judged, UpstreamSession session, Frame answer) {
        boolean looksAtTask = judged.pending().method() == RelayedMethod.TASK_GET
                && session.agreement().era() == Era.PER_REQUEST;
        return looksAtTask
                ? requests(answer)
                        .filter(JsonValue::isObject)
                        .map(JsonValue::members)
                        .orElse(Map.of())
                : Map.of();
    }

    private static Optional<JsonValue> requests(Frame answer) {
        return answer.result().flatMap(result -> result.member("inputRequests"));
    }

    private CompletableFuture<Optional<Said>> denial(
            Judged judged, UpstreamSession session, String key, JsonValue question) {
        Caller caller = judged.pending().caller();
        String asked = Digests.sha256Hex(String.join(
                "\n",
                judged.call().server(),
                session.identity(),
                judged.call().pod(),
                judged.call().principal(),
                judged.policyVersion(),
                judged.call().arguments().sha256(),
                caller.capabilities().raw(),
                key,
                question.raw()));
        if (isAllowed(asked)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return questioning
                .denial(judged.line(), session.identity(), caller, question)
                .thenApply(denial -> {
                    if (denial.isEmpty()) {
                        allow(asked);
                    }
                    return denial;
                });
    }

    private boolean isAllowed(String asked) {
        lock.lock();
        try {
            return allowed.contains(asked);
        } finally {
            lock.unlock();
        }
    }

    private void allow(String asked) {
        lock.lock();
        try {
            allowed.add(asked);
            if (allowed.size() > MOST_REMEMBERED) {
                allowed.remove(allowed.iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The server learns the no before the client sees the rest. */
    private CompletableFuture<Frame> refused(
            Judged judged, UpstreamSession session, Frame answer, Map<String, Said> denied) {
        Map<String, Object> responses = new LinkedHashMap<>();
        for (Map.Entry<String, Said> no : denied.entrySet()) {
            if (no.getValue().error()) {
                return CompletableFuture.failedFuture(unanswered(
                        judged, Ending.shortened(no.getValue().value().raw())));
            }
            responses.put(
                    no.getKey(), Objects.requireNonNull(no.getValue().value().toJava()));
        }
        return session.request(
                        id -> update(judged, session, id, responses),
                        patience,
                        judged.pending().caller(),
                        progress -> {})
                .answer()
                .thenApply(taken -> without(answer, denied.keySet()));
    }

    private static Outgoing update(Judged judged, UpstreamSession session, long id, Map<String, Object> responses) {
        String task = judged.call()
                .arguments()
                .at("/taskId")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("taskId", task);
        params.put("inputResponses", responses);
        params.put("_meta", Metadata.of(judged.pending().caller().capabilities()));
        Map<String, String> headers =
                session.hasHeaders() ? McpHeaders.of(UPDATE, Optional.of(task), Optional.empty(), List.of()) : Map.of();
        return Outgoing.of(Messages.request(id, UPDATE, params), UPDATE, headers);
    }

    private static Frame without(Frame answer, Set<String> denied) {
        JsonValue all = requests(answer).orElseThrow();
        String left = all.members().entrySet().stream()
                .filter(question -> !denied.contains(question.getKey()))
                .map(question -> new String(JsonWriter.string(question.getKey()), StandardCharsets.UTF_8) + ":"
                        + question.getValue().raw())
                .collect(Collectors.joining(",", "{", "}"));
        try {
            return Frame.read(answer.json().splice(all, left.getBytes(StandardCharsets.UTF_8)));
        } catch (FrameException e) {
            throw new IllegalStateException("what is left of a frame is one", e);
        }
    }

    private static UpstreamFailure unanswered(Judged judged, String why) {
        return UpstreamFailure.ofGate(
                "ILR-CALL-016",
                "A task of server \"" + judged.call().server() + "\" asks something and gets no answer: " + why + ".",
                Effect.NONE);
    }
}
