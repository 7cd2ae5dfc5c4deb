package dev.ilura.audit.format;

import java.util.Arrays;
import java.util.HexFormat;

/** A few bytes that never change: a digest, a signature, an id. */
public final class Bytes {
    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** A copy. */
    public static Bytes of(byte[] value) {
        return new Bytes(value.clone());
    }

    /** A copy of a part. */
    public static Bytes of(byte[] value, int from, int to) {
        return new Bytes(Arrays.copyOfRange(value, from, to));
    }

    /** This many zeros. */
    public static Bytes zeros(int length) {
        return new Bytes(new byte[length]);
    }

    /** A copy. */
    public byte[] toArray() {
        return value.clone();
    }

    public int length() {
        return value.length;
    }

    /** Lower-case hex. */
    public String hex() {
        return HexFormat.of().formatHex(value);
    }

    /** Base64 in the URL alphabet without padding, as records use it. */
    public String url() {
        return Base64Text.url(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /** As {@link #hex()}. */
    @Override
    public String toString() {
        return hex();
    }
}
