package dev.ilura.tools.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.spi.ToolException;
import dev.ilura.testkit.FakeTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final FakeTime time = new FakeTime();

    private static int taken(RateLimit limit, String host) {
        int taken = 0;
        try {
            while (taken < 1000) {
                limit.take(host);
                taken++;
            }
        } catch (ToolException e) {
            assertThat(e.code()).isEqualTo("ILR-TOOLS-075");
        }
        return taken;
    }

    @Test
    void aSixthOfAMinutesRequestsAtOnceAndThenSoManyAMinute() {
        RateLimit limit = new RateLimit(60, time);

        assertThat(taken(limit, "a.example")).isEqualTo(10);
        time.advance(Duration.ofSeconds(3));
        assertThat(taken(limit, "a.example")).isEqualTo(3);
        time.advance(Duration.ofHours(1));
        assertThat(taken(limit, "a.example"))
                .as("no more than the burst is saved up")
                .isEqualTo(10);
    }

    @Test
    void oneHostIsNotAnother() {
        RateLimit limit = new RateLimit(6, time);

        assertThat(taken(limit, "a.example")).isEqualTo(1);
        assertThat(taken(limit, "b.example")).isEqualTo(1);
    }

    @Test
    void itSaysHowLongToWaitAndThatIsTrue() throws ToolException {
        RateLimit limit = new RateLimit(6, time);
        limit.take("a.example");
        time.advance(Duration.ofSeconds(4));

        assertThatThrownBy(() -> limit.take("a.example")).hasMessageContaining("6 seconds");
        time.advance(Duration.ofSeconds(6));
        limit.take("a.example");
    }
}
