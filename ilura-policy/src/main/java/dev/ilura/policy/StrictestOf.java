package dev.ilura.policy;

import dev.ilura.Decision;
import dev.ilura.Decision.Rewrite;
import dev.ilura.Decision.Terms;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.Digests;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several engines over one call: each is asked, and the strictest answer holds. Allow is milder than allowing a changed
 * call, that than asking, and asking than denying. Every engine sees the call as those before it would send it. Each
 * engine's doubt is a denial.
 */
final class StrictestOf implements PolicyEngine {
    private static final String DOUBT = "ILR-POLICY-008";

    private final List<PolicyEngine> engines;

    StrictestOf(List<PolicyEngine> engines) {
        if (engines.isEmpty()) {
            throw new IllegalArgumentException("there must be an engine to ask");
        }
        this.engines = List.copyOf(engines);
    }

    @Override
    public Optional<Decision.Deny> validate(ToolCall call) {
        for (PolicyEngine engine : engines) {
            Optional<Decision.Deny> objection = engine.validate(call);
            if (objection == null) {
                return Optional.of(doubt("an engine did not validate"));
            }
            if (objection.isPresent()) {
                return objection;
            }
        }
        return Optional.empty();
    }

    @Override
    public Decision decide(ToolCall call) {
        return strictest(call, PolicyEngine::decide);
    }

    @Override
    public Decision preview(ToolCall call) {
        return strictest(call, PolicyEngine::preview);
    }

    private Decision strictest(ToolCall call, BiFunction<PolicyEngine, ToolCall, @Nullable Decision> question) {
        List<String> trace = new ArrayList<>();
        Map<String, String> sends = new TreeMap<>();
        Decision strictest = null;
        Terms terms = new Terms(true, true, List.of());
        ToolCall asked = call;
        int approvers = 1;
        for (PolicyEngine engine : engines) {
            Decision decision = answer(engine, asked, question);
            trace.addAll(decision.trace());
            if (decision instanceof Decision.Deny deny) {
                return new Decision.Deny(deny.rule(), deny.code(), deny.reason(), trace);
            }
            Terms given = terms(decision);
            approvers = decision instanceof Decision.Ask ask ? Math.max(approvers, ask.approvers()) : approvers;
            for (Rewrite rewrite : given.rewrites()) {
                sends.put(rewrite.pointer(), rewrite.value());
                try {
                    asked = asked.with(asked.arguments().with(rewrite));
                } catch (IllegalArgumentException e) {
                    return doubt("an engine changes what is not there: " + VisibleText.oneLine(rewrite.pointer()));
                }
            }
            terms = new Terms(
                    terms.readOnly() && given.readOnly(), terms.idempotent() && given.idempotent(), List.of());
            if (strictest == null || strictness(decision) > strictness(strictest)) {
                strictest = decision;
            }
        }
        List<Rewrite> rewrites = new ArrayList<>();
        sends.forEach((pointer, value) -> rewrites.add(new Rewrite(pointer, value)));
        return with(
                Objects.requireNonNull(strictest),
                new Terms(terms.readOnly(), terms.idempotent(), rewrites),
                trace,
                approvers);
    }

    private static Decision answer(
            PolicyEngine engine, ToolCall call, BiFunction<PolicyEngine, ToolCall, @Nullable Decision> question) {
        try {
            Decision decision = question.apply(engine, call);
            return decision == null ? doubt("an engine gave no decision") : decision;
        } catch (RuntimeException e) {
            return doubt("an engine failed: " + VisibleText.oneLine(String.valueOf(e.getMessage())));
        }
    }

    /** The lattice: 0 allow, 1 allow in changed form, 2 to 4 ask in a lane, 5 deny. */
    static int strictness(Decision decision) {
        if (decision instanceof Decision.Ask ask) {
            return switch (ask.lane()) {
                case LOW -> 1;
                case MEDIUM -> 2;
                case HIGH -> 3;
                case CRITICAL -> 4;
            };
        }
        if (decision instanceof Decision.Allow allow) {
            return allow.terms().rewrites().isEmpty() ? 0 : 1;
        }
        return 5;
    }

    private static Terms terms(Decision decision) {
        if (decision instanceof Decision.Ask ask) {
            return ask.terms();
        }
        return decision instanceof Decision.Allow allow ? allow.terms() : Terms.PLAIN;
    }

    private static Decision with(Decision decision, Terms terms, List<String> trace, int approvers) {
        if (decision instanceof Decision.Ask ask) {
            return new Decision.Ask(ask.rule(), ask.lane(), ask.reason(), terms, trace, approvers);
        }
        return new Decision.Allow(decision.rule(), terms, trace);
    }

    private static Decision.Deny doubt(String why) {
        return new Decision.Deny(RuleRef.NO_MATCH, DOUBT, why + ", and doubt is a denial", List.of(why + ": denied"));
    }

    @Override
    public void settle(ToolCall call, Settlement settlement) {
        engines.forEach(engine -> engine.settle(call, settlement));
    }

    @Override
    public boolean mayCall(String server, Tool tool) {
        return engines.stream().allMatch(engine -> engine.mayCall(server, tool));
    }

    @Override
    public boolean mayBlock() {
        return engines.stream().anyMatch(PolicyEngine::mayBlock);
    }

    @Override
    public String version() {
        return Digests.sha256Hex(engines.stream().map(PolicyEngine::version).collect(Collectors.joining("\n")));
    }

    /** The engines, in the order in which they are asked. */
    List<PolicyEngine> engines() {
        return engines;
    }
}
