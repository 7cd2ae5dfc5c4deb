package dev.ilura.internal.call;

import dev.ilura.Decision;
import dev.ilura.Decision.Terms;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.PolicyEngine;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stage 4: the policy's verdict. Doubt is a denial: an exception or null denies. */
final class Decide {
    private final BiConsumer<ToolCall, Decision> listener;

    Decide(BiConsumer<ToolCall, Decision> listener) {
        this.listener = listener;
    }

    Judged apply(Resolved resolved) {
        PolicyEngine policy = resolved.pod().policy();
        Decision decision = cautious(resolved, verdict(policy, resolved.call()));
        listener.accept(resolved.call(), decision);
        if (decision instanceof Decision.Allow allow) {
            return judged(resolved, allow.rule(), RiskLane.LOW, allow.terms(), "", 1, allow.trace());
        }
        if (decision instanceof Decision.Ask ask) {
            return judged(resolved, ask.rule(), ask.lane(), ask.terms(), ask.reason(), ask.approvers(), ask.trace());
        }
        throw new Stop(Ending.denied(
                resolved.pending(), Optional.of(resolved.call()), (Decision.Deny) decision, policy.version()));
    }

    /** What validation and policy together say, for explanation: without effect on what they say later. */
    static Decision decision(Resolved resolved, Validate validate) {
        validate.apply(resolved);
        PolicyEngine policy = resolved.pod().policy();
        return cautious(resolved, verdict(policy::preview, resolved.call()));
    }

    /** What the policy says; a denial if it says nothing usable. */
    static Decision verdict(PolicyEngine policy, ToolCall call) {
        return verdict(policy::decide, call);
    }

    private static Decision verdict(Function<ToolCall, @Nullable Decision> policy, ToolCall call) {
        try {
            Decision decision = policy.apply(call);
            return decision == null ? doubt("The policy gave no decision.") : decision;
        } catch (RuntimeException e) {
            return doubt("The policy failed: " + Ending.shortened(String.valueOf(e.getMessage())));
        }
    }

    /** The stricter of the policy's verdict and what the tools themselves know about what would be sent. */
    private static Decision cautious(Resolved resolved, Decision decision) {
        if (decision instanceof Decision.Deny) {
            return decision;
        }
        Terms terms = decision instanceof Decision.Ask ask ? ask.terms() : ((Decision.Allow) decision).terms();
        ToolCall sent = rewritten(resolved, terms);
        try {
            return resolved.line()
                    .upstream()
                    .caution(sent)
                    .map(caution -> caution.applyTo(decision))
                    .orElse(decision);
        } catch (RuntimeException e) {
            return doubt(
                    "The tools cannot say how risky the call is: " + Ending.shortened(String.valueOf(e.getMessage())));
        }
    }

    static Decision.Deny doubt(String reason) {
        return new Decision.Deny(RuleRef.NO_MATCH, "ILR-CALL-014", reason, List.of(reason));
    }

    private static Judged judged(
            Resolved resolved,
            RuleRef rule,
            RiskLane lane,
            Terms terms,
            String reason,
            int approvers,
            List<String> trace) {
        return new Judged(
                resolved,
                rewritten(resolved, terms),
                rule,
                lane,
                terms,
                reason,
                approvers,
                resolved.pod().policy().version(),
                trace);
    }

    /** A verdict over arguments that are not there is no verdict. */
    private static ToolCall rewritten(Resolved resolved, Terms terms) {
        ToolCall call = resolved.call();
        try {
            for (Decision.Rewrite rewrite : terms.rewrites()) {
                call = call.with(call.arguments().with(rewrite));
            }
            return call;
        } catch (IllegalArgumentException | MalformedJsonException e) {
            Decision.Deny doubt =
                    doubt("The policy rewrites what is not there: " + Ending.shortened(String.valueOf(e.getMessage())));
            throw new Stop(Ending.denied(
                    resolved.pending(),
                    Optional.of(resolved.call()),
                    doubt,
                    resolved.pod().policy().version()));
        }
    }
}
