package dev.ilura.policy;

import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects rules in order. A mark ({@link #readOnly()}, {@link #taints}, {@link #named}, {@link #because} and so on) belongs to
 * the rule written just before it. Not thread-safe; what {@link #denyOthers()} gives is.
 *
 * <p>Every method that takes tools throws IllegalArgumentException if a pattern is malformed; see {@link ToolGlob}.
 */
public final class Rules {
    private final List<Rule> rules = new ArrayList<>();
    private final List<Rule> guards = new ArrayList<>();
    private List<Rule> last = rules;
    private ArgumentLimits limits = ArgumentLimits.DEFAULTS;

    Rules() {}

    /** Calls of these tools may happen if all conditions hold. */
    public Rules allow(String tools, Condition... where) {
        return allow(List.of(tools), where);
    }

    /** Calls of these tools may happen if all conditions hold. */
    public Rules allow(Collection<String> tools, Condition... where) {
        return rule(Verdict.allow(), tools, where);
    }

    /**
     * A human is asked about calls of these tools for which all conditions hold.
     *
     * @throws IllegalArgumentException for {@link RiskLane#LOW}, which asks nobody
     */
    public Rules ask(RiskLane lane, String tools, Condition... where) {
        return ask(lane, List.of(tools), where);
    }

    /** As {@link #ask(RiskLane, String, Condition...)}. */
    public Rules ask(RiskLane lane, Collection<String> tools, Condition... where) {
        return rule(Verdict.ask(lane), tools, where);
    }

    /** Calls of these tools for which all conditions hold are allowed or asked for as {@link RiskTable} says. */
    public Rules byRisk(String tools, Condition... where) {
        return rule(Verdict.byRisk(), List.of(tools), where);
    }

    /** Calls of these tools for which all conditions hold must not happen. */
    public Rules deny(String tools, Condition... where) {
        return deny(List.of(tools), where);
    }

    /** As {@link #deny(String, Condition...)}. */
    public Rules deny(Collection<String> tools, Condition... where) {
        return rule(Verdict.deny(), tools, where);
    }

    /** Whatever the rules say, the stricter of them and this holds: at least this lane. */
    public Rules guard(RiskLane lane, String tools, Condition... where) {
        return guard(Verdict.ask(lane), List.of(tools), where);
    }

    /** Whatever the rules say, the stricter of them and this holds. */
    public Rules guard(Verdict verdict, Collection<String> tools, Condition... where) {
        if (verdict.allows() || verdict.isByRisk()) {
            throw new IllegalArgumentException("a guard that allows guards nothing");
        }
        return add(guards, "guards", verdict, tools, where);
    }

    /** Whatever the rules say, these calls must not happen. */
    public Rules guardDeny(String tools, Condition... where) {
        return guard(Verdict.deny(), List.of(tools), where);
    }

    /** The tools of the rule just written change nothing, so their results may be cached. */
    public Rules readOnly() {
        return mark(lastRule().marks().asReadOnly());
    }

    /** A repeated call of the tools of the rule just written does no more than one, so it may be retried. */
    public Rules idempotent() {
        return mark(lastRule().marks().asIdempotent());
    }

    /**
     * The rule just written asks so many different people, each with a passkey of their own; whoever asks is none of
     * them.
     *
     * @throws IllegalArgumentException if it asks nobody, or for fewer than one or more than eight people
     */
    public Rules approvers(int people) {
        Rule rule = lastRule();
        if (rule.verdict().allows() || rule.verdict().denies()) {
            throw new IllegalArgumentException("only a rule that asks has approvers");
        }
        last.set(
                last.size() - 1,
                new Rule(
                        rule.ref(),
                        Verdict.ask(rule.verdict().lane(), people),
                        rule.tools(),
                        rule.where(),
                        rule.marks(),
                        rule.reason()));
        return this;
    }

    /** With a result of the tools of the rule just written the session takes this in. */
    public Rules taints(Taint taint) {
        return mark(lastRule().marks().tainting(taint));
    }

    /**
     * By the tools of the rule just written data can leave: once the session has taken in untrusted content and private
     * data, this holds if it is stricter.
     *
     * @throws IllegalArgumentException for {@link Verdict#allow()}, which would change nothing
     */
    public Rules whenTainted(Verdict verdict) {
        if (verdict.allows()) {
            throw new IllegalArgumentException("what holds for a tainted session must be stricter than allow");
        }
        return mark(lastRule().marks().whenTainted(verdict));
    }

    /**
     * Gives the rule just written a name of its own.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public Rules named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a rule needs a name that can be read");
        }
        Rule rule = lastRule();
        return replaceLast(new RuleRef(name, rule.ref().origin()), rule.marks(), rule.reason());
    }

    /** Says why the rule just written is there; shown to whoever is asked or denied. */
    public Rules because(String reason) {
        Rule rule = lastRule();
        return replaceLast(rule.ref(), rule.marks(), Optional.of(reason));
    }

    /** Bounds of arguments; {@link ArgumentLimits#DEFAULTS} otherwise. */
    public Rules limits(ArgumentLimits limits) {
        this.limits = limits;
        return this;
    }

    /**
     * The policy of these rules. What none of them covers is denied.
     *
     * @throws IllegalArgumentException if two rules have one name
     */
    public RulesPolicy denyOthers() {
        return RulesPolicy.of(rules, guards, limits);
    }

    private Rules rule(Verdict verdict, Collection<String> tools, Condition... where) {
        return add(rules, "rules", verdict, tools, where);
    }

    private Rules add(List<Rule> list, String name, Verdict verdict, Collection<String> tools, Condition... where) {
        list.add(new Rule(
                new RuleRef(name + "[" + list.size() + "]", "code"),
                verdict,
                tools.stream().map(ToolGlob::new).toList(),
                List.of(where),
                Marks.NONE,
                Optional.empty()));
        last = list;
        return this;
    }

    private Rule lastRule() {
        if (last.isEmpty()) {
            throw new IllegalStateException("write a rule first, then mark it");
        }
        return last.get(last.size() - 1);
    }

    private Rules mark(Marks marks) {
        Rule rule = lastRule();
        return replaceLast(rule.ref(), marks, rule.reason());
    }

    private Rules replaceLast(RuleRef ref, Marks marks, Optional<String> reason) {
        Rule rule = lastRule();
        last.set(last.size() - 1, new Rule(ref, rule.verdict(), rule.tools(), rule.where(), marks, reason));
        return this;
    }

    /** Names that more than one of these rules has. */
    static Set<String> repeatedNames(List<Rule> rules) {
        Set<String> seen = new TreeSet<>();
        Set<String> repeated = new TreeSet<>();
        rules.forEach(rule -> {
            if (!seen.add(rule.ref().id())) {
                repeated.add(rule.ref().id());
            }
        });
        return repeated;
    }
}
