package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine.Settlement;
import dev.ilura.spi.TimeSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/**
 * So many calls in any stretch of time, for each principal of a pod, whatever the arguments. A call is counted when it is
 * judged, and taken back if it is known not to have happened. Written as a condition on {@code "*"}.
 *
 * <p>Thread-safe.
 */
public final class RateScope implements Scope {
    /** There were as many calls as are allowed. */
    public static final String OUTSIDE = "ILR-POLICY-183";

    private final Ledger ledger;

    private RateScope(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * At most so many calls in any stretch of this length.
     *
     * @throws IllegalArgumentException if either is not positive
     */
    public static RateScope of(int calls, Duration per, TimeSource time) {
        if (calls < 1 || per.isNegative() || per.isZero()) {
            throw new IllegalArgumentException("a rate has a positive number of calls and a positive time");
        }
        return new RateScope(new Ledger(BigDecimal.valueOf(calls), per, time));
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        return finding(ledger.reserve(call, BigDecimal.ONE));
    }

    @Override
    public Finding preview(JsonValue value, ToolCall call) {
        return finding(ledger.preview(call, BigDecimal.ONE));
    }

    private Finding finding(Ledger.Reservation reservation) {
        String count = reservation.used().toPlainString() + " of "
                + ledger.limit().toPlainString() + " calls in " + Spans.text(ledger.per());
        return reservation.fits()
                ? Finding.inside("come after " + count)
                : Finding.outside(OUTSIDE, "come after " + count + ", which is all");
    }

    @Override
    public void settle(ToolCall call, Settlement settlement) {
        ledger.settle(call, settlement);
    }

    @Override
    public Scope continuing(Scope before) {
        return before instanceof RateScope rate && rate.facts().equals(facts()) ? before : this;
    }

    @Override
    public boolean judgesElements() {
        return false;
    }

    @Override
    public String describe() {
        return "within " + ledger.limit().toPlainString() + " calls in " + Spans.text(ledger.per());
    }

    @Override
    public Map<String, ?> facts() {
        return Map.of(
                "type",
                "rate",
                "limit",
                ledger.limit().toPlainString(),
                "seconds",
                ledger.per().toSeconds());
    }
}
