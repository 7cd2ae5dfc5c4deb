package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine.Settlement;
import dev.ilura.spi.TimeSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Sums of money that together stay within a budget over time, for each principal of a pod. An amount is reserved when it
 * is judged to be inside and counts until the time is over, also if the call then fails: whether a failed payment was made
 * is not known. A call that is known not to have happened gives it back. The same call judged again counts once.
 *
 * <p>Thread-safe. The budget lives in the policy: it starts anew with it.
 */
public final class BudgetScope implements Scope {
    /** The sum would go beyond the budget, or the amount is not positive. */
    public static final String OUTSIDE = "ILR-POLICY-181";

    /** The value is no amount. */
    public static final String UNCLEAR = "ILR-POLICY-182";

    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,6})?");

    private final Ledger ledger;

    private BudgetScope(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * At most this sum in any stretch of this length.
     *
     * @throws IllegalArgumentException if the sum or the time is not positive
     */
    public static BudgetScope of(BigDecimal limit, Duration per, TimeSource time) {
        if (limit.signum() <= 0 || per.isNegative() || per.isZero()) {
            throw new IllegalArgumentException("a budget has a positive sum and time");
        }
        return new BudgetScope(new Ledger(limit, per, time));
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        return finding(value, amount -> ledger.reserve(call, amount));
    }

    @Override
    public Finding preview(JsonValue value, ToolCall call) {
        return finding(value, amount -> ledger.preview(call, amount));
    }

    private Finding finding(JsonValue value, Function<BigDecimal, Ledger.Reservation> wish) {
        Optional<BigDecimal> amount = amount(value);
        if (amount.isEmpty()) {
            return Finding.unclear(UNCLEAR, "is no amount of money");
        }
        if (amount.get().signum() <= 0) {
            return Finding.outside(OUTSIDE, "is " + text(amount.get()) + ", which is not positive");
        }
        Ledger.Reservation reservation = wish.apply(amount.get());
        String span = Spans.text(ledger.per());
        if (!reservation.fits()) {
            return Finding.outside(
                    OUTSIDE,
                    "is " + text(amount.get()) + " on top of " + text(reservation.used()) + ", more than "
                            + text(ledger.limit()) + " in " + span);
        }
        return Finding.inside(
                "is " + text(amount.get()) + ", " + text(reservation.used().add(amount.get())) + " of "
                        + text(ledger.limit()) + " in " + span + " spent");
    }

    @Override
    public void settle(ToolCall call, Settlement settlement) {
        ledger.settle(call, settlement);
    }

    @Override
    public Scope continuing(Scope before) {
        return before instanceof BudgetScope budget && budget.facts().equals(facts()) ? before : this;
    }

    @Override
    public boolean judgesElements() {
        return false;
    }

    private static Optional<BigDecimal> amount(JsonValue value) {
        String text = value.isString()
                ? value.text()
                : value.isNumber() ? value.number().toPlainString() : "";
        String positive = text.startsWith("-") ? text.substring(1) : text;
        return AMOUNT.matcher(positive).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    private static String text(BigDecimal amount) {
        return amount.toPlainString();
    }

    @Override
    public List<?> edges() {
        return List.of(
                BigDecimal.ONE.negate(),
                BigDecimal.ONE,
                ledger.limit(),
                ledger.limit().add(BigDecimal.ONE));
    }

    @Override
    public String describe() {
        return "within " + text(ledger.limit()) + " in " + Spans.text(ledger.per());
    }

    @Override
    public Map<String, ?> facts() {
        return Map.of(
                "type",
                "money",
                "limit",
                text(ledger.limit()),
                "seconds",
                ledger.per().toSeconds());
    }
}
