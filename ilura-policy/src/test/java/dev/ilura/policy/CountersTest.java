package dev.ilura.policy;

import static dev.ilura.policy.Policies.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.scope.BudgetScope;
import dev.ilura.policy.scope.RateScope;
import dev.ilura.spi.PolicyEngine.Settlement;
import dev.ilura.testkit.FakeTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is reserved when a call is judged is spent when it happened, and free again when it did not. */
class CountersTest {
    private final FakeTime time = new FakeTime();

    private static ToolCall call(String id, Map<String, ?> arguments) {
        return ToolCall.to("shop", Tool.of(JsonValue.of(Map.of("name", "pay"))))
                .id(id)
                .arguments(Arguments.of(arguments))
                .build();
    }

    private RulesPolicy rate(int calls) {
        return Policies.rules()
                .allow("shop/*", where("*").is(RateScope.of(calls, Duration.ofHours(1), time)))
                .denyOthers();
    }

    private RulesPolicy budget(String limit) {
        return Policies.rules()
                .allow("shop/*", where("amount").is(BudgetScope.of(new BigDecimal(limit), Duration.ofHours(24), time)))
                .denyOthers();
    }

    private static boolean allows(RulesPolicy policy, ToolCall call) {
        return policy.decide(call) instanceof Decision.Allow;
    }

    @Test
    void moreCallsThanTheRateAreDeniedUntilTimeHasPassed() {
        RulesPolicy policy = rate(2);
        assertThat(allows(policy, call("1", Map.of()))).isTrue();
        assertThat(allows(policy, call("2", Map.of()))).isTrue();
        assertThat(policy.decide(call("3", Map.of()))).isInstanceOfSatisfying(Decision.Deny.class, deny -> {
            assertThat(deny.code()).isEqualTo(RateScope.OUTSIDE);
            assertThat(deny.reason()).contains("2 of 2 calls in 1h, which is all");
        });
        time.advance(Duration.ofHours(1));
        assertThat(allows(policy, call("4", Map.of()))).isTrue();
    }

    /** To be asked about is not to happen: neither a place nor a sum is taken, not even for a moment. */
    @Test
    void whatIsOnlyAskedAboutIsNotCounted() {
        RulesPolicy rate = rate(1);
        RulesPolicy budget = budget("100");
        for (int i = 0; i < 3; i++) {
            assertThat(rate.preview(call("asked " + i, Map.of()))).isInstanceOf(Decision.Allow.class);
            assertThat(budget.preview(call("asked " + i, Map.of("amount", 80)))).isInstanceOf(Decision.Allow.class);
        }
        assertThat(allows(rate, call("1", Map.of()))).isTrue();
        assertThat(allows(budget, call("1", Map.of("amount", 80)))).isTrue();

        assertThat(rate.preview(call("asked", Map.of()))).isInstanceOf(Decision.Deny.class);
        assertThat(budget.preview(call("asked", Map.of("amount", 30)))).isInstanceOf(Decision.Deny.class);
        assertThat(Policies.strictestOf(List.of(budget, budget)).preview(call("asked", Map.of("amount", 20))))
                .isInstanceOf(Decision.Allow.class);
        assertThat(allows(budget, call("2", Map.of("amount", 20)))).isTrue();
    }

    @Test
    void aCallThatDidNotHappenGivesItsPlaceBack() {
        RulesPolicy policy = rate(1);
        ToolCall first = call("1", Map.of());
        assertThat(allows(policy, first)).isTrue();
        policy.settle(first, Settlement.NOTHING_HAPPENED);
        assertThat(allows(policy, call("2", Map.of()))).isTrue();
        policy.settle(call("2", Map.of()), Settlement.MAY_HAVE_HAPPENED);
        assertThat(allows(policy, call("3", Map.of())))
                .as("a call of which nobody knows counts")
                .isFalse();
    }

    @Test
    void whatMayBeSpentIsSpentOnlyByPaymentsThatHappened() {
        RulesPolicy policy = budget("100");
        ToolCall refused = call("1", Map.of("amount", 80));
        assertThat(allows(policy, refused)).isTrue();
        assertThat(allows(policy, call("2", Map.of("amount", 30)))).isFalse();
        policy.settle(refused, Settlement.NOTHING_HAPPENED);
        assertThat(allows(policy, call("3", Map.of("amount", 30)))).isTrue();
    }

    /** The attack: to have the rules read anew, and with them the budget. */
    @Test
    void aNewPolicyGoesOnCountingWhereTheOldOneStood() {
        RulesPolicy old = budget("100");
        assertThat(allows(old, call("1", Map.of("amount", 80)))).isTrue();
        RulesPolicy next = budget("100").continuing(old);
        assertThat(allows(next, call("2", Map.of("amount", 30)))).isFalse();
        assertThat(allows(budget("200").continuing(old), call("3", Map.of("amount", 30))))
                .as("another budget is another account")
                .isTrue();
    }

    @Test
    void aToolIsAskedAboutAsRiskyAsItIs() {
        RulesPolicy policy = Policies.rules().byRisk("shop/*").denyOthers();
        assertThat(policy.decide(of("list_items", "{}"))).isInstanceOf(Decision.Allow.class);
        assertThat(lane(policy, "create_list", "{}")).isEqualTo(RiskLane.MEDIUM);
        assertThat(lane(policy, "delete_list", "{}")).isEqualTo(RiskLane.HIGH);
        assertThat(lane(policy, "transfer_funds", "{}")).isEqualTo(RiskLane.CRITICAL);
    }

    /** The attack: a server that calls its own deletion harmless. */
    @Test
    void anAnnotationRaisesALaneAndNeverLowersIt() {
        RulesPolicy policy = Policies.rules().byRisk("shop/*").denyOthers();
        assertThat(lane(policy, "list_items", "{\"destructiveHint\":true,\"readOnlyHint\":false}"))
                .isEqualTo(RiskLane.HIGH);
        assertThat(lane(policy, "list_items", "{\"readOnlyHint\":false}")).isEqualTo(RiskLane.MEDIUM);
        assertThat(lane(policy, "delete_list", "{\"readOnlyHint\":true,\"destructiveHint\":false}"))
                .isEqualTo(RiskLane.HIGH);
    }

    private static ToolCall of(String tool, String annotations) {
        return ToolCall.to(
                        "shop",
                        Tool.of(JsonValue.parse("{\"name\":\"" + tool + "\",\"annotations\":" + annotations + "}")))
                .build();
    }

    private static RiskLane lane(RulesPolicy policy, String tool, String annotations) {
        return ((Decision.Ask) policy.decide(of(tool, annotations))).lane();
    }
}
