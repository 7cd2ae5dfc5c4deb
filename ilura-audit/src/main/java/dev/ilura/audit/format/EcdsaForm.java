package dev.ilura.audit.format;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The two spellings of a P-256 signature: 64 bytes {@code r || s} in the log, DER in notes. Of {@code s} and {@code n - s}
 * only the lower one counts, and of DER only the shortest: otherwise anybody could write a second valid signature.
 */
public final class EcdsaForm {
    /** Bytes of {@code r || s}. */
    public static final int RAW_LENGTH = 64;

    private static final BigInteger ORDER =
            new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16);
    private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

    private EcdsaForm() {}

    /** Whether an elliptic curve of this order is P-256. */
    static boolean isOrder(BigInteger order) {
        return ORDER.equals(order);
    }

    /** {@code r || s} with the lower s, from what a provider made. */
    public static byte[] rawFromProvider(byte[] der) {
        BigInteger[] rs = parse(der);
        return raw(rs[0], rs[1]);
    }

    /** {@code r || s} with the lower s. */
    public static byte[] raw(BigInteger r, BigInteger s) {
        byte[] raw = new byte[RAW_LENGTH];
        put(r, raw, 0);
        put(s.compareTo(HALF_ORDER) > 0 ? ORDER.subtract(s) : s, raw, RAW_LENGTH / 2);
        return raw;
    }

    /**
     * {@code r || s} from the DER of a note.
     *
     * @throws IllegalArgumentException if it is not the one accepted spelling
     */
    public static byte[] rawFromNote(byte[] der) {
        byte[] raw = rawFromProvider(der);
        if (!Arrays.equals(der(raw), der)) {
            throw new IllegalArgumentException("not the canonical spelling of an ECDSA signature");
        }
        return raw;
    }

    /** Whether both halves are in range and s is the lower one. */
    static boolean isCanonical(byte[] raw) {
        if (raw.length != RAW_LENGTH) {
            return false;
        }
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(raw, 0, 32));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(raw, 32, 64));
        return r.signum() > 0 && r.compareTo(ORDER) < 0 && s.signum() > 0 && s.compareTo(HALF_ORDER) <= 0;
    }

    /** DER of {@code r || s}. */
    public static byte[] der(byte[] raw) {
        byte[] r = new BigInteger(1, Arrays.copyOfRange(raw, 0, 32)).toByteArray();
        byte[] s = new BigInteger(1, Arrays.copyOfRange(raw, 32, 64)).toByteArray();
        byte[] der = new byte[6 + r.length + s.length];
        der[0] = 0x30;
        der[1] = (byte) (4 + r.length + s.length);
        der[2] = 0x02;
        der[3] = (byte) r.length;
        System.arraycopy(r, 0, der, 4, r.length);
        der[4 + r.length] = 0x02;
        der[5 + r.length] = (byte) s.length;
        System.arraycopy(s, 0, der, 6 + r.length, s.length);
        return der;
    }

    private static BigInteger[] parse(byte[] der) {
        if (der.length < 8 || der[0] != 0x30 || der[1] != der.length - 2) {
            throw new IllegalArgumentException("not an ECDSA signature");
        }
        int rLength = der[3];
        int sAt = 4 + rLength;
        if (der[2] != 0x02 || rLength < 1 || rLength > 33 || sAt + 2 > der.length || der[sAt] != 0x02) {
            throw new IllegalArgumentException("not an ECDSA signature");
        }
        int sLength = der[sAt + 1];
        if (sLength < 1 || sLength > 33 || sAt + 2 + sLength != der.length) {
            throw new IllegalArgumentException("not an ECDSA signature");
        }
        BigInteger r = new BigInteger(der, 4, rLength);
        BigInteger s = new BigInteger(der, sAt + 2, sLength);
        if (r.signum() <= 0 || r.compareTo(ORDER) >= 0 || s.signum() <= 0 || s.compareTo(ORDER) >= 0) {
            throw new IllegalArgumentException("not an ECDSA signature on P-256");
        }
        return new BigInteger[] {r, s};
    }

    private static void put(BigInteger number, byte[] raw, int half) {
        byte[] bytes = number.toByteArray();
        int skip = bytes.length > 32 ? 1 : 0;
        int length = bytes.length - skip;
        System.arraycopy(bytes, skip, raw, half + 32 - length, length);
    }
}
