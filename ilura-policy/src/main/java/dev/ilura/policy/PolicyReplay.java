package dev.ilura.policy;

import dev.ilura.Decision;
import dev.ilura.ToolCall;
import dev.ilura.spi.PolicyEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a new policy would have said to calls that were made under an old one. Both are asked in the order of the calls, so
 * that what depends on the session or a budget comes out as it would have; give policies that decide nothing else.
 */
public final class PolicyReplay {
    private PolicyReplay() {}

    /** The calls for which the two do not agree on allow, ask (and in which lane) or deny. */
    public static List<Flip> flips(PolicyEngine before, PolicyEngine after, List<ToolCall> calls) {
        List<Flip> flips = new ArrayList<>();
        for (ToolCall call : calls) {
            Flip flip = new Flip(call, decide(before, call), decide(after, call));
            if (!verdict(flip.before()).equals(verdict(flip.after()))) {
                flips.add(flip);
            }
        }
        return List.copyOf(flips);
    }

    private static Decision decide(PolicyEngine engine, ToolCall call) {
        Decision decision =
                engine.validate(call).<Decision>map(denial -> denial).orElseGet(() -> engine.decide(call));
        boolean denied = decision instanceof Decision.Deny;
        engine.settle(call, denied ? PolicyEngine.Settlement.NOTHING_HAPPENED : PolicyEngine.Settlement.HAPPENED);
        return decision;
    }

    private static Verdict verdict(Decision decision) {
        return Verdict.of(decision);
    }

    /** One call on which two policies do not agree. */
    public record Flip(ToolCall call, Decision before, Decision after) {
        public Flip {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(before, "before");
            Objects.requireNonNull(after, "after");
        }

        /** Whether the new policy lets through, or asks less about, what the old one did not. */
        public boolean isMilder() {
            return verdict(after).compareTo(verdict(before)) < 0;
        }

        /** {@code files/read_file: deny by no-match (built-in), would be allow by rules[0] (code)}. */
        @Override
        public String toString() {
            return call.target() + ": " + verdict(before) + " by " + before.rule() + ", would be " + verdict(after)
                    + " by " + after.rule();
        }
    }
}
