package dev.ilura.policy;

import static dev.ilura.policy.Policies.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Several engines are as strict as the strictest of them. */
class StrictestOfTest {
    private static final RuleRef RULE = new RuleRef("r", "test");

    private static ToolCall call(Map<String, ?> arguments) {
        return ToolCall.to("files", Tool.of(JsonValue.of(Map.of("name", "write"))))
                .roots(List.of(Path.of("/srv")))
                .arguments(Arguments.of(arguments))
                .build();
    }

    private static Decision asking(RiskLane lane, String trace) {
        return new Decision.Ask(RULE, lane, "why", Decision.Terms.PLAIN, List.of(trace));
    }

    private static Decision of(int strictness) {
        return switch (strictness) {
            case 0 -> new Decision.Allow(RULE, Decision.Terms.PLAIN, List.of("0"));
            case 1 ->
                new Decision.Allow(
                        RULE, new Decision.Terms(false, false, List.of(new Decision.Rewrite("/a", "b"))), List.of("1"));
            case 2 -> asking(RiskLane.MEDIUM, "2");
            case 3 -> asking(RiskLane.HIGH, "3");
            case 4 -> asking(RiskLane.CRITICAL, "4");
            default -> new Decision.Deny(RULE, "ILR-TEST-001", "no", List.of("5"));
        };
    }

    private static PolicyEngine saying(Decision decision) {
        return new PolicyEngine() {
            @Override
            public Decision decide(ToolCall call) {
                return decision;
            }

            @Override
            public String version() {
                return decision.toString();
            }
        };
    }

    @Property(tries = 200)
    void theStrictestAnswerHoldsInWhateverOrder(
            @ForAll @IntRange(max = 5) int one, @ForAll @IntRange(max = 5) int other) {
        Decision together =
                Policies.strictestOf(saying(of(one)), saying(of(other))).decide(call(Map.of("a", "x")));
        Decision turned =
                Policies.strictestOf(saying(of(other)), saying(of(one))).decide(call(Map.of("a", "x")));
        assertThat(Verdict.of(together)).isEqualTo(Verdict.of(of(Math.max(one, other))));
        assertThat(Verdict.of(turned)).isEqualTo(Verdict.of(together));
    }

    @Property(tries = 100)
    void anEngineMoreNeverMakesTheAnswerMilder(
            @ForAll @IntRange(max = 5) int one, @ForAll @IntRange(max = 5) int more) {
        ToolCall call = call(Map.of("a", "x"));
        int alone = StrictestOf.strictness(of(one));
        Decision together =
                Policies.strictestOf(saying(of(one)), saying(of(more))).decide(call);
        assertThat(StrictestOf.strictness(together)).isGreaterThanOrEqualTo(alone);
    }

    @Test
    void aLaterEngineSeesTheCallAsItWouldBeSent() {
        List<String> seen = new ArrayList<>();
        PolicyEngine rules = Policies.rules()
                .allow("files/*", where("path").inside(Path.of("/srv")))
                .denyOthers();
        PolicyEngine second = new PolicyEngine() {
            @Override
            public Decision decide(ToolCall call) {
                seen.add(call.arguments().json().member("path").orElseThrow().text());
                return of(0);
            }

            @Override
            public String version() {
                return "2";
            }
        };
        Decision decision = Policies.strictestOf(rules, second).decide(call(Map.of("path", "/srv/./a/../b")));
        assertThat(decision).isInstanceOf(Decision.Allow.class);
        assertThat(seen).containsExactly("/srv/b");
    }

    @Test
    void anEngineThatFailsOrSaysNothingDenies() {
        PolicyEngine broken = new PolicyEngine() {
            @Override
            public Decision decide(ToolCall call) {
                throw new IllegalStateException("broken");
            }

            @Override
            public String version() {
                return "x";
            }
        };
        assertThat(Policies.strictestOf(saying(of(0)), broken).decide(call(Map.of())))
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo("ILR-POLICY-008"));
    }
}
