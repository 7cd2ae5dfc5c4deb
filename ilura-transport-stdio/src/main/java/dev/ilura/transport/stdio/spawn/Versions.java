package dev.ilura.transport.stdio.spawn;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares versions by their numbers; what follows the numbers ({@code -rc.1}) makes a version older than without. */
final class Versions {
    private static final Pattern NUMBERS = Pattern.compile("v?([0-9]+(?:\\.[0-9]+)*)(.*)");

    private Versions() {}

    /**
     * Whether a version falls under a bound such as {@code <1.2.3}.
     *
     * @throws IllegalArgumentException if the bound has another form
     */
    static boolean isWithin(String bound, String version) {
        if (!bound.startsWith("<")) {
            throw new IllegalArgumentException("a bound is <x.y.z: " + bound);
        }
        Matcher limit = NUMBERS.matcher(bound.substring(1));
        Matcher is = NUMBERS.matcher(version);
        return limit.matches() && is.matches() && compare(is, limit) < 0;
    }

    private static int compare(Matcher left, Matcher right) {
        String[] a = left.group(1).split("\\.", -1);
        String[] b = right.group(1).split("\\.", -1);
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            int order = compareNumbers(i < a.length ? a[i] : "0", i < b.length ? b[i] : "0");
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(left.group(2).isEmpty(), right.group(2).isEmpty());
    }

    private static int compareNumbers(String a, String b) {
        return new java.math.BigInteger(a).compareTo(new java.math.BigInteger(b));
    }
}
