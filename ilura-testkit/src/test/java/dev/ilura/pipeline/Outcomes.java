package dev.ilura.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Effect;
import org.assertj.core.api.InstanceOfAssertFactories;

/** What a call must have come to. */
final class Outcomes {
    private Outcomes() {}

    static CallOutcome.Completed completed(CallOutcome outcome) {
        assertThat(outcome).isInstanceOf(CallOutcome.Completed.class);
        return (CallOutcome.Completed) outcome;
    }

    static CallOutcome.Denied denied(CallOutcome outcome, String code) {
        assertThat(outcome)
                .asInstanceOf(InstanceOfAssertFactories.type(CallOutcome.Denied.class))
                .extracting(CallOutcome.Denied::code)
                .isEqualTo(code);
        return (CallOutcome.Denied) outcome;
    }

    static CallOutcome.NotApproved notApproved(CallOutcome outcome, String code) {
        assertThat(outcome)
                .asInstanceOf(InstanceOfAssertFactories.type(CallOutcome.NotApproved.class))
                .extracting(CallOutcome.NotApproved::code)
                .isEqualTo(code);
        return (CallOutcome.NotApproved) outcome;
    }

    static CallOutcome.Failed failed(CallOutcome outcome, String code, Effect effect) {
        assertThat(outcome)
                .asInstanceOf(InstanceOfAssertFactories.type(CallOutcome.Failed.class))
                .satisfies(failed -> {
                    assertThat(failed.code()).isEqualTo(code);
                    assertThat(failed.effect()).isEqualTo(effect);
                });
        return (CallOutcome.Failed) outcome;
    }
}
