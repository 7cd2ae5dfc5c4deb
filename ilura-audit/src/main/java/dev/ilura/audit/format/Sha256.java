package dev.ilura.audit.format;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 by the JDK, whatever other providers are installed: the JVM replaces it by machine code. One instance belongs to
 * one thread.
 */
public final class Sha256 {
    /** Bytes of a digest. */
    public static final int LENGTH = 32;

    private static final int BLOCK = 64;
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    /** Never fed; looking a digest up costs ten times a copy of it. */
    private static final MessageDigest FIRST = make();

    private final MessageDigest digest = fresh();
    /** A node's mark and its two children. */
    private final byte[] pair = new byte[1 + 2 * LENGTH];

    /** Ready for use. */
    public Sha256() {
        pair[0] = NODE;
    }

    /** Of some bytes. */
    public byte[] of(byte[] text, int from, int to) {
        digest.update(text, from, to - from);
        return digest.digest();
    }

    /** Of a leaf of the tree, RFC 6962 section 2.1. */
    public byte[] leaf(byte[] text, int from, int to) {
        digest.update(LEAF);
        digest.update(text, from, to - from);
        return digest.digest();
    }

    /**
     * The same where the byte before the leaf can be lent, which saves the digest from putting a leaf together that is not
     * aligned.
     *
     * @param from at least 1; the byte before it is as it was when this returns
     */
    byte[] leafBehindAByte(byte[] text, int from, int to) {
        byte before = text[from - 1];
        text[from - 1] = LEAF;
        digest.update(text, from - 1, to - from + 1);
        text[from - 1] = before;
        return digest.digest();
    }

    /** Of an inner node of the tree. */
    public byte[] node(byte[] left, byte[] right) {
        System.arraycopy(left, 0, pair, 1, LENGTH);
        System.arraycopy(right, 0, pair, 1 + LENGTH, LENGTH);
        return digest.digest(pair);
    }

    /** Of the parts in a row. */
    public static byte[] of(byte[]... parts) {
        MessageDigest digest = fresh();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /**
     * HMAC-SHA256, RFC 2104, over the parts in a row. Written out because asking the JDK for a Mac costs more than the Mac.
     *
     * @param key at most one block of 64 bytes
     */
    public static byte[] hmac(byte[] key, byte[]... parts) {
        byte[] inner = new byte[BLOCK];
        byte[] outer = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            byte k = i < key.length ? key[i] : 0;
            inner[i] = (byte) (k ^ 0x36);
            outer[i] = (byte) (k ^ 0x5C);
        }
        MessageDigest digest = fresh();
        digest.update(inner);
        for (byte[] part : parts) {
            digest.update(part);
        }
        byte[] hash = digest.digest();
        digest.update(outer);
        return digest.digest(hash);
    }

    /** Of the UTF-8 form, as lower-case hex. */
    public static String hex(String text) {
        return HexFormat.of().formatHex(of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A fresh digest, for data that does not fit in an array. */
    public static MessageDigest fresh() {
        try {
            return (MessageDigest) FIRST.clone();
        } catch (CloneNotSupportedException onlyOfAToken) {
            return make();
        }
    }

    private static MessageDigest make() {
        try {
            return MessageDigest.getInstance("SHA-256", "SUN");
        } catch (NoSuchAlgorithmException | java.security.NoSuchProviderException notThisJdk) {
            return anyProvider();
        }
    }

    private static MessageDigest anyProvider() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
