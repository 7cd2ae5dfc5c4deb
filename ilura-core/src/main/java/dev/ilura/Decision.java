package dev.ilura;

import java.util.List;
import java.util.Objects;

/**
 * What a {@link dev.ilura.spi.PolicyEngine} says about one call: {@link Allow}, {@link Deny} or {@link Ask}. Immutable.
 */
public sealed interface Decision {

    /** The rule that decided. */
    RuleRef rule();

    /** How the decision came about, one line per rule or guard that was looked at and mattered; for people. */
    List<String> trace();

    /** The call may happen without a human. */
    record Allow(RuleRef rule, Terms terms, List<String> trace) implements Decision {
        public Allow {
            Objects.requireNonNull(rule, "rule");
            Objects.requireNonNull(terms, "terms");
            trace = List.copyOf(trace);
        }
    }

    /**
     * The call must not happen.
     *
     * @param code stable code, listed in {@code docs/errors.md}
     * @param reason one sentence for the agent and the person behind it; never holds a secret
     */
    record Deny(RuleRef rule, String code, String reason, List<String> trace) implements Decision {
        public Deny {
            Objects.requireNonNull(rule, "rule");
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(reason, "reason");
            trace = List.copyOf(trace);
        }
    }

    /**
     * The call may happen if a human agrees in the given lane.
     *
     * @param lane {@link RiskLane#MEDIUM} or stricter
     * @param reason why it is asked, one sentence, shown to the approver
     * @param approvers how many distinct people have to agree, the caller not among them; from 1 to
     *     {@value #MAX_APPROVERS}
     */
    record Ask(RuleRef rule, RiskLane lane, String reason, Terms terms, List<String> trace, int approvers)
            implements Decision {
        /** More people than this never come together in the time a question has. */
        public static final int MAX_APPROVERS = 8;

        /** One person has to agree. */
        public Ask(RuleRef rule, RiskLane lane, String reason, Terms terms, List<String> trace) {
            this(rule, lane, reason, terms, trace, 1);
        }

        public Ask {
            Objects.requireNonNull(rule, "rule");
            Objects.requireNonNull(lane, "lane");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(terms, "terms");
            trace = List.copyOf(trace);
            if (lane == RiskLane.LOW) {
                throw new IllegalArgumentException("lane low asks nobody: use Allow");
            }
            if (approvers < 1 || approvers > MAX_APPROVERS) {
                throw new IllegalArgumentException("approvers must be 1 to " + MAX_APPROVERS + ", not " + approvers);
            }
        }
    }

    /**
     * Under which terms a call may happen.
     *
     * @param readOnly the operator declares that the tool changes nothing, so its result may be cached
     * @param idempotent the operator declares that a repeated call does no more than one, so it may be retried
     * @param rewrites arguments that are replaced by the value that was judged, for example a canonical path
     */
    record Terms(boolean readOnly, boolean idempotent, List<Rewrite> rewrites) {
        /** No cache, no retry, arguments as they came. */
        public static final Terms PLAIN = new Terms(false, false, List.of());

        public Terms {
            rewrites = List.copyOf(rewrites);
        }
    }

    /**
     * One argument string that is replaced before the call is approved, recorded and sent.
     *
     * @param pointer RFC 6901 pointer into the arguments, naming a string
     * @param value the string to send instead
     */
    record Rewrite(String pointer, String value) {
        public Rewrite {
            Objects.requireNonNull(pointer, "pointer");
            Objects.requireNonNull(value, "value");
        }
    }
}
