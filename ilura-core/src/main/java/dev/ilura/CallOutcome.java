package dev.ilura;

import dev.ilura.json.JsonValue;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a call ended. A value, never an exception: a denial is an answer like any other.
 *
 * <p>Every outcome knows the number of its last record in the log, unless the log itself was what failed.
 */
public sealed interface CallOutcome {

    /** The call's id; {@code audit trace} takes it. */
    String callId();

    /** Sequence number of the record that holds this outcome; empty only if the log could not take it. */
    OptionalLong auditNumber();

    /** From receipt to outcome. */
    Duration duration();

    /** One sentence for people; safe to show. */
    String summary();

    /** One function per case. */
    default <T> T fold(
            Function<Completed, T> completed,
            Function<Denied, T> denied,
            Function<NotApproved, T> notApproved,
            Function<Failed, T> failed) {
        if (this instanceof Completed outcome) {
            return completed.apply(outcome);
        }
        if (this instanceof Denied outcome) {
            return denied.apply(outcome);
        }
        return this instanceof NotApproved outcome ? notApproved.apply(outcome) : failed.apply((Failed) this);
    }

    /** Whether the server answered; the answer may still be an error of the tool, see {@link Completed#isError()}. */
    default boolean isCompleted() {
        return this instanceof Completed;
    }

    /**
     * The server answered.
     *
     * @param result the {@code result} member of its answer as it leaves the gate
     * @param cached whether the answer came from the cache, without the server
     */
    record Completed(String callId, OptionalLong auditNumber, Duration duration, JsonValue result, boolean cached)
            implements CallOutcome {
        public Completed {
            Objects.requireNonNull(callId, "callId");
            Objects.requireNonNull(result, "result");
        }

        /** Whether the tool reported an error of its own ({@code isError}). */
        public boolean isError() {
            return result.member("isError")
                    .filter(JsonValue::isBoolean)
                    .map(JsonValue::flag)
                    .orElse(false);
        }

        /** All text parts of the content, joined by line feeds. */
        public String text() {
            return result.member("content").stream()
                    .filter(JsonValue::isArray)
                    .flatMap(content -> content.elements().stream())
                    .flatMap(part -> part.member("text").stream())
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .collect(Collectors.joining("\n"));
        }

        /** The {@code structuredContent}, if the tool gave one. */
        public Optional<JsonValue> structured() {
            return result.member("structuredContent");
        }

        @Override
        public String summary() {
            return (isError() ? "answered with an error" : "answered") + (cached ? " from the cache" : "");
        }
    }

    /** The gate did not let it through; the server never saw it. */
    record Denied(String callId, OptionalLong auditNumber, Duration duration, String code, String reason, RuleRef rule)
            implements CallOutcome {
        public Denied {
            Objects.requireNonNull(callId, "callId");
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(rule, "rule");
        }

        @Override
        public String summary() {
            boolean named = reason.contains(rule.toString());
            return "denied, " + code + ": " + reason + (named ? "" : " Rule: " + rule + ".");
        }
    }

    /** A human was needed and did not agree in time; the server never saw it. */
    record NotApproved(
            String callId, OptionalLong auditNumber, Duration duration, String code, String reason, RiskLane lane)
            implements CallOutcome {
        public NotApproved {
            Objects.requireNonNull(callId, "callId");
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(lane, "lane");
        }

        @Override
        public String summary() {
            return "not approved (" + lane.label() + "), " + code + ": " + reason;
        }
    }

    /**
     * It was let through, or would have been, and did not end well.
     *
     * @param effect what is known about the effect at the server
     */
    record Failed(String callId, OptionalLong auditNumber, Duration duration, String code, String reason, Effect effect)
            implements CallOutcome {
        public Failed {
            Objects.requireNonNull(callId, "callId");
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(effect, "effect");
        }

        @Override
        public String summary() {
            return "failed, " + code + ": " + reason + " " + effect.sentence();
        }
    }

    /** What is known about the effect of a call that failed. */
    enum Effect {
        /** The server never got the call. */
        NONE("The server did not get the call."),
        /** The server got the call; whether it acted is not known. */
        UNKNOWN("Whether the server acted is not known.");

        private final String sentence;

        Effect(String sentence) {
            this.sentence = sentence;
        }

        /** For people. */
        public String sentence() {
            return sentence;
        }
    }
}
