package dev.ilura.policy;

import dev.ilura.Decision.Rewrite;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.ArgumentPath.Selected;
import dev.ilura.policy.scope.Finding;
import dev.ilura.policy.scope.Scope;
import dev.ilura.spi.PolicyEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One demand of a rule on the arguments of a call: what an argument names must be in a scope. Immutable. */
public final class Condition {
    /** The argument is missing, empty, or there is a second one that looks like it. */
    static final String ARGUMENT = "ILR-POLICY-005";

    private final ArgumentPath argument;
    private final Scope scope;

    private Condition(ArgumentPath argument, Scope scope) {
        this.argument = argument;
        this.scope = scope;
    }

    /**
     * A condition on what {@code argument} names.
     *
     * @param argument a name, {@code *} for all arguments as one object, or an RFC 6901 pointer in which {@code *} stands for every element or member
     * @throws IllegalArgumentException if it is blank
     */
    public static Condition of(String argument, Scope scope) {
        return new Condition(ArgumentPath.of(argument), Objects.requireNonNull(scope, "scope"));
    }

    /** What it is about, as written. */
    public String argument() {
        return argument.toString();
    }

    /** What the argument must be in. */
    public Scope scope() {
        return scope;
    }

    /** The argument, for whoever writes a value there. */
    ArgumentPath path() {
        return argument;
    }

    void settle(ToolCall call, PolicyEngine.Settlement settlement) {
        scope.settle(call, settlement);
    }

    Condition continuing(Condition before) {
        Scope continued = scope.continuing(before.scope);
        return continued.equals(scope) ? this : new Condition(argument, continued);
    }

    Outcome judge(ToolCall call, boolean counts) {
        JsonValue arguments = call.arguments().json();
        for (String name : arguments.members().keySet()) {
            if (LookAlikes.imitates(name, argument.topLevel())) {
                // the attack: {"path": "/srv/docs/a", "Path": "/etc/passwd"}, for a server that ignores case
                return Outcome.of(
                        Coverage.UNCLEAR,
                        ARGUMENT,
                        argument + " is imitated by another argument, " + LookAlikes.shown(name));
            }
        }
        List<Selected> values = new ArrayList<>(2);
        for (Selected selected : argument.select(arguments)) {
            if (selected.value().isArray() && scope.judgesElements()) {
                values.addAll(selected.children());
            } else {
                values.add(selected);
            }
        }
        return values.isEmpty()
                ? Outcome.of(Coverage.NONE, ARGUMENT, argument + " is missing or empty")
                : judge(values, call, counts);
    }

    private Outcome judge(List<Selected> values, ToolCall call, boolean counts) {
        List<Rewrite> rewrites = new ArrayList<>(1);
        int inside = 0;
        Finding worst = null;
        Finding hit = null;
        for (Selected value : values) {
            Finding finding = counts ? scope.judge(value.value(), call) : scope.preview(value.value(), call);
            finding.canonical().ifPresent(canonical -> rewrites.add(new Rewrite(value.pointer(), canonical)));
            if (finding.standing() == Finding.Standing.INSIDE) {
                inside++;
                hit = hit == null ? finding : hit;
            }
            if (worst == null || finding.standing().compareTo(worst.standing()) > 0) {
                worst = finding;
            }
        }
        Finding shown = Objects.requireNonNull(worst, "at least one value was judged");
        String why = argument + " " + shown.explanation();
        if (shown.standing() == Finding.Standing.UNCLEAR) {
            return new Outcome(Coverage.UNCLEAR, shown.code(), why, why, rewrites);
        }
        Coverage coverage = inside == values.size() ? Coverage.ALL : inside == 0 ? Coverage.NONE : Coverage.SOME;
        return new Outcome(
                coverage, shown.code(), why, hit == null ? why : argument + " " + hit.explanation(), rewrites);
    }

    /** {@code path is inside the roots}. */
    @Override
    public String toString() {
        return argument + " is " + scope.describe();
    }

    Map<String, ?> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("argument", argument.toString());
        facts.put("scope", scope.facts());
        return facts;
    }

    /** How many of the judged values are in the scope; later is worse. */
    enum Coverage {
        ALL,
        SOME,
        NONE,
        UNCLEAR
    }

    /**
     * What became of a condition.
     *
     * @param why about the value that is furthest out: one clause that starts with the argument
     * @param hit about the first value that is inside, if one is
     * @param rewrites what was judged, where it differs from what came
     */
    record Outcome(Coverage coverage, String code, String why, String hit, List<Rewrite> rewrites) {
        static Outcome of(Coverage coverage, String code, String why) {
            return new Outcome(coverage, code, why, why, List.of());
        }
    }
}
