package dev.ilura.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @Property
    void durationIsReadBackAsWritten(@ForAll @IntRange(max = 1_000_000) int amount) {
        assertThat(Quantity.duration(amount + "ms")).contains(Duration.ofMillis(amount));
        assertThat(Quantity.duration(amount + "s")).contains(Duration.ofSeconds(amount));
        assertThat(Quantity.duration(amount + " m")).contains(Duration.ofMinutes(amount));
    }

    @Property
    void sizeIsReadBackAsWritten(@ForAll @IntRange(max = 1_000_000) int amount) {
        assertThat(Quantity.bytes(amount + "KiB")).contains(amount * 1024L);
        assertThat(Quantity.bytes(amount + "MB")).contains(amount * 1_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "-1s", "1.5s", "10 seconds", "s", "999999999999d", "1e3s", "\u0661s", "10S"})
    void whatIsNoDurationIsNone(String text) {
        assertThat(Quantity.duration(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1B", "1.5MiB", "64kib", "MiB", "99999999999999GiB", "999999999999GiB"})
    void whatIsNoSizeIsNone(String text) {
        assertThat(Quantity.bytes(text)).isEmpty();
    }
}
