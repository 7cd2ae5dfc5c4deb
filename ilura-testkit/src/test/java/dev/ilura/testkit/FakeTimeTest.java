package dev.ilura.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time passes when the test says so, and everything happens at its moment. */
class FakeTimeTest {
    private final FakeTime time = new FakeTime();
    private final List<String> happened = new ArrayList<>();

    private void at(long seconds, String what) {
        time.after(Duration.ofSeconds(seconds), () -> happened.add(what + "@" + time.nanos() / 1_000_000_000));
    }

    @Test
    void itStandsStillUntilItIsAdvanced() {
        Instant before = time.now();
        at(1, "a");
        assertThat(time.now()).isEqualTo(before);
        assertThat(happened).isEmpty();
        time.advance(Duration.ofMillis(999));
        assertThat(happened).isEmpty();
        time.advance(Duration.ofMillis(1));
        assertThat(happened).containsExactly("a@1");
        assertThat(time.now()).isEqualTo(before.plusSeconds(1));
    }

    @Test
    void timersRunInTheOrderOfTheirMomentsAndThenOfTheirSetting() {
        at(3, "c");
        at(1, "a");
        at(3, "d");
        at(2, "b");
        time.advance(Duration.ofSeconds(10));
        assertThat(happened).containsExactly("a@1", "b@2", "c@3", "d@3");
        assertThat(time.nanos()).isEqualTo(10_000_000_000L);
    }

    @Test
    void aTimerSetByATimerRunsInTheSameAdvanceIfItIsDue() {
        time.after(Duration.ofSeconds(1), () -> at(1, "second"));
        time.advance(Duration.ofSeconds(2));
        assertThat(happened).containsExactly("second@2");
    }

    @Test
    void aCancelledTimerDoesNotRun() {
        TimeSource.Timer timer = time.after(Duration.ofSeconds(1), () -> happened.add("never"));
        assertThat(time.timers()).isEqualTo(1);
        assertThat(time.untilNext()).contains(Duration.ofSeconds(1));
        timer.cancel();
        timer.cancel();
        time.advance(Duration.ofSeconds(5));
        assertThat(happened).isEmpty();
        assertThat(time.untilNext()).isEmpty();
    }

    @Test
    void afterAJumpTimersAreLate() {
        at(1, "late");
        time.jump(Duration.ofSeconds(5));
        assertThat(happened).isEmpty();
        time.advance(Duration.ZERO);
        assertThat(happened).containsExactly("late@5");
    }
}
