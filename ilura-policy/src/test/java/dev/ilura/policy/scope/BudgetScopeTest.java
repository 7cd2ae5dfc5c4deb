package dev.ilura.policy.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.scope.Finding.Standing;
import dev.ilura.spi.TimeSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BudgetScopeTest {
    private final AtomicLong now = new AtomicLong();
    private final BudgetScope scope = BudgetScope.of(new BigDecimal("100.00"), Duration.ofHours(1), new HandClock(now));

    private Standing pay(String call, String principal, Object amount) {
        ToolCall one = ToolCall.to("bank", Tool.of(JsonValue.parse("{\"name\":\"pay\"}")))
                .id(call)
                .principal(principal)
                .build();
        return scope.judge(JsonValue.of(amount), one).standing();
    }

    @Test
    void sumsStayWithinTheBudget() {
        assertThat(pay("1", "ann", 60)).isEqualTo(Standing.INSIDE);
        assertThat(pay("2", "ann", "40.01")).isEqualTo(Standing.OUTSIDE);
        assertThat(pay("3", "ann", "40.00")).isEqualTo(Standing.INSIDE);
        assertThat(pay("4", "ann", "0.01")).isEqualTo(Standing.OUTSIDE);
        assertThat(pay("5", "bob", 100)).isEqualTo(Standing.INSIDE);
    }

    @Test
    void theSameCallCountsOnce() {
        assertThat(pay("1", "ann", 60)).isEqualTo(Standing.INSIDE);
        assertThat(pay("1", "ann", 60)).isEqualTo(Standing.INSIDE);
    }

    @Test
    void budgetComesBackWithTime() {
        assertThat(pay("1", "ann", 100)).isEqualTo(Standing.INSIDE);
        now.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(pay("2", "ann", 1)).isEqualTo(Standing.OUTSIDE);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(pay("3", "ann", 100)).isEqualTo(Standing.INSIDE);
    }

    @Test
    void whatIsNoPositiveAmountIsNotInside() {
        assertThat(pay("1", "ann", -50)).isEqualTo(Standing.OUTSIDE);
        assertThat(pay("1", "ann", 0)).isEqualTo(Standing.OUTSIDE);
        assertThat(pay("1", "ann", "1e2")).isEqualTo(Standing.UNCLEAR);
        assertThat(pay("1", "ann", "50 EUR")).isEqualTo(Standing.UNCLEAR);
        assertThat(pay("1", "ann", true)).isEqualTo(Standing.UNCLEAR);
    }

    /** A clock that is set by hand. */
    private record HandClock(AtomicLong nanosNow) implements TimeSource {
        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanosNow.get());
        }

        @Override
        public long nanos() {
            return nanosNow.get();
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("nobody waits here");
        }
    }
}
