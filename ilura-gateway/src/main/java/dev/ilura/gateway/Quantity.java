package dev.ilura.gateway;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts with a unit, as people write them: {@code "500ms"}, {@code "5m"}, {@code "64KiB"}. */
final class Quantity {
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,12}) ?([A-Za-z]{1,3})");
    private static final Map<String, Duration> TIMES = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZES = Map.of(
            "B",
            1L,
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30,
            "kB",
            1_000L,
            "MB",
            1_000_000L,
            "GB",
            1_000_000_000L);

    private Quantity() {}

    /** A duration; empty if the text is none or is longer than a {@code long} of nanoseconds (292 years). */
    static Optional<Duration> duration(String text) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches() || !TIMES.containsKey(amount.group(2))) {
            return Optional.empty();
        }
        return product(amount.group(1), TIMES.get(amount.group(2)).toNanos()).map(Duration::ofNanos);
    }

    /** A number of bytes; empty if the text is none or does not fit in a {@code long}. */
    static Optional<Long> bytes(String text) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches() || !SIZES.containsKey(amount.group(2))) {
            return Optional.empty();
        }
        return product(amount.group(1), SIZES.get(amount.group(2)));
    }

    private static Optional<Long> product(String amount, long unit) {
        BigInteger product = new BigInteger(amount).multiply(BigInteger.valueOf(unit));
        return product.bitLength() < Long.SIZE ? Optional.of(product.longValue()) : Optional.empty();
    }
}
