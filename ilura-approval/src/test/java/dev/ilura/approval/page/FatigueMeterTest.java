package dev.ilura.approval.page;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FatigueMeterTest {
    private final FatigueMeter meter = new FatigueMeter();

    @Test
    void aFewQuestionsAreNoReflex() {
        for (int i = 0; i < 9; i++) {
            meter.answered(0, 1, true);
        }
        assertThat(meter.warning(1)).isEmpty();
    }

    @Test
    void approvingAtOnceIsAReflexAndDenyingAtOnceIsNot() {
        for (int i = 0; i < 10; i++) {
            meter.answered(0, SECONDS.toNanos(1), i > 0);
        }
        assertThat(meter.warning(SECONDS.toNanos(1))).isEmpty();
        for (int i = 0; i < 11; i++) {
            meter.answered(0, SECONDS.toNanos(1), true);
        }
        assertThat(meter.warning(SECONDS.toNanos(1)))
                .hasValueSatisfying(warning -> assertThat(warning).contains("21"));
    }

    @Test
    void tooManyQuestionsInAnHourAreTold() {
        for (int i = 0; i < 21; i++) {
            meter.answered(0, MINUTES.toNanos(i), true);
        }
        assertThat(meter.warning(MINUTES.toNanos(21))).isPresent();
        assertThat(meter.warning(MINUTES.toNanos(62))).isEmpty();
        assertThat(meter.answers(MINUTES.toNanos(200))).isZero();
    }
}
