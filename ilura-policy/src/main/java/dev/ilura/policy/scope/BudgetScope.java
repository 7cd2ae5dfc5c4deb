package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * Sums of money that together stay within a budget over time, for each principal of a pod. An amount is reserved when it
 * is judged to be inside and counts until the time is over, also if the call then fails: whether a failed payment was made
 * is not known. The same call judged again counts once.
 *
 * <p>Thread-safe. The budget lives in the policy: it starts anew with it.
 */
public final class BudgetScope implements Scope {
    /** The sum would go beyond the budget, or the amount is not positive. */
    public static final String OUTSIDE = "ILR-POLICY-181";

    /** The value is no amount. */
    public static final String UNCLEAR = "ILR-POLICY-182";

    /** More payments than this within the time are denied, whatever their sum. */
    private static final int MAX_RESERVATIONS = 10_000;

    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,6})?");

    private final BigDecimal limit;
    private final Duration per;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Deque<Reservation>> byPrincipal = new LinkedHashMap<>();

    private BudgetScope(BigDecimal limit, Duration per, TimeSource time) {
        this.limit = limit;
        this.per = per;
        this.time = time;
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
        return new BudgetScope(limit, per, time);
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        Optional<BigDecimal> amount = amount(value);
        if (amount.isEmpty()) {
            return Finding.unclear(UNCLEAR, "is no amount of money");
        }
        if (amount.get().signum() <= 0) {
            return Finding.outside(OUTSIDE, "is " + text(amount.get()) + ", which is not positive");
        }
        lock.lock();
        try {
            return reserve(amount.get(), call);
        } finally {
            lock.unlock();
        }
    }

    private Finding reserve(BigDecimal amount, ToolCall call) {
        Deque<Reservation> reservations =
                byPrincipal.computeIfAbsent(call.pod() + "\n" + call.principal(), principal -> new ArrayDeque<>());
        long now = time.nanos();
        while (!reservations.isEmpty() && now - reservations.peekFirst().at() >= per.toNanos()) {
            reservations.removeFirst();
        }
        reservations.removeIf(reservation -> reservation.call().equals(call.id()));
        BigDecimal spent = reservations.stream().map(Reservation::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal sum = spent.add(amount);
        if (sum.compareTo(limit) > 0 || reservations.size() >= MAX_RESERVATIONS) {
            return Finding.outside(
                    OUTSIDE,
                    "is " + text(amount) + " on top of " + text(spent) + ", more than " + text(limit) + " in "
                            + per.toMinutes() + " minutes");
        }
        reservations.addLast(new Reservation(call.id(), amount, now));
        return Finding.inside("is " + text(amount) + ", " + text(sum) + " of " + text(limit) + " spent");
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
    public String describe() {
        return "within " + text(limit) + " in " + per.toMinutes() + " minutes";
    }

    @Override
    public Map<String, ?> facts() {
        return Map.of("type", "money", "limit", text(limit), "seconds", per.toSeconds());
    }

    private record Reservation(String call, BigDecimal amount, long at) {}
}
