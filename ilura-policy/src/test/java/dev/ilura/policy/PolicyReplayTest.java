package dev.ilura.policy;

import static dev.ilura.policy.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ilura.RiskLane;
import dev.ilura.ToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyReplayTest {
    private static final List<ToolCall> CALLS =
            List.of(call("files/read", Map.of()), call("files/write", Map.of()), call("files/list", Map.of()));

    @Test
    void onlyFlippedDecisionsAreShown() {
        RulesPolicy before =
                Policies.rules().allow("files/read").allow("files/list").denyOthers();
        RulesPolicy after = Policies.rules()
                .ask(RiskLane.HIGH, "files/read")
                .allow("files/*")
                .denyOthers();

        List<PolicyReplay.Flip> flips = PolicyReplay.flips(before, after, CALLS);

        assertThat(flips)
                .extracting(PolicyReplay.Flip::toString)
                .containsExactly(
                        "files/read: allow by rules[0] (code), would be ask (high) by rules[0] (code)",
                        "files/write: deny by no-match (built-in), would be allow by rules[1] (code)");
        assertThat(flips).extracting(PolicyReplay.Flip::isMilder).containsExactly(false, true);
    }

    @Test
    void overlayAddsGuardsAndNothingElse() {
        RulesPolicy base = Policies.rules().allow("files/*").denyOthers();
        RulesPolicy overlay = Policies.rules()
                .guard(RiskLane.HIGH, "files/write")
                .named("workspace")
                .denyOthers();

        assertThat(PolicyReplay.flips(base, base.guardedBy(overlay), CALLS))
                .extracting(PolicyReplay.Flip::toString)
                .containsExactly("files/write: allow by rules[0] (code), would be ask (high) by workspace (code)");
    }

    @Test
    void overlayWithRulesIsRefused() {
        RulesPolicy base = Policies.rules().allow("files/*").denyOthers();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> base.guardedBy(Policies.rules().allow("*/*").denyOthers()));
    }
}
