package dev.ilura.internal.call;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.UpstreamFailure;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import dev.ilura.text.VisibleText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a call ends, as far as the stages know it: all of the outcome but its record. Immutable.
 *
 * @param call empty if it never got as far as a tool
 * @param lane what its records are acknowledged by
 * @param recorded the record that already holds this ending; empty if it is still to be written
 * @param answer the server's own frame, if there is one to pass on
 */
record Ending(
        PendingCall pending,
        Optional<ToolCall> call,
        RiskLane lane,
        Shape shape,
        Optional<AuditReceipt> recorded,
        Optional<Frame> answer) {
    private static final int LONGEST_TRACE = 20;

    /** What kind of ending, with what it needs to become an outcome and a record. */
    interface Shape {
        CallOutcome outcome(String call, OptionalLong auditNumber, Duration duration);

        AuditEvent.Type recordType();

        void describe(AuditEvent.Builder event);

        /** What is known about the effect; none where the server never got the call. */
        default Effect effect() {
            return Effect.NONE;
        }

        /** The ending as a verdict: nothing that ends a call early lets it happen. */
        default Decision.Deny asDecision() {
            String reason = outcome("", OptionalLong.empty(), Duration.ZERO).summary();
            return new Decision.Deny(RuleRef.NO_MATCH, "ILR-CALL-014", reason, List.of(reason));
        }
    }

    static Ending denied(PendingCall pending, Optional<ToolCall> call, Decision.Deny deny, String policyVersion) {
        return new Ending(
                pending, call, RiskLane.LOW, new Denial(deny, policyVersion), Optional.empty(), Optional.empty());
    }

    static Ending notApproved(Judged judged, String code, String reason, AuditReceipt recorded) {
        return new Ending(
                judged.pending(),
                Optional.of(judged.call()),
                judged.lane(),
                new NoApproval(code, reason, judged.lane()),
                Optional.of(recorded),
                Optional.empty());
    }

    static Ending failed(
            PendingCall pending, Optional<ToolCall> call, RiskLane lane, String code, String reason, Effect effect) {
        return new Ending(pending, call, lane, new Failure(code, reason, effect), Optional.empty(), Optional.empty());
    }

    static Ending failed(PendingCall pending, Optional<ToolCall> call, RiskLane lane, UpstreamFailure failure) {
        return failed(pending, call, lane, failure.code(), failure.reason(), failure.effect());
    }

    static Ending answered(Answered answered) {
        Judged judged = answered.judged();
        Shape shape = answered.error()
                ? new Failure(
                        "ILR-CALL-010",
                        (judged.pending().deed().isPresent()
                                        ? "The answer is an error: "
                                        : "The server answered with an error: ")
                                + shortened(answered.result().raw()),
                        Effect.UNKNOWN)
                : new Completion(answered.result(), answered.cached(), answered.note());
        return new Ending(
                judged.pending(), Optional.of(judged.call()), judged.lane(), shape, Optional.empty(), answered.frame());
    }

    Decision asDecision() {
        return shape.asDecision();
    }

    private record Denial(Decision.Deny deny, String policyVersion) implements Shape {
        @Override
        public CallOutcome outcome(String call, OptionalLong auditNumber, Duration duration) {
            return new CallOutcome.Denied(call, auditNumber, duration, deny.code(), deny.reason(), deny.rule());
        }

        @Override
        public AuditEvent.Type recordType() {
            return AuditEvent.Type.DECISION;
        }

        @Override
        public void describe(AuditEvent.Builder event) {
            event.fact("decision", "deny")
                    .fact("code", deny.code())
                    .fact("why", shortened(deny.reason()))
                    .fact("rule", ruleText(deny.rule()))
                    .fact("policy", policyVersion)
                    .fact("ruleTrace", traceText(deny.trace()));
        }

        @Override
        public Decision.Deny asDecision() {
            return deny;
        }
    }

    private record NoApproval(String code, String reason, RiskLane lane) implements Shape {
        @Override
        public CallOutcome outcome(String call, OptionalLong auditNumber, Duration duration) {
            return new CallOutcome.NotApproved(call, auditNumber, duration, code, reason, lane);
        }

        @Override
        public AuditEvent.Type recordType() {
            return AuditEvent.Type.APPROVAL;
        }

        @Override
        public void describe(AuditEvent.Builder event) {
            event.fact("code", code).fact("why", shortened(reason));
        }
    }

    private record Failure(String code, String reason, Effect effect) implements Shape {
        @Override
        public CallOutcome outcome(String call, OptionalLong auditNumber, Duration duration) {
            return new CallOutcome.Failed(call, auditNumber, duration, code, reason, effect);
        }

        @Override
        public AuditEvent.Type recordType() {
            return AuditEvent.Type.OUTCOME;
        }

        @Override
        public void describe(AuditEvent.Builder event) {
            event.fact("outcome", "failed")
                    .fact("code", code)
                    .fact("why", shortened(reason))
                    .fact("effect", effect.name().toLowerCase(Locale.ROOT));
        }
    }

    private record Completion(JsonValue result, boolean cached, String note) implements Shape {
        @Override
        public Effect effect() {
            return cached ? Effect.NONE : Effect.UNKNOWN;
        }

        @Override
        public CallOutcome outcome(String call, OptionalLong auditNumber, Duration duration) {
            return new CallOutcome.Completed(call, auditNumber, duration, result, cached);
        }

        @Override
        public AuditEvent.Type recordType() {
            return AuditEvent.Type.OUTCOME;
        }

        @Override
        public void describe(AuditEvent.Builder event) {
            boolean toolError = result.member("isError")
                    .filter(JsonValue::isBoolean)
                    .map(JsonValue::flag)
                    .orElse(false);
            event.fact("outcome", toolError ? "tool_error" : "completed").result(result);
            if (cached) {
                event.fact("cached", true);
            }
            if (!note.isEmpty()) {
                event.fact("inspection", shortened(note));
            }
        }
    }

    /** How the verdict came about, one line each and not without bound; null where there is nothing to say. */
    static @Nullable String traceText(List<String> trace) {
        return trace.isEmpty()
                ? null
                : trace.stream().limit(LONGEST_TRACE).map(Ending::shortened).collect(Collectors.joining("\n"));
    }

    static String ruleText(RuleRef rule) {
        return rule.id() + " " + rule.origin();
    }

    /** Facts are short and hold nothing invisible, whatever a server or a client put into them. */
    static String shortened(String text) {
        return VisibleText.oneLine(text.length() > 500 ? text.substring(0, 500) + "..." : text);
    }
}
