package dev.ilura.internal.call;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Caller.Said;
import dev.ilura.internal.upstream.UpstreamFailure;
import dev.ilura.internal.upstream.UpstreamSession;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What becomes of an answer of 2026-07-28 that is a question: {@code input_required}. Every question is judged. A client of
 * the same era gets the answer as it is, if all of it may be asked. Any other client is asked each question by itself, and
 * the gate calls the server again.
 */
final class InputRounds {
    /** More rounds than any dialogue needs; the attack is a server that asks for ever. */
    static final int MOST = 16;

    private static final int MOST_QUESTIONS = 16;

    private final Questioning questioning;

    InputRounds(Questioning questioning) {
        this.questioning = questioning;
    }

    /** Whether a server's answer is a question. */
    static boolean isQuestion(UpstreamSession session, Frame answer) {
        return session.agreement().era() == Era.PER_REQUEST
                && answer.result()
                        .flatMap(result -> result.member("resultType"))
                        .filter(type -> type.isString() && type.text().equals("input_required"))
                        .isPresent();
    }

    /**
     * Has the questions judged and, where that is for the gate to do, answered.
     *
     * @return what the server gets with the next attempt; empty if the client itself is to see the questions
     */
    CompletableFuture<Optional<OutgoingFrame.Replied>> answers(
            Judged judged, String identity, Frame answer, int round) {
        JsonValue result = answer.result().orElseThrow();
        Map<String, JsonValue> questions =
                result.member("inputRequests").map(JsonValue::members).orElse(Map.of());
        Optional<JsonValue> state = result.member("requestState");
        if (round >= MOST || questions.size() > MOST_QUESTIONS || (questions.isEmpty() && state.isEmpty())) {
            return CompletableFuture.failedFuture(endless(judged, round, questions.size()));
        }
        Caller caller = judged.pending().caller();
        if (caller.era().isEmpty()) {
            return CompletableFuture.failedFuture(unanswered(judged, "the caller cannot be asked"));
        }
        return caller.era().equals(Optional.of(Era.PER_REQUEST))
                ? passedOn(judged, identity, questions, state)
                : asked(judged, identity, questions, state);
    }

    /** All of them or none: a question that may not be asked is answered here, and so the others must be too. */
    private CompletableFuture<Optional<OutgoingFrame.Replied>> passedOn(
            Judged judged, String identity, Map<String, JsonValue> questions, Optional<JsonValue> state) {
        Map<String, CompletableFuture<Optional<Said>>> denials = new LinkedHashMap<>();
        questions.forEach((key, question) -> denials.put(
                key,
                questioning.denial(judged.line(), identity, judged.pending().caller(), question)));
        return CompletableFuture.allOf(denials.values().toArray(CompletableFuture<?>[]::new))
                .thenCompose(all -> {
                    if (denials.values().stream()
                            .allMatch(denial -> denial.join().isEmpty())) {
                        return CompletableFuture.completedFuture(Optional.empty());
                    }
                    Map<String, CompletableFuture<Said>> answers = new LinkedHashMap<>();
                    questions.forEach((key, question) -> answers.put(
                            key,
                            Objects.requireNonNull(denials.get(key))
                                    .join()
                                    .map(CompletableFuture::completedFuture)
                                    .orElseGet(() -> put(judged, question))));
                    return gathered(judged, answers, state);
                });
    }

    private static CompletableFuture<Said> put(Judged judged, JsonValue question) {
        return judged.pending().caller().ask(method(question), params(question));
    }

    private CompletableFuture<Optional<OutgoingFrame.Replied>> asked(
            Judged judged, String identity, Map<String, JsonValue> questions, Optional<JsonValue> state) {
        Map<String, CompletableFuture<Said>> answers = new LinkedHashMap<>();
        questions.forEach((key, question) -> answers.put(
                key,
                questioning.answer(
                        judged.line(), identity, judged.pending().caller(), method(question), params(question))));
        return gathered(judged, answers, state);
    }

    private static CompletableFuture<Optional<OutgoingFrame.Replied>> gathered(
            Judged judged, Map<String, CompletableFuture<Said>> answers, Optional<JsonValue> state) {
        judged.pending().cancellation().onCancel(() -> answers.values().forEach(answer -> answer.cancel(false)));
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
                .handle((all, failure) -> {
                    if (failure != null) {
                        throw UpstreamFailure.cancelled();
                    }
                    StringBuilder responses = new StringBuilder("{");
                    answers.forEach((key, answer) -> {
                        Said said = answer.join();
                        if (said.error()) {
                            throw unanswered(
                                    judged, Ending.shortened(said.value().raw()));
                        }
                        responses
                                .append(responses.length() > 1 ? "," : "")
                                .append(new String(JsonWriter.string(key), StandardCharsets.UTF_8))
                                .append(':')
                                .append(said.value().raw());
                    });
                    return Optional.of(new OutgoingFrame.Replied(
                            state, JsonValue.parse(responses.append('}').toString())));
                });
    }

    static String method(JsonValue question) {
        return question.member("method")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
    }

    static JsonValue params(JsonValue question) {
        return question.member("params").filter(JsonValue::isObject).orElse(Caller.NOTHING);
    }

    private static UpstreamFailure endless(Judged judged, int round, int questions) {
        return UpstreamFailure.ofGate(
                "ILR-CALL-017",
                "Server \"" + judged.call().server() + "\" asked " + questions + " questions in round " + (round + 1)
                        + "; " + MOST_QUESTIONS + " in " + MOST + " rounds are taken, and no empty ones.",
                Effect.UNKNOWN);
    }

    private static UpstreamFailure unanswered(Judged judged, String why) {
        return UpstreamFailure.ofGate(
                "ILR-CALL-016",
                "Server \"" + judged.call().server() + "\" asks something and gets no answer: " + why + ".",
                Effect.UNKNOWN);
    }
}
