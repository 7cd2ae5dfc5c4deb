package dev.ilura.policy;

import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import dev.ilura.spi.PolicyEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The reference policy: the first rule that covers a call decides it, what no rule covers is denied, and every guard that
 * covers it may make the answer stricter, never milder. Thread-safe; the rules never change, and what a session has taken in
 * can only make later answers in it stricter.
 *
 * <p>What a tool can meet is worked out once per tool, so the cost of a decision does not grow with the number of rules.
 */
public final class RulesPolicy implements PolicyEngine {
    /** Tools are pinned, so there are few; the bound is for a peer that invents them. */
    private static final int MAX_PLANS = 16_384;

    private final List<Rule> rules;
    private final ArgumentLimits limits;
    private final List<Rule> guards;
    private final String version;
    private final ArgumentSchemas schemas;
    private final SessionTaints sessions;
    private final Map<Target, Plan> plans = new ConcurrentHashMap<>();

    private RulesPolicy(List<Rule> rules, List<Rule> guards, ArgumentLimits limits, SessionTaints sessions) {
        this.sessions = sessions;
        this.rules = List.copyOf(rules);
        this.guards = List.copyOf(guards);
        this.limits = limits;
        this.schemas = new ArgumentSchemas(limits);
        this.version = Digests.sha256Hex(CanonicalJson.of(Map.of(
                "format",
                1,
                "limits",
                List.of(limits.keys(), limits.elements(), limits.characters()),
                "rules",
                this.rules.stream().map(Rule::facts).toList(),
                "guards",
                this.guards.stream().map(Rule::facts).toList())));
    }

    /**
     * @throws IllegalArgumentException if two rules have one name, or a guard allows
     */
    static RulesPolicy of(List<Rule> rules, List<Rule> guards, ArgumentLimits limits) {
        for (List<Rule> list : List.of(rules, guards)) {
            Set<String> repeated = Rules.repeatedNames(list);
            if (!repeated.isEmpty()) {
                throw new IllegalArgumentException("more than one rule is called " + repeated);
            }
        }
        return new RulesPolicy(rules, guards, limits, new SessionTaints());
    }

    /**
     * This policy and the guards of an overlay, for example of a workspace. An overlay can only make answers stricter, so
     * it need not be trusted.
     *
     * @throws IllegalArgumentException if the overlay has rules, or a guard of a name that is taken
     */
    public RulesPolicy guardedBy(RulesPolicy overlay) {
        if (!overlay.rules.isEmpty()) {
            throw new IllegalArgumentException("an overlay may only add guards, and this one has rules");
        }
        return of(rules, Stream.concat(guards.stream(), overlay.guards.stream()).toList(), limits);
    }

    /**
     * This policy as the successor of another: sessions stay tainted, and budgets and rates that are written alike go on
     * where they stood. The attack: to be asked nothing by having the rules read anew.
     */
    public RulesPolicy continuing(RulesPolicy before) {
        return new RulesPolicy(
                continued(rules, before.rules), continued(guards, before.guards), limits, before.sessions);
    }

    private static List<Rule> continued(List<Rule> rules, List<Rule> before) {
        List<Condition> known =
                before.stream().flatMap(rule -> rule.where().stream()).collect(Collectors.toCollection(ArrayList::new));
        return rules.stream()
                .map(rule -> new Rule(
                        rule.ref(),
                        rule.verdict(),
                        rule.tools(),
                        rule.where().stream()
                                .map(condition -> continued(condition, known))
                                .toList(),
                        rule.marks(),
                        rule.reason()))
                .toList();
    }

    /** Each counter is taken over once: two rules that count alike count apart. */
    private static Condition continued(Condition condition, List<Condition> known) {
        for (Condition other : known) {
            if (other.facts().equals(condition.facts())) {
                Condition continued = condition.continuing(other);
                if (!continued.equals(condition)) {
                    known.remove(other);
                    return continued;
                }
            }
        }
        return condition;
    }

    @Override
    public void settle(ToolCall call, Settlement settlement) {
        plan(call.server(), call.tool()).settle(call, settlement);
    }

    @Override
    public Optional<Decision.Deny> validate(ToolCall call) {
        return schemas.validate(call);
    }

    @Override
    public Decision decide(ToolCall call) {
        return plan(call.server(), call.tool()).decide(call, sessions);
    }

    @Override
    public Decision preview(ToolCall call) {
        return plan(call.server(), call.tool()).preview(call, sessions);
    }

    @Override
    public boolean mayCall(String server, Tool tool) {
        return plan(server, tool).permitsSomething();
    }

    /** Looks at nothing but the rules and, for paths, the local file system. */
    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public String version() {
        return version;
    }

    /** Whether calls of this tool are all decided alike, whatever their arguments are. */
    public boolean isAlwaysAlike(String server, Tool tool) {
        return plan(server, tool).isUnconditional();
    }

    /** The rules, in the order in which they are tried. */
    public List<Rule> rules() {
        return rules;
    }

    /** The guards. */
    public List<Rule> guards() {
        return guards;
    }

    private Plan plan(String server, Tool tool) {
        Target target = new Target(server, tool);
        Plan known = plans.get(target);
        if (known != null) {
            return known;
        }
        if (plans.size() >= MAX_PLANS) {
            plans.clear();
        }
        return plans.computeIfAbsent(target, missing -> Plan.of(server, tool, rules, guards));
    }

    private record Target(String server, Tool tool) {}
}
