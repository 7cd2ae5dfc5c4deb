package dev.ilura.policy;

import dev.ilura.spi.PolicyEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Entry to the reference policy.
 *
 * <pre>{@code
 * Policies.rules()
 *         .allow("files/read_*", where("path").insideRoots())
 *         .ask(RiskLane.HIGH, "files/write_file")
 *         .denyOthers()
 * }</pre>
 */
public final class Policies {
    private Policies() {}

    /** Starts a list of rules. The first that covers a call decides it; what no rule covers is denied. */
    public static Rules rules() {
        return new Rules();
    }

    /**
     * Several engines as one: each is asked in this order, and the strictest answer holds (allow, allow in changed form,
     * ask in rising lanes, deny).
     *
     * @throws IllegalArgumentException if there is none
     */
    public static PolicyEngine strictestOf(PolicyEngine... engines) {
        return strictestOf(List.of(engines));
    }

    /** As {@link #strictestOf(PolicyEngine...)}. */
    public static PolicyEngine strictestOf(List<PolicyEngine> engines) {
        return engines.size() == 1 ? engines.get(0) : new StrictestOf(engines);
    }

    /**
     * The rules of an engine that was made here: the engine itself, or the first of several that has rules. Empty for an
     * engine of another kind.
     */
    public static Optional<RulesPolicy> rulesOf(PolicyEngine engine) {
        if (engine instanceof StrictestOf several) {
            return several.engines().stream()
                    .map(Policies::rulesOf)
                    .flatMap(Optional::stream)
                    .findFirst();
        }
        return engine instanceof RulesPolicy rules ? Optional.of(rules) : Optional.empty();
    }

    /**
     * An engine whose rules have the guards of an overlay too.
     *
     * @return empty if the engine has no rules that could be guarded
     * @throws IllegalArgumentException if the overlay has rules, or a guard of a name that is taken
     */
    public static Optional<PolicyEngine> guarded(PolicyEngine engine, RulesPolicy overlay) {
        if (engine instanceof StrictestOf several) {
            boolean done = false;
            List<PolicyEngine> engines = new ArrayList<>();
            for (PolicyEngine one : several.engines()) {
                boolean here = !done && one instanceof RulesPolicy;
                engines.add(here ? ((RulesPolicy) one).guardedBy(overlay) : one);
                done |= here;
            }
            return done ? Optional.of(new StrictestOf(engines)) : Optional.empty();
        }
        return engine instanceof RulesPolicy rules ? Optional.of(rules.guardedBy(overlay)) : Optional.empty();
    }

    /**
     * An engine as the successor of another: what the one has counted and its sessions have taken in goes over to the
     * other, as far as both are rules.
     */
    public static PolicyEngine succeeding(PolicyEngine before, PolicyEngine now) {
        if (now instanceof StrictestOf several) {
            return new StrictestOf(several.engines().stream()
                    .map(engine -> succeeding(before, engine))
                    .toList());
        }
        return now instanceof RulesPolicy rules
                ? rulesOf(before).map(rules::continuing).orElse(rules)
                : now;
    }

    /**
     * Starts a condition.
     *
     * @param argument the name of an argument, or an RFC 6901 pointer in which {@code *} stands for every element or
     *     member, for example {@code "/edits/*}{@code /path"}
     */
    public static Where where(String argument) {
        return new Where(argument);
    }
}
