package dev.ilura.json;

/**
 * Bounds of one reading. Past a bound the text is refused, and the message names the bound.
 *
 * @param maxBytes length of the text
 * @param maxDepth nested objects and arrays
 * @param maxNumberLength characters of one number
 * @param maxExponent absolute value of a number's exponent
 */
public record JsonLimits(int maxBytes, int maxDepth, int maxNumberLength, int maxExponent) {
    /** One protocol frame: 16 MiB, 128 deep. */
    public static final JsonLimits FRAME = new JsonLimits(16 << 20, 128, 400, 400);

    /** Arguments of one call: 4 MiB, 32 deep. */
    public static final JsonLimits ARGUMENTS = new JsonLimits(4 << 20, 32, 64, 400);

    /** One record of a log: 60,000 bytes, 16 deep. */
    public static final JsonLimits RECORD = new JsonLimits(60_000, 16, 20, 0);

    public JsonLimits {
        if (maxBytes < 2 || maxDepth < 1 || maxNumberLength < 1 || maxExponent < 0) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
