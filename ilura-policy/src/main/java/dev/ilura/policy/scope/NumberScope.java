package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Numbers in a range, compared exactly. A string that holds a number is none. */
public final class NumberScope implements Scope {
    /** The number is out of range. */
    public static final String OUTSIDE = "ILR-POLICY-141";

    /** The value is no number. */
    public static final String UNCLEAR = "ILR-POLICY-142";

    private final BigDecimal min;
    private final BigDecimal max;

    private NumberScope(BigDecimal min, BigDecimal max) {
        this.min = min;
        this.max = max;
    }

    /**
     * Both ends included.
     *
     * @throws IllegalArgumentException if nothing is in between
     */
    public static NumberScope between(BigDecimal min, BigDecimal max) {
        if (min.compareTo(max) > 0) {
            throw new IllegalArgumentException("no number is at least " + min + " and at most " + max);
        }
        return new NumberScope(min, max);
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        if (!value.isNumber()) {
            return Finding.unclear(UNCLEAR, "is no number");
        }
        BigDecimal number = value.number();
        if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
            return Finding.outside(OUTSIDE, "is " + value.raw() + ", not between " + text(min) + " and " + text(max));
        }
        return Finding.inside("is " + value.raw());
    }

    @Override
    public List<?> edges() {
        return List.of(min.subtract(BigDecimal.ONE), min, max, max.add(BigDecimal.ONE));
    }

    @Override
    public String describe() {
        return "between " + text(min) + " and " + text(max);
    }

    @Override
    public Map<String, ?> facts() {
        return Map.of("type", "number", "min", text(min), "max", text(max));
    }

    private static String text(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
