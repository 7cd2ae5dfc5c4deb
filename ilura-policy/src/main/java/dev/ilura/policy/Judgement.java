package dev.ilura.policy;

import dev.ilura.Decision;
import dev.ilura.Decision.Rewrite;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.policy.Condition.Coverage;
import dev.ilura.policy.Condition.Outcome;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One call before the rules that cover its tool: tries them in order and writes down what it saw. */
final class Judgement {
    /** No rule covers the tool, or none that does holds. */
    static final String NO_RULE = "ILR-POLICY-001";

    /** A rule denies. */
    static final String RULE_DENIES = "ILR-POLICY-002";

    /** A guard denies. */
    static final String GUARD_DENIES = "ILR-POLICY-003";

    /** An argument that the tool does not declare. */
    static final String UNDECLARED = "ILR-POLICY-004";

    /** Two rules read one argument differently. */
    static final String TWO_READINGS = "ILR-POLICY-006";

    /** Data could leave a session that took in private data and untrusted content. */
    static final String TAINTED = "ILR-POLICY-007";

    private final Plan plan;
    private final @Nullable ToolCall call;
    private final SessionTaints sessions;
    private final boolean counts;
    private final List<String> trace = new ArrayList<>(4);
    private final Map<String, String> judged = new TreeMap<>();
    private @Nullable Rule floor;
    private @Nullable Rule nearest;
    private @Nullable Outcome obstacle;

    /**
     * @param counts whether the call is about to be made; otherwise it is only asked about, and leaves no mark
     */
    Judgement(Plan plan, ToolCall call, SessionTaints sessions, boolean counts) {
        this.plan = plan;
        this.call = call;
        this.sessions = sessions;
        this.counts = counts;
    }

    /** For a plan without conditions, whose answer does not depend on the call. */
    Judgement(Plan plan) {
        this.plan = plan;
        this.call = null;
        this.sessions = new SessionTaints();
        this.counts = false;
    }

    Decision decide() {
        try {
            Rule guard = strictestGuard();
            if (guard != null && guard.verdict().denies()) {
                return denial(guard, GUARD_DENIES, because(guard, "is forbidden by a guard"));
            }
            Rule rule = firstRule();
            return rule == null ? nothingHolds() : answer(rule, guard);
        } catch (DeniedException denied) {
            trace.add("denied: " + denied.reason());
            return new Decision.Deny(denied.rule(), denied.code(), denied.reason(), trace);
        }
    }

    private @Nullable Rule strictestGuard() throws DeniedException {
        Rule strictest = null;
        for (Rule guard : plan.guards()) {
            Outcome outcome = judge(guard);
            boolean holds = outcome.coverage() != Coverage.NONE;
            note("guard", guard, outcome, holds ? "holds" : "does not apply");
            if (holds && (strictest == null || guard.verdict().compareTo(strictest.verdict()) > 0)) {
                strictest = guard;
            }
        }
        return strictest;
    }

    private @Nullable Rule firstRule() throws DeniedException {
        for (Rule rule : plan.rules()) {
            Outcome outcome = judge(rule);
            if (holds(rule, outcome.coverage())) {
                note("rule", rule, outcome, "matches");
                return rule;
            }
            note("rule", rule, outcome, "does not match");
            if (outcome.coverage() == Coverage.SOME && !rule.verdict().allows()) {
                // a part of the call is what this rule wants asked about; a later rule must not let it pass unasked
                floor = rule;
            }
            if (rule.verdict().permits() && nearest == null) {
                nearest = rule;
                obstacle = outcome;
            }
        }
        return null;
    }

    /** What permits must cover all of the call; what denies, any of it. */
    private static boolean holds(Rule rule, Coverage coverage) {
        return coverage == Coverage.ALL
                || (coverage == Coverage.SOME && rule.verdict().denies());
    }

    /** All conditions of a rule together: the worst of them, unless one keeps the rule out anyway. */
    private Outcome judge(Rule rule) throws DeniedException {
        Outcome worst = null;
        ToolCall judgedCall = call;
        if (judgedCall != null) {
            for (Condition condition : rule.where()) {
                Outcome outcome = condition.judge(judgedCall, counts);
                remember(rule, outcome);
                if (outcome.coverage() == Coverage.NONE) {
                    return outcome;
                }
                if (worst == null || outcome.coverage().compareTo(worst.coverage()) > 0) {
                    worst = outcome;
                }
            }
        }
        if (worst == null) {
            return Outcome.of(Coverage.ALL, "", "");
        }
        if (worst.coverage() == Coverage.UNCLEAR) {
            note("rule", rule, worst, "cannot be judged");
            throw new DeniedException(rule.ref(), worst.code(), worst.why() + ", rule " + rule.ref());
        }
        return worst;
    }

    private void remember(Rule rule, Outcome outcome) throws DeniedException {
        for (Rewrite rewrite : outcome.rewrites()) {
            String other = judged.putIfAbsent(rewrite.pointer(), rewrite.value());
            if (other != null && !other.equals(rewrite.value())) {
                throw new DeniedException(
                        rule.ref(),
                        TWO_READINGS,
                        rewrite.pointer() + " is read as " + VisibleText.oneLine(other) + " by one rule and as "
                                + VisibleText.oneLine(rewrite.value()) + " by rule " + rule.ref());
            }
        }
    }

    private static Rule strictest(Rule rule, @Nullable Rule... others) {
        Rule strictest = rule;
        for (Rule other : others) {
            if (other != null && other.verdict().compareTo(strictest.verdict()) > 0) {
                strictest = other;
            }
        }
        return strictest;
    }

    private Decision answer(Rule rule, @Nullable Rule guard) throws DeniedException {
        Rule exit = exit(rule);
        Rule strictest = strictest(rule, floor, guard, exit);
        if (strictest.verdict().denies()) {
            String code = strictest.equals(exit) ? TAINTED : RULE_DENIES;
            return denial(strictest, code, because(strictest, "is denied by a rule"));
        }
        requireDeclared(rule);
        if (call != null && counts) {
            sessions.add(call, rule.marks().taints());
        }
        Decision.Terms terms = terms(rule);
        RiskLane lane = strictest.verdict().lane();
        if (strictest.verdict().allows()) {
            trace.add("allowed");
            return new Decision.Allow(rule.ref(), terms, trace);
        }
        trace.add("asked in lane " + lane.label());
        return new Decision.Ask(
                strictest.ref(),
                lane,
                because(strictest, "needs a human in lane " + lane.label()),
                terms,
                trace,
                approvers(rule, floor, guard, exit));
    }

    /** The stricter answer wins here too: as many people as any of the rules wants. */
    private static int approvers(@Nullable Rule... rules) {
        int most = 1;
        for (Rule one : rules) {
            most = one == null || one.verdict().denies()
                    ? most
                    : Math.max(most, one.verdict().approvers());
        }
        return most;
    }

    /** The way out of a session that took in private data and untrusted content, as the rule that then holds. */
    private @Nullable Rule exit(Rule rule) {
        Optional<Verdict> verdict = rule.marks().whenTainted();
        ToolCall judgedCall = call;
        Optional<String> taken =
                judgedCall == null || verdict.isEmpty() ? Optional.empty() : sessions.whole(judgedCall);
        return taken.map(calls -> new Rule(
                        rule.ref(),
                        verdict.orElseThrow(),
                        rule.tools(),
                        rule.where(),
                        rule.marks(),
                        Optional.of("this session took in " + calls + "; what leaves by " + plan.target()
                                + " now may carry the one on the order of the other")))
                .orElse(null);
    }

    /** The attack: an argument nobody judged, which the server reads all the same. */
    private void requireDeclared(Rule rule) throws DeniedException {
        ToolCall judgedCall = call;
        if (judgedCall == null || rule.where().isEmpty() || plan.declared().isEmpty()) {
            return;
        }
        for (String name : judgedCall.arguments().json().members().keySet()) {
            if (!plan.declared().get().contains(name)) {
                throw new DeniedException(
                        rule.ref(),
                        UNDECLARED,
                        LookAlikes.shown(name) + " is no argument that " + plan.target()
                                + " declares, so nobody can judge it, rule " + rule.ref());
            }
        }
    }

    private Decision.Terms terms(Rule rule) {
        if (judged.isEmpty() && !rule.marks().readOnly() && !rule.marks().idempotent()) {
            return Decision.Terms.PLAIN;
        }
        List<Rewrite> rewrites = new ArrayList<>(judged.size());
        judged.forEach((pointer, value) -> {
            rewrites.add(new Rewrite(pointer, value));
            trace.add("sent as: " + pointer + " = " + VisibleText.oneLine(value));
        });
        return new Decision.Terms(rule.marks().readOnly(), rule.marks().idempotent(), rewrites);
    }

    private Decision nothingHolds() {
        Rule candidate = nearest;
        Outcome why = obstacle;
        if (candidate != null && why != null) {
            trace.add("no rule is left: denied");
            String reason = why.why() + ", rule " + candidate.ref();
            return new Decision.Deny(candidate.ref(), why.code(), reason, trace);
        }
        trace.add("no rule covers " + plan.target() + ": denied");
        return new Decision.Deny(
                RuleRef.NO_MATCH,
                NO_RULE,
                "no rule allows " + plan.target() + ", and what no rule allows is denied",
                trace);
    }

    private Decision denial(Rule rule, String code, String reason) {
        trace.add("denied: " + reason);
        return new Decision.Deny(rule.ref(), code, reason, trace);
    }

    private String because(Rule rule, String otherwise) {
        return rule.reason().orElseGet(() -> plan.target() + " " + otherwise) + ", rule " + rule.ref();
    }

    private void note(String kind, Rule rule, Outcome outcome, String result) {
        String detail = holds(rule, outcome.coverage()) ? outcome.hit() : outcome.why();
        String reasonWhy = detail.isEmpty() ? "" : ": " + detail;
        trace.add(kind + " " + rule.ref() + ", " + rule.sentence() + ": " + result + reasonWhy);
    }

    /** Doubt: ends the judgement at once, whatever rules would follow. */
    private static final class DeniedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient RuleRef rule;
        private final String code;

        DeniedException(RuleRef rule, String code, String reason) {
            super(reason, null, false, false);
            this.rule = rule;
            this.code = code;
        }

        RuleRef rule() {
            return rule;
        }

        String code() {
            return code;
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
