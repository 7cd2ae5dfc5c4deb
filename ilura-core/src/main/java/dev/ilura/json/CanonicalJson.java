package dev.ilura.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one form in which a value is hashed: RFC 8785 (JCS), and where that loses information, not. Keys are sorted by
 * UTF-16 code units, strings escaped minimally, nothing stands between tokens.
 *
 * <p>JCS reads numbers as IEEE doubles, so two different numbers can get one form. Here {@link #of(Map)} takes integers
 * within 2<sup>53</sup>-1 only and throws on others; {@link #of(JsonValue)} writes a number that a double cannot hold as
 * its exact decimal, which no JCS output equals.
 */
public final class CanonicalJson {
    /** The largest integer that every JSON reader agrees on. */
    public static final long MAX_INTEGER = (1L << 53) - 1;

    /** More digits than these say nothing new about a double. */
    private static final int DOUBLE_DIGITS = 17;

    private CanonicalJson() {}

    /**
     * Encodes strings, booleans, nulls, integers within {@link #MAX_INTEGER}, lists and maps of these.
     *
     * @throws IllegalArgumentException on any other value and on lone surrogates
     */
    public static byte[] of(Map<String, ?> object) {
        StringBuilder out = new StringBuilder(256);
        append(out, object);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Encodes a value that was read; never fails. */
    public static byte[] of(JsonValue value) {
        StringBuilder out = new StringBuilder(value.length());
        append(out, value);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder out, @Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof String string) {
            appendString(out, string);
        } else if (value instanceof Long || value instanceof Integer) {
            long number = ((Number) value).longValue();
            if (number > MAX_INTEGER || number < -MAX_INTEGER) {
                throw new IllegalArgumentException("integer beyond 2^53-1: " + number);
            }
            out.append(number);
        } else if (value instanceof List<?> list) {
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                if (i > 0) {
                    out.append(',');
                }
                append(out, list.get(i));
            }
            out.append(']');
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            map.forEach((key, member) -> sorted.put((String) key, member));
            appendSorted(out, sorted);
        } else if (value instanceof JsonValue json) {
            append(out, json);
        } else {
            throw new IllegalArgumentException("not a canonical type: " + value.getClass());
        }
    }

    private static void append(StringBuilder out, JsonValue value) {
        switch (value.kind()) {
            case OBJECT -> appendSorted(out, new TreeMap<>(value.members()));
            case ARRAY -> append(out, (Object) value.elements());
            case STRING -> appendString(out, value.text());
            case NUMBER -> out.append(number(value.number()));
            case BOOLEAN, NULL -> out.append(value.raw());
        }
    }

    private static void appendSorted(StringBuilder out, Map<String, ?> sorted) {
        char before = '{';
        for (Map.Entry<String, ?> member : sorted.entrySet()) {
            out.append(before);
            appendString(out, member.getKey());
            out.append(':');
            append(out, member.getValue());
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    /** Appends a JSON string with quotes; RFC 8785 section 3.2.2.2. Runs without an escape are copied whole. */
    static void appendString(StringBuilder out, String value) {
        out.append('"');
        int run = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\') {
                appendEscape(out.append(value, run, i), c);
                run = i + 1;
            } else if (Character.isSurrogate(c) && !paired(value, i)) {
                throw new IllegalArgumentException("lone surrogate at " + i);
            }
        }
        out.append(value, run, value.length()).append('"');
    }

    private static void appendEscape(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append(String.format("\\u%04x", (int) c));
        }
    }

    private static boolean paired(String value, int i) {
        return Character.isHighSurrogate(value.charAt(i))
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }

    /** ECMAScript's text of a number if a double holds exactly it; its plain decimal otherwise. */
    private static String number(BigDecimal exact) {
        if (exact.signum() == 0) {
            return "0";
        }
        BigDecimal value = exact.stripTrailingZeros();
        double nearest = value.doubleValue();
        return Double.isFinite(nearest) && isTextOf(nearest, value) ? ecmaScript(value) : value.toPlainString();
    }

    /** Whether this is how ECMAScript writes the double: nothing shorter reads back as it, and nothing as short is nearer. */
    private static boolean isTextOf(double number, BigDecimal text) {
        int digits = text.precision();
        return digits <= DOUBLE_DIGITS
                && readingBack(number, digits).filter(text::equals).isPresent()
                && (digits == 1 || readingBack(number, digits - 1).isEmpty());
    }

    /**
     * The nearest decimal of so many digits that reads back as the double. That need not be the rounded one: below a power
     * of two doubles lie closer than above it.
     */
    private static Optional<BigDecimal> readingBack(double number, int digits) {
        BigDecimal exact = new BigDecimal(number);
        return Stream.of(RoundingMode.DOWN, RoundingMode.UP)
                .map(direction -> exact.round(new MathContext(digits, direction)))
                .filter(decimal -> decimal.doubleValue() == number)
                .min(Comparator.comparing(decimal -> decimal.subtract(exact).abs()))
                .map(BigDecimal::stripTrailingZeros);
    }

    /** ECMA-262, Number::toString, for a value without trailing zeros. */
    private static String ecmaScript(BigDecimal value) {
        String digits = value.unscaledValue().abs().toString();
        int count = digits.length();
        int point = count - value.scale();
        String sign = value.signum() < 0 ? "-" : "";
        if (count <= point && point <= 21) {
            return sign + digits + "0".repeat(point - count);
        }
        if (0 < point && point <= 21) {
            return sign + digits.substring(0, point) + "." + digits.substring(point);
        }
        if (-6 < point && point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        int exponent = point - 1;
        String fraction = count == 1 ? "" : "." + digits.substring(1);
        return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
    }
}
