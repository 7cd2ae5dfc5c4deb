package dev.ilura.policy;

/**
 * Bounds of the arguments of one call, beyond those that every frame has. Past a bound the call is denied, and the reason
 * names the bound.
 *
 * @param keys members of one object
 * @param elements elements of one array
 * @param characters UTF-16 units of one string
 */
public record ArgumentLimits(int keys, int elements, int characters) {
    /** 1,000 keys, 10,000 elements, strings as long as a call may be. */
    public static final ArgumentLimits DEFAULTS = new ArgumentLimits(1_000, 10_000, 4 << 20);

    public ArgumentLimits {
        if (keys < 1 || elements < 1 || characters < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
